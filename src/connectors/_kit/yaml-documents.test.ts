import { expect, test } from 'vitest';
import { ConnectorError } from '../../domain/error.ts';
import { LineCitations, MAX_YAML_CHARACTERS, readYaml } from './yaml-documents.ts';

test('documents, merge keys and lines', () => {
  const file = readYaml('# c\na: &a\n  x: 1\n---\nb:\n  <<: {y: 2}\n  list:\n    - p\n    - q\r\n', 'f.yaml');
  expect(file.entries.map(({ value }) => value)).toEqual([
    { a: { x: 1 } },
    { b: { y: 2, list: ['p', 'q'] } },
  ]);
  const [first, second] = file.entries;
  expect([
    first?.lineOf(['a', 'x']),
    second?.lineOf(['b', 'list', 1]),
    second?.lineOf(['b', 'none', 'x']),
  ]).toEqual([3, 9, 6]);
  expect(file.textOf(9)).toBe('    - q');
  const citations = new LineCitations('some');
  expect(citations.cite('f.yaml', file, 9)).toBe('some:f.yaml:9');
  expect([...citations.evidence.values()]).toMatchObject([{ excerpt: '- q', kind: 'catalog-entry' }]);
});

const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
for (let level = 1; level < 12; level += 1)
  bomb.push(
    `a${level}: &a${level} [${Array(9)
      .fill(`*a${level - 1}`)
      .join(',')}]`,
  );

test.each([
  ['an alias bomb', bomb.join('\n'), 0, 1],
  ['a cycle', 'a: &a\n  b: *a\n', 0, 1],
  ['a syntax error beside a sound document', 'a: 1\n---\nb: [\n', 1, 1],
  ['no mapping', '- 1\n---\ntext\n', 0, 2],
  ['empty documents', '---\n---\n', 0, 0],
  ['an unknown tag', 'a: !Sub "x"\n', 1, 0],
])('%s', (_name, text, entries, rejected) => {
  const file = readYaml(text, 'f.yaml');
  expect([file.entries.length, file.rejected]).toEqual([entries, rejected]);
});

test.each([
  ['open brackets', '['.repeat(50_000)],
  ['open braces', '{a: '.repeat(50_000)],
  ['sequences in a line', '- '.repeat(50_000)],
  ['indentation', Array.from({ length: 900 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['length', 'a: 1\n'.repeat(MAX_YAML_CHARACTERS / 5 + 1)],
])('too much of %s is refused before the parser sees it', (_name, text) => {
  expect(() => readYaml(text, 'f.yaml')).toThrow(ConnectorError);
});

test('what is just shallow enough is read or rejected', () => {
  const flow = `a: ${'['.repeat(199)}${']'.repeat(199)}`;
  const block = Array.from({ length: 390 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  for (const text of [flow, block]) expect(readYaml(text, 'f.yaml').entries).toHaveLength(1);
});
