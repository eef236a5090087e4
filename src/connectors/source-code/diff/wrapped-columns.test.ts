/** Comparisons that no index helps: a function around the column, a pattern that begins with anything. */
import { expect, test } from 'vitest';
import { type Case, java, kindsOf, py, ts } from '../_testing/compare.ts';

const CASES: readonly Case[] = [
  {
    name: 'a function around the column in a fragment of a statement',
    path: 'x.ts',
    before: ts("return db('seats').where('code', a).first();"),
    after: ts("return db('seats').whereRaw('lower(code) = ?', a.toLowerCase()).first();"),
    want: ['query-changed'],
  },
  {
    name: 'a function of a builder',
    path: 'x.py',
    before: py('return session.query(Seat).filter(Seat.code == a).first()'),
    after: py('return session.query(Seat).filter(func.lower(Seat.code) == a.lower()).first()'),
    want: ['query-changed'],
  },
  {
    name: 'a cast of the column in a whole statement',
    path: 'X.java',
    before: java('find("SELECT id FROM seats WHERE day = ?", a);'),
    after: java('find("SELECT id FROM seats WHERE CAST(day AS date) = ?", a);'),
    want: ['query-changed'],
  },
  {
    name: 'a function around what is compared with',
    path: 'x.ts',
    before: ts("return db('seats').whereRaw('code = ?', a).first();"),
    after: ts("return db('seats').whereRaw('code = lower(?)', a).first();"),
    not: ['query-changed'],
  },
  {
    name: 'a function in a message',
    path: 'x.ts',
    before: ts("console.log('asked', a);"),
    after: ts("console.log('lower(code) = asked', a);"),
    not: ['query-changed'],
  },
];

test.each(CASES)('$name', async (one) => {
  const { kinds, features } = await kindsOf(one);
  for (const kind of one.want ?? []) expect([...kinds]).toContain(kind);
  for (const kind of one.not ?? []) expect([...kinds]).not.toContain(kind);
  if (one.path === 'x.py') expect(features.map(({ detail }) => detail).join()).toContain('an index on code');
});
