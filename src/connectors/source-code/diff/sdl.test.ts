/** Descriptions of a GraphQL schema have no effect; fields, types and defaults have. */
import { expect, test } from 'vitest';
import { kindsOf } from '../_testing/compare.ts';
import { compareFile } from './file-comparison.ts';

const inCode = (sdl: string) => `export const schema = \`\n${sdl}\n\`;\n`;
const SDL = 'type Query {\n  trips(route: String! = "A"): [Trip!]!\n}\ntype Trip {\n  id: Int!\n}';
const described = SDL.replace('type Trip', '"A crossing."\ntype Trip').replace(
  '  id',
  '  """\n  Its number.\n  """\n  id',
);

test('a description within code moves no value', async () => {
  const given = { path: 'src/schema.ts', category: 'code' as const, oldText: inCode(SDL) };
  const told = await compareFile({ ...given, newText: inCode(described) });
  expect(told.values).toEqual([]);
  expect(told.inert).not.toBe('none');
  const other = inCode(SDL.replace('id: Int!', 'id: String!'));
  expect((await compareFile({ ...given, newText: other })).values).toHaveLength(1);
  const moved = inCode(SDL.replace('"A"', '"B"'));
  expect((await compareFile({ ...given, newText: moved })).values).toHaveLength(1);
});

test.each([
  { name: 'a description', after: described, inert: 'comment-only' },
  { name: 'a comment', after: SDL.replace('  id', '  # number\n  id'), inert: 'comment-only' },
  { name: 'another type', after: SDL.replace('id: Int!', 'id: String!'), inert: 'none' },
  { name: 'another default', after: SDL.replace('"A"', '"B"'), inert: 'none' },
])('in a file: $name is $inert', async ({ name, after, inert }) => {
  expect((await kindsOf({ name, path: 'api/schema.graphql', before: SDL, after })).inert).toBe(inert);
});
