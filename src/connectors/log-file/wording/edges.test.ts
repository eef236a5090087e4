import { describe, expect, it } from 'vitest';
import { evidenceRef } from '../../../domain/evidence.ts';
import { edgesOf } from './edges.ts';

const KNOWN = new Set(['cart', 'web', 'tax']);

const CASES: readonly { message: string; service: string; edges: readonly string[] }[] = [
  { message: 'Circuit breaker OPEN for payments-api', service: 'web', edges: ['web>payments-api'] },
  { message: 'High timeout rate from web', service: 'cart', edges: ['web>cart'] },
  { message: 'timeout from tax after <*>', service: 'cart', edges: ['cart>tax'] },
  { message: 'request from web rejected', service: 'cart', edges: ['web>cart'] },
  { message: 'calling tax failed', service: 'cart', edges: ['cart>tax'] },
  { message: 'tax responded 503 for basket 1', service: 'cart', edges: ['cart>tax'] },
  { message: 'GET http://tax:8080/rates failed', service: 'cart', edges: ['cart>tax'] },
  { message: 'GET http://rates.prod.svc.cluster.local/x failed', service: 'cart', edges: ['cart>rates'] },
  { message: 'waiting for shutdown', service: 'cart', edges: [] },
  { message: 'bound to localhost, see http://localhost:80/', service: 'cart', edges: [] },
  { message: 'cart for cart', service: 'cart', edges: [] },
  { message: 'read from cache for order', service: 'cart', edges: [] },
];

describe('edgesOf', () => {
  it.each(CASES)('$service: $message', ({ message, service, edges }) => {
    const found = edgesOf([{ service, message, evidence: evidenceRef('log-file', 'a:1') }], KNOWN);
    expect(found.map(({ from, to }) => `${from}>${to}`)).toEqual(edges);
  });

  it('joins statements of one pair and needs a service', () => {
    const statement = { message: 'calling tax failed', evidence: evidenceRef('log-file', 'a:1') };
    expect(edgesOf([{ ...statement, service: null }], KNOWN)).toEqual([]);
    expect(
      edgesOf(
        [1, 2, 3, 4].map((n) => ({
          ...statement,
          service: 'cart',
          evidence: evidenceRef('log-file', `a:${n}`),
        })),
        KNOWN,
      ),
    ).toEqual([
      {
        from: 'cart',
        to: 'tax',
        source: 'log-wording',
        evidence: ['log-file:a:1', 'log-file:a:2', 'log-file:a:3'],
      },
    ]);
  });
});
