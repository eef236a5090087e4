import { describe, expect, it } from 'vitest';
import { mergeGroups } from './merge.ts';
import { groupOf, templateOf } from './template.ts';

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
  ['link c0:ff:ee:12:34:56 down', 'link <*> down'],
  ['from fe80::1ff:fe23 to ::1', 'from <*> to <*>'],
  ['expired on Mon, Jan 15 09:30:00 UTC 2024 at last', 'expired on <*> at last'],
  ['no route to shop.internal.example', 'no route to <*>'],
  ['java.lang.IllegalStateException: closed', 'java.lang.IllegalStateException: closed'],
  ['failed: java.net.SocketTimeoutException', 'failed: java.net.SocketTimeoutException'],
  ['interrupt...........0 seen', 'interrupt...........<*> seen'],
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

const GROUPS: readonly { name: string; message: string; group: string }[] = [
  { name: 'variables do not count', message: 'order ORD-17 of /carts paid', group: 'order of paid' },
  { name: 'nor does punctuation', message: 'failed: (timeout) [twice]!', group: 'failed timeout twice' },
  { name: 'nor a unit behind a number', message: 'took 5 ms in all', group: 'took in all' },
  { name: 'a unit that counts nothing is a word', message: 'bytes were lost', group: 'bytes were lost' },
  { name: 'nor a value behind =', message: 'done user=ann', group: 'done user' },
  { name: 'a comparison has no value', message: 'a == b', group: 'a b' },
  { name: 'nothing is a group of its own', message: '17', group: '' },
];

describe('groupOf', () => {
  it.each(GROUPS)('$name', ({ message, group }) => expect(groupOf(message)).toBe(group));

  it.each(CASES)('is that of the template: %s', (message, template) =>
    expect(groupOf(template)).toBe(groupOf(message)),
  );

  it('takes hostile messages in little time', () => {
    for (const part of ['a:', ':', '0:', 'Jan ', 'Mon, ', '.', '..a', '<*>', '= ', 'x.y'])
      expect(groupOf(part.repeat(50_000)).length).toBeLessThan(2_001);
  });
});

function counted(groups: readonly string[], each = 1): ReadonlyMap<string, number> {
  return new Map(groups.map((group) => [group, each]));
}

function targets(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...mergeGroups(counts).values()].map(({ group }) => group);
}

describe('mergeGroups', () => {
  const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'];

  it('makes a position with more than five words a variable', () => {
    const merged = mergeGroups(counted(users.map((user) => `login of ${user} failed`)));
    expect([...merged.values()]).toEqual(
      users.map(() => ({ group: 'login of failed', masked: new Set([2]) })),
    );
  });

  it('leaves up to five words apart', () => {
    expect(new Set(targets(counted(users.slice(0, 5).map((user) => `login of ${user} failed`)))).size).toBe(
      5,
    );
  });

  it('does not join what differs in two positions', () => {
    expect(new Set(targets(counted(users.map((user) => `${user} met ${user}`)))).size).toBe(6);
  });

  it('a word that was found to vary reads like one that was a variable from the start', () => {
    const groups = [...users.map((user) => `login of ${user} failed`), 'login of failed'];
    expect(new Set(targets(counted(groups)))).toEqual(new Set(['login of failed']));
  });

  it('a rare group joins a frequent one that lacks one of its words', () => {
    const counts = new Map([
      ['host is gone', 100],
      ['host db is gone', 5],
      ['host of mail is gone', 5],
    ]);
    expect(targets(counts)).toEqual(['host is gone', 'host is gone', 'host of mail is gone']);
    expect(mergeGroups(counts).get('host db is gone')?.masked).toEqual(new Set([1]));
    expect(templateOf('host db is gone', new Set([1]))).toBe('host <*> is gone');
  });

  it('a frequent group stays', () => {
    const counts = new Map([
      ['host is gone', 100],
      ['host db is gone', 6],
    ]);
    expect(targets(counts)).toEqual(['host is gone', 'host db is gone']);
  });
});
