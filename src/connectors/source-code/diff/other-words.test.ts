/** Texts that people read, signs between words, and waits: what they are told as. */
import { expect, test } from 'vitest';
import { type Case, go, kindsOf, py } from '../_testing/compare.ts';

const CASES: readonly Case[] = [
  {
    name: 'another sign in a text that is filled with the same things is no other order',
    path: 'x.go',
    before: go('return s.say(fmt.Sprintf("%s, %d copies", a.Title, b))'),
    after: go('return s.say(fmt.Sprintf("%s / %d copies", a.Title, b))'),
    not: ['arguments-swapped', 'argument-replaced', 'arguments-changed'],
  },
  {
    name: 'nor are other words',
    path: 'x.py',
    before: py('return say("%s has %d copies" % (a, b))'),
    after: py('return say("%s comes in %d copies" % (a, b))'),
    not: ['arguments-swapped', 'argument-replaced', 'arguments-changed'],
  },
  {
    name: 'the same arguments in another order',
    path: 'x.py',
    before: py('return store.lend(a, b)'),
    after: py('return store.lend(b, a)'),
    want: ['arguments-swapped'],
  },
  {
    name: 'a text that a machine reads',
    path: 'x.py',
    before: py('return store.ask("copies of a title")\n'),
    after: py('return store.ask("copies/of-a-title")\n'),
    want: ['argument-replaced'],
  },
  {
    name: 'a longer wait is a wait and no other argument',
    path: 'x.go',
    before: go('time.Sleep(time.Second)\nreturn nil'),
    after: go('time.Sleep(2 * time.Second)\nreturn nil'),
    want: ['delay-added'],
    not: ['arguments-changed', 'argument-replaced'],
  },
];

test.each(CASES)('$name', async (one) => {
  const { kinds } = await kindsOf(one);
  for (const kind of one.want ?? []) expect([...kinds]).toContain(kind);
  for (const kind of one.not ?? []) expect([...kinds]).not.toContain(kind);
});
