/** Keys under which a value is read or written in languages without a grammar here; other words in a line tell nothing. */
import { expect, test } from 'vitest';
import { renamedKeys } from './renamed-keys.ts';

const told = (path: string, before: string, after: string) =>
  renamedKeys(path, before, after).map(({ kind, symbols, line }) => `${kind} ${symbols.join(' ')} @${line}`);

test.each([
  [
    'Perl, a value of a hash',
    'lib/Holds.pm',
    'my $c;\nmy $trip = $body->{trip_id};\n',
    'my $c;\nmy $trip = $body->{tripId};\n',
    ['field-renamed tripId trip_id @2'],
  ],
  [
    'Perl, a pair',
    'a.pl',
    'return {seat => $s};\n',
    'return {place => $s};\n',
    ['field-renamed place seat @1'],
  ],
  [
    'Elixir, by text and by atom',
    'lib/a.ex',
    'x = params["trip_id"]\ny = %{seat: x}\n',
    'x = params["trip"]\ny = %{place: x}\n',
    ['field-renamed trip trip_id @1', 'field-renamed place seat @2'],
  ],
  ['another variable', 'a.pl', 'my $a = $b + 1;\n', 'my $a = $c + 1;\n', []],
  ['the branch of a condition', 'a.pl', 'x($a ? one : two)\n', 'x($a ? six : two)\n', []],
  ['words of a message', 'a.pl', "die 'no seat left';\n", "die 'no place left';\n", []],
  ['two names in one line', 'a.pl', '{a => $x->{b}}\n', '{c => $x->{d}}\n', []],
  ['lines that came beside it', 'a.pl', '$x->{a1};\n', '$x->{a2};\n$x->{a3};\n', []],
  ['a language that is parsed', 'a.py', 'x["a1"]\n', 'x["a2"]\n', []],
] as const)('%s', (_name, path, before, after, want) => expect(told(path, before, after)).toEqual(want));

test('a long file is read in time that grows with its size', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => `$x->{value${n}};`).join('\n');
  expect(renamedKeys('a.pl', many, many.replaceAll('value', 'other'))).toEqual([]);
  expect(renamedKeys('a.pl', many, many.replace('value77}', 'other77}'))).toHaveLength(1);
});
