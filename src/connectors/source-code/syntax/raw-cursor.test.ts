import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import { assetPath } from '../../_kit/assets.ts';
import { RawCursor } from './raw-cursor.ts';
import { startRuntime } from './runtime.ts';

const GRAMMARS = ['typescript', 'python', 'go', 'java'] as const;
const SAMPLES = [
  '',
  'x',
  'if (a { b(',
  'function f(a, b) { return a.b("ü𝒳", [1, 2, { c: d => d }]); }',
  'def f(a):\n    try:\n        g(a, b=1)\n    except E as e:\n        raise\n',
  'func (s *S) F(ctx C) error { for _, x := range s.xs { go x.y() }; return nil }',
  'class A { void m() { int i = 0; while (i < 3) { i++; } } }',
  `${'('.repeat(300)}1${')'.repeat(300)}`,
];

interface Walk {
  typeId: () => number;
  fieldId: () => number;
  start: () => number;
  end: () => number;
  down: () => boolean;
  along: () => boolean;
  up: () => boolean;
}

function slow(cursor: TreeCursor): Walk {
  return {
    typeId: () => cursor.nodeTypeId,
    fieldId: () => cursor.currentFieldId,
    start: () => cursor.startIndex,
    end: () => cursor.endIndex,
    down: () => cursor.gotoFirstChild(),
    along: () => cursor.gotoNextSibling(),
    up: () => cursor.gotoParent(),
  };
}

function fast(cursor: RawCursor): Walk {
  return {
    typeId: () => cursor.typeId,
    fieldId: () => cursor.fieldId,
    start: () => cursor.start,
    end: () => cursor.end,
    down: () => cursor.toFirstChild(),
    along: () => cursor.toNextSibling(),
    up: () => cursor.toParent(),
  };
}

function visited(walk: Walk): readonly (readonly number[])[] {
  const seen: (readonly number[])[] = [];
  let depth = 0;
  const note = () => seen.push([depth, walk.typeId(), walk.fieldId(), walk.start(), walk.end()]);
  note();
  for (;;) {
    if (walk.down()) {
      depth++;
      note();
      continue;
    }
    while (!walk.along()) {
      if (!walk.up()) return seen;
      depth--;
    }
    note();
  }
}

describe('the raw cursor', async () => {
  const { module } = await startRuntime();

  it.each(GRAMMARS)('visits what the cursor of the library visits: %s', async (name) => {
    const language = await Language.load(readFileSync(assetPath(`grammars/tree-sitter-${name}.wasm`)));
    const parser = new Parser();
    parser.setLanguage(language);
    const own = readdirSync(import.meta.dirname).map((file) =>
      readFileSync(join(import.meta.dirname, file), 'utf8'),
    );
    for (const text of [...SAMPLES, ...own]) {
      const tree = parser.parse(text);
      if (tree === null) throw new Error('no tree');
      const cursor = tree.walk();
      const expected = visited(slow(cursor));
      cursor.delete();
      const raw = new RawCursor(module, tree);
      expect(visited(fast(raw))).toEqual(expected);
      raw.delete();
      tree.delete();
    }
    parser.delete();
  });

  it('says so where the library has no such functions', () => {
    const tree = {} as ConstructorParameters<typeof RawCursor>[1];
    expect(() => new RawCursor({}, tree)).toThrow('cursor functions');
  });
});
