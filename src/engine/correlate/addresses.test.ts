import { describe, expect, test } from 'vitest';
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { addressMatches } from './addresses.ts';
import type { FailingPattern } from './facts.ts';

const REF = evidenceRef('test', 'diff');
const FILE = { path: 'cart/settings.json' } as FileDiff;

const text = (raw: string) => ({ raw, number: null, unit: 'none', kind: 'string' }) as const;

const changed = (from: string, to: string): ValueChange => ({
  key: 'stockUrl',
  oldValue: text(from),
  newValue: text(to),
  ratio: null,
  direction: 'changed',
  location: { repo: '.', revision: 'b', path: FILE.path, line: 7, endLine: 7 },
  evidence: REF,
});

/** Of several records of one pattern, the last one is the incident's. */
function failing(...messages: readonly string[]): FailingPattern {
  const samples = messages.map((message, index) => ({
    at: null,
    message,
    evidence: evidenceRef('test', `record ${index}`),
  }));
  return { pattern: { samples }, message: messages.join('\n').toLowerCase() } as unknown as FailingPattern;
}

describe('a failure that names an address', () => {
  test.each([
    ['http://10.0.0.7:9503', 'http://10.0.0.7:9513', 'connect ECONNREFUSED 10.0.0.7:9513'],
    ['http://stock:80/v1', 'http://stock-blue:80/v1', 'getaddrinfo ENOTFOUND stock-blue'],
    ['amqp://u:p@mq.old.example:5672', 'amqp://u:p@mq.new.example:5672', 'no route to mq.new.example'],
    ['http://stock:80', 'http://shelf:80', 'getaddrinfo ENOTFOUND shelf'],
    ['http://stock:80', 'http://shelf:80', 'GET http://shelf/rows failed'],
    ['s1 10.0.0.7:80 check inter 1s', 's1 10.0.0.7:81 check inter 1s', 'connect to 10.0.0.7:81 failed'],
    ['stock.internal:443', 'stock.internal:8443', 'dial tcp [::1]:8443: connect: connection refused'],
  ])('of a setting that went from %s to %s', (from, to, message) => {
    const [match] = addressMatches(FILE, [changed(from, to)], failing('other 10.0.0.7:1', message));
    expect(match).toMatchObject({ name: 'addressInError', line: 7 });
    expect(match?.evidence).toEqual([REF, evidenceRef('test', 'record 1')]);
  });

  test.each([
    ['another one', 'connect ECONNREFUSED 10.0.0.7:9512'],
    ['a longer number', 'connect ECONNREFUSED 10.0.0.7:95131'],
    ['the one that it had', 'connect ECONNREFUSED 10.0.0.7:9503'],
    ['both', 'connect ECONNREFUSED 10.0.0.7:9503, then 10.0.0.7:9513'],
    ['the host alone, which stayed', 'connection to 10.0.0.7 was lost'],
  ])('says nothing of the setting where it is %s', (_why, message) => {
    const value = changed('http://10.0.0.7:9503', 'http://10.0.0.7:9513');
    expect(addressMatches(FILE, [value], failing(message))).toEqual([]);
  });

  test('says nothing where the host is a word that the message has anyway', () => {
    const value = changed('http://stock:80', 'http://shelf:80');
    expect(addressMatches(FILE, [value], failing('shelf 7 of the cart is empty'))).toEqual([]);
  });

  test('says nothing where two addresses of one value differ', () => {
    const value = changed('10.0.0.7:80 10.0.0.8:80', '10.0.0.7:81 10.0.0.8:82');
    expect(addressMatches(FILE, [value], failing('connect to 10.0.0.7:81 failed'))).toEqual([]);
  });

  test('says nothing of a setting that is no address', () => {
    expect(addressMatches(FILE, [changed('fast', 'slow')], failing('too slow'))).toEqual([]);
    expect(addressMatches(FILE, [changed('1.5', '2.5')], failing('waited 2.5'))).toEqual([]);
  });
});
