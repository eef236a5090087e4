/** A question whether an instance is well that was changed, and instances that are taken out since. */
import { describe, expect, test } from 'vitest';
import type { FileDiff } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { atSecond, every, patternAt, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { healthRuleMatches } from './health-rules.ts';

const text = (raw: string) => ({ raw, number: null, unit: 'none', kind: 'string' }) as const;

function file(key: string, from: string, to: string): FileDiff {
  return {
    path: 'edge/haproxy.cfg',
    oldPath: null,
    status: 'modified',
    category: 'config',
    language: null,
    inert: 'none',
    values: [
      {
        key,
        oldValue: text(from),
        newValue: text(to),
        ratio: null,
        direction: 'changed',
        location: { repo: '.', revision: 'b', path: 'edge/haproxy.cfg', line: 20, endLine: 20 },
        evidence: evidenceRef('test', 'hunk'),
      },
    ],
    features: [],
    hunks: [],
  };
}

function namesOf(changed: FileDiff, downAt: number): readonly string[] {
  const facts = factsOf({
    streams: [streamOf('front', 0, 3600)],
    patterns: [
      patternAt('POST /quote 503', 'front', every(5, 2001, 3590)),
      patternAt(
        'Server carts/w1 is DOWN, reason: Layer7 wrong status, code: 404',
        'front',
        [downAt],
        {},
        'warn',
      ),
    ],
  });
  return healthRuleMatches(changed, facts.failing, atSecond(1995), facts).map(({ name }) => name);
}

describe('a health check that was changed', () => {
  const check = file('carts.option', 'httpchk GET /health', 'httpchk GET /status/ready');
  test('is why instances are taken out since', () => expect(namesOf(check, 2000)).toEqual(['healthRule']));
  test('is not why one was taken out before', () => expect(namesOf(check, 1500)).toEqual([]));
  test('is not any other setting', () =>
    expect(namesOf(file('carts.balance', 'roundrobin', 'leastconn'), 2000)).toEqual([]));
});
