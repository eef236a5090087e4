import { describe, expect, it } from 'vitest';
import { SkeletonHasher } from './skeleton.ts';
import { wordHash } from './word-hash.ts';

function keyOf(line: string, hasher = new SkeletonHasher()): string {
  const bytes = Buffer.from(`${line}\n`);
  expect(hasher.hash(bytes, 0)).toBe(bytes.length - 1);
  return `${hasher.h1}:${hasher.h2}`;
}

const SAME: readonly { name: string; a: string; b: string }[] = [
  { name: 'a token with a digit varies', a: 'order ORD-1001 paid', b: 'order ORD-77 paid' },
  { name: 'a value after = varies', a: 'done user=ann in time', b: 'done user=bob in time' },
  { name: 'a quoted value after = varies as a whole', a: 'x path="a b c" y', b: 'x path="d" y' },
  { name: 'a path varies', a: 'open /etc/passwd failed', b: 'open /var/lib failed' },
  { name: 'an address with @ varies', a: 'mail to ann@example.org', b: 'mail to bob@example.net' },
  { name: 'a unit behind a number varies', a: 'took 5 ms', b: 'took 7 seconds' },
  { name: 'punctuation between words does not count', a: 'failed: (timeout)', b: 'failed timeout' },
  { name: 'JSON values vary', a: '{"level":"info","user":"ann"}', b: '{"level":"info","user":"bob"}' },
  { name: 'JSON numbers vary', a: '{"msg":"x","ms":12}', b: '{"msg":"x","ms":7}' },
  { name: 'escaped quotes stay inside their value', a: '{"u":"a\\"b","msg":"x"}', b: '{"u":"c","msg":"x"}' },
];

const DIFFERENT: readonly { name: string; a: string; b: string }[] = [
  { name: 'words tell apart', a: 'payment failed', b: 'payment done' },
  { name: 'so does their order', a: 'a then b', b: 'b then a' },
  { name: 'the level in logfmt', a: 'level=info msg=x', b: 'level=error msg=x' },
  { name: 'the level number in JSON', a: '{"level":30,"msg":"x"}', b: '{"level":50,"msg":"x"}' },
  { name: 'the message in JSON', a: '{"msg":"disk full"}', b: '{"msg":"disk fine"}' },
  { name: 'the presence of a field', a: '{"msg":"x","err":{}}', b: '{"msg":"x"}' },
  { name: 'a syslog priority', a: '<131>app: x', b: '<134>app: x' },
  { name: 'words inside a path-like word', a: 'disk/io failed', b: 'net/io failed' },
];

describe('SkeletonHasher', () => {
  it.each(SAME)('$name', ({ a, b }) => expect(keyOf(a)).toBe(keyOf(b)));
  it.each(DIFFERENT)('different: $name', ({ a, b }) => expect(keyOf(a)).not.toBe(keyOf(b)));

  it('lists where tokens start, values of JSON fields included', () => {
    const hasher = new SkeletonHasher();
    keyOf('GET /a/1 200', hasher);
    expect([...hasher.tokens.subarray(0, hasher.tokenCount)]).toEqual([0, 4, 9]);
    keyOf('{"ms":12,"msg":"a b"}', hasher);
    expect([...hasher.tokens.subarray(0, hasher.tokenCount)]).toEqual([6, 16, 18]);
  });

  it('tells records apart by a field once it was named', () => {
    const hasher = new SkeletonHasher();
    const lines = ['{"sentence":"red"}', '{"sentence":"blue"}'] as const;
    expect(keyOf(lines[0], hasher)).toBe(keyOf(lines[1], hasher));
    hasher.keepField(wordHash('sentence'));
    expect(keyOf(lines[0], hasher)).not.toBe(keyOf(lines[1], hasher));
  });

  it.each(['', '"', '{"', '{"a":"', '{"a":"\\', '{"a', '{"a":', '{"a":1', 'x="', 'x="\\', '<12', '=', '\\'])(
    'ends at the line feed behind %j',
    (line) => expect(keyOf(line)).toMatch(/^-?\d+:-?\d+$/),
  );
});
