import { describe, expect, it } from 'vitest';
import { mergeTemplates } from './merge.ts';
import { templateOf } from './template.ts';

const CASES: readonly (readonly [message: string, template: string])[] = [
  ['Payment timeout for order ORD-1001', 'Payment timeout for order <*>'],
  ['Circuit breaker OPEN for payment-service', 'Circuit breaker OPEN for payment-service'],
  ['took 23ms.', 'took <*>.'],
  ['user=ann retries=3', 'user=<*> retries=<*>'],
  ['open /etc/hosts: denied', 'open <*>: denied'],
  ['peer 10.0.0.1:8080 gone', 'peer <*> gone'],
  ['ids [1, 2, 3] lost', 'ids [<*>] lost'],
  ['  a \t b\nsecond line 5', 'a b'],
  ['dimmed:false', 'dimmed:<*>'],
  ['', ''],
];

describe('templateOf', () => {
  it.each(CASES)('%s', (message, template) => expect(templateOf(message)).toBe(template));

  it('is the template of its own template', () => {
    for (const [, template] of CASES) expect(templateOf(template)).toBe(template);
  });

  it('stays small for a huge message', () => {
    expect(templateOf('a b '.repeat(500_000)).length).toBeLessThan(2_001);
  });
});

function counted(templates: readonly string[]): ReadonlyMap<string, number> {
  return new Map(templates.map((template) => [template, 1]));
}

describe('mergeTemplates', () => {
  const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'];

  it('makes a position with more than five words a variable', () => {
    const merged = mergeTemplates(counted(users.map((user) => `login of ${user} failed`)));
    expect(new Set(merged.values())).toEqual(new Set(['login of <*> failed']));
  });

  it('leaves up to five words apart', () => {
    const merged = mergeTemplates(counted(users.slice(0, 5).map((user) => `login of ${user} failed`)));
    expect(new Set(merged.values()).size).toBe(5);
  });

  it('does not join what differs in two positions', () => {
    const merged = mergeTemplates(counted(users.map((user) => `${user} met ${user}`)));
    expect(new Set(merged.values()).size).toBe(6);
  });

  it('joins a rare word to a frequent variable, a frequent word not', () => {
    const counts = [
      ['host <*> is gone', 100],
      ['host a.example is gone', 5],
      ['host db is gone', 6],
    ] as const;
    expect([...mergeTemplates(new Map(counts)).values()]).toEqual([
      'host <*> is gone',
      'host <*> is gone',
      'host db is gone',
    ]);
  });
});
