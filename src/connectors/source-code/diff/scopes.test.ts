import { describe, expect, test } from 'vitest';
import { profileOf } from '../languages/detect.ts';
import { parseSource } from '../syntax/parser.ts';
import { statementAt, writesLogAlone } from './scopes.ts';

async function statementOf(path: string, text: string, line: number): Promise<number | null> {
  const profile = profileOf(path);
  return statementAt(profile === null ? null : await parseSource(profile, text), line);
}

const JS = `app.get('/list', wrap(async (q, r) => {
  const { rows } = await pool.query(
    \`SELECT a
       FROM b\`,
  );
  for (const row of rows) {
    row.total = sum(row);
  }
  r.json(rows);
}));
const now = () => Date.now();
`;

describe('the statement in which a line stands', () => {
  test.each([
    ['of several lines', 4, 2],
    ['is the whole loop', 7, 6],
    ['of one line', 9, 9],
    ['is not known at the top level', 1, null],
    ['is not known where a function is an expression', 11, null],
  ])('%s', async (_name, line, want) => expect(await statementOf('x.js', JS, line)).toBe(want));

  test('in Python, Go and Java', async () => {
    expect(
      await statementOf('x.py', 'def f(a):\n    b = g(\n        a)\n    return h(\n        b)\n', 5),
    ).toBe(4);
    expect(await statementOf('x.go', 'package x\nfunc f() {\n\ta()\n\tb(\n\t\tc)\n}\n', 5)).toBe(4);
    expect(
      await statementOf('X.java', 'class X {\n  void f() {\n    a();\n    b(\n      c);\n  }\n}\n', 5),
    ).toBe(4);
  });
});

describe('lines that write a log line and do nothing else', () => {
  const PY = `def place(order):
    charge(order)
    log.info("order %d placed: quantity=%d", order.id,
             order.quantity)
    total = count(order); log.info("counted")
    return total
`;
  const alone = async (line: number, count: number) => {
    const profile = profileOf('x.py');
    const tree = profile === null ? null : await parseSource(profile, PY);
    return writesLogAlone(tree, line, PY.split('\n').slice(line - 1, line - 1 + count));
  };
  test.each([
    ['are a call over two lines', 3, 2, true],
    ['are its second line', 4, 1, true],
    ['are not the call before it', 2, 2, false],
    ['are not a line with something beside it', 5, 1, false],
    ['are not none', 3, 0, false],
  ])('%s', async (_name, line, count, want) => expect(await alone(line, count)).toBe(want));
});
