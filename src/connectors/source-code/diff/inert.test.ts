import { describe, expect, it } from 'vitest';
import { type Case, go, java, kindsOf, py, ts } from '../_testing/compare.ts';

/** A literal that is given a name, and what only looks so. */
const NAMED: readonly Case[] = [
  {
    name: 'a literal that is given a name',
    path: 'x.ts',
    before: `const agent = new Agent({ connect: { timeout: 5000 } });\n${ts('use(a);')}`,
    after: `const LIMIT_MS = 5_000;\nconst agent = new Agent({ connect: { timeout: LIMIT_MS } });\n${ts('use(a);')}`,
    inert: 'rephrased',
  },
  {
    name: 'a name that is written out',
    path: 'X.java',
    before: 'class C {\n  private static final int MOST = 40;\n  void f() { take(MOST); }\n}\n',
    after: 'class C {\n  void f() { take(40); }\n}\n',
    inert: 'rephrased',
  },
  {
    name: 'a text that is given a name within a function',
    path: 'x.py',
    before: py('use(a, "beds")'),
    after: py('table = "beds"\nuse(a, table)'),
    inert: 'rephrased',
  },
  {
    name: 'a statement that is given a name beside a variable that is called otherwise',
    path: 'x.py',
    before:
      'def seats(conn, show):\n    rows = conn.execute("select id from seats", (show,))\n    return list(rows)\n',
    after:
      'SEATS = "select id from seats"\n\ndef seats(conn, show):\n    found = conn.execute(SEATS, (show,))\n    return list(found)\n',
    inert: 'rephrased',
  },
  {
    name: 'a property of a data class is seen from outside',
    path: 'Owner.kt',
    before: '@Serializable\ndata class Owner(val id: String, val fullName: String)\n',
    after: '@Serializable\ndata class Owner(val id: String, val displayName: String)\n',
    inert: 'none',
  },
  {
    name: 'a component of a record is seen from outside',
    path: 'Owner.java',
    before: 'public record Owner(String id, String fullName) {}\n',
    after: 'public record Owner(String id, String displayName) {}\n',
    inert: 'none',
  },
  {
    name: 'a component of a record is seen from outside',
    path: 'Owner.cs',
    before: 'public record Owner(string Id, string FullName);\n',
    after: 'public record Owner(string Id, string DisplayName);\n',
    inert: 'none',
  },
  {
    name: 'a parameter is not seen from outside',
    path: 'Owner.kt',
    before: 'fun f(name: String): Int { return name.length }\n',
    after: 'fun f(text: String): Int { return text.length }\n',
    inert: 'rename-only',
  },
  {
    name: 'a name for another literal acts',
    path: 'x.go',
    before: go('use(a, 50)\nreturn nil'),
    after: `${go('use(a, most)\nreturn nil')}\nconst most = 500\n`,
    inert: 'none',
  },
  {
    name: 'a name that is counted up acts',
    path: 'x.ts',
    before: ts('use(3); use(3);'),
    after: ts('let n = 3;\nuse(n); n++; use(n);'),
    inert: 'none',
  },
  {
    name: 'a loop over a name acts',
    path: 'X.java',
    before: java('load(a);'),
    after: java('for (int i = 0; i < 9; i++) { sqrt(1); }\nload(a);'),
    inert: 'none',
  },
  {
    name: 'a value that is given a name beside another docstring',
    path: 'x.py',
    before: py('"""Order one."""\nuse(a, b.get("bars", 12))'),
    after: py('"""Orders one."""\nbars = b.get("bars", 12)\nuse(a, bars)'),
    inert: 'rephrased',
  },
];

const INERT: readonly Case[] = [
  {
    name: 'a comment',
    path: 'x.ts',
    before: ts('use(a); // old'),
    after: ts('use(a); // new'),
    inert: 'comment-only',
  },
  {
    name: 'a docstring',
    path: 'x.py',
    before: py('"""Old."""\nreturn a'),
    after: py('"""New."""\nreturn a'),
    inert: 'comment-only',
  },
  {
    name: 'layout, quotes and trailing commas',
    path: 'x.ts',
    before: ts("use({ a: 'x', b });"),
    after: ts('use({\n  a: "x",\n  b,\n})'),
    inert: 'formatting',
  },
  {
    name: 'indentation in Python acts',
    path: 'x.py',
    before: py('if a:\n    use(a)\n    use(b)'),
    after: py('if a:\n    use(a)\nuse(b)'),
    inert: 'none',
  },
  {
    name: 'the wording of a log line',
    path: 'x.go',
    before: go('log.Printf("order %d done", b)\nreturn nil'),
    after: go('log.Printf("finished order %d", b)\nreturn nil'),
    inert: 'log-text-only',
  },
  {
    name: 'the wording of a line that a function of the house writes',
    path: 'x.ts',
    before: ts("log(30, 'parcel dispatched', { parcel: b });"),
    after: ts("log(30, 'parcel departed', { parcel: b });"),
    inert: 'log-text-only',
  },
  {
    name: 'a logarithm of something else acts',
    path: 'x.py',
    before: py('return log(a)'),
    after: py('return log(b)'),
    inert: 'none',
  },
  {
    name: 'the wording of an error',
    path: 'X.java',
    before: java('throw new IllegalStateException("bad");'),
    after: java('throw new IllegalStateException("not usable");'),
    inert: 'log-text-only',
  },
  {
    name: 'a value interpolated into a log line acts',
    path: 'x.ts',
    before: ts('log.info(`x #{a.b}`);'.replace('#', '$')),
    after: ts('log.info(`x #{a.b.c}`);'.replace('#', '$')),
    inert: 'none',
  },
  {
    name: 'a comment in a language without a grammar',
    path: 'x.swift',
    before: 'let url = "http://a/b" // old\nrun(url)\n',
    after: '/* new\n   and longer */\nlet url = "http://a/b"\nrun(url)\n',
    inert: 'comment-only',
  },
  {
    name: 'a text that looks like a comment acts',
    path: 'x.swift',
    before: 'let url = "http://a/b"\nrun(url)\n',
    after: 'let url = "http://a/c"\nrun(url)\n',
    inert: 'none',
  },
  {
    name: 'a comment in Kotlin',
    path: 'X.kt',
    before: 'class X {\n    // old\n    fun f(a: A): Int = a.size\n}\n',
    after: 'class X {\n    /** New. */\n    fun f(a: A): Int = a.size\n}\n',
    inert: 'comment-only',
  },
  {
    name: 'the wording of a log line in Kotlin',
    path: 'X.kt',
    before: 'class X {\n    fun f(a: Int) {\n        log.info("ran $a")\n        run(a)\n    }\n}\n',
    after: 'class X {\n    fun f(a: Int) {\n        log.info("has run $a times")\n        run(a)\n    }\n}\n',
    inert: 'log-text-only',
  },
  {
    name: 'a local name in Kotlin',
    path: 'X.kt',
    before: 'class X {\n    fun f(a: A): Int {\n        val n = a.size()\n        return n + 1\n    }\n}\n',
    after:
      'class X {\n    fun f(a: A): Int {\n        val size = a.size()\n        return size + 1\n    }\n}\n',
    inert: 'rename-only',
  },
  {
    name: 'another variable in a log line',
    path: 'x.rb',
    before: 'def f(a, b)\n  run(a, b)\n  logger.info("run #{a}")\nend\n',
    after: 'def f(a, b)\n  run(a, b)\n  logger.info("run #{a} with #{b}")\nend\n',
    inert: 'log-text-only',
  },
  {
    name: 'a log line more',
    path: 'X.java',
    before: java('run(a);'),
    after: java('log.debug("runs {} times", b);\nrun(a);'),
    inert: 'log-text-only',
  },
  {
    name: 'a log line less',
    path: 'x.py',
    before: py('logger.info("run %s", b)\nreturn run(a, b)'),
    after: py('return run(a, b)'),
    inert: 'log-text-only',
  },
  {
    name: 'a log line of a name that may not exist acts',
    path: 'x.py',
    before: py('return run(a)'),
    after: py('logger.info("run %s", run_id)\nreturn run(a)'),
    inert: 'none',
  },
  {
    name: 'a log line that calls something acts',
    path: 'x.ts',
    before: ts('run(a);'),
    after: ts('log.info(a.total());\nrun(a);'),
    inert: 'none',
  },
  {
    name: 'a log line whose result is used acts',
    path: 'x.ts',
    before: ts('return run(a);'),
    after: ts('return log.info(a);'),
    inert: 'none',
  },
  {
    name: 'a local name',
    path: 'x.go',
    before: go('n := a.Size()\nreturn check(n)'),
    after: go('size := a.Size()\nreturn check(size)'),
    inert: 'rename-only',
  },
  {
    name: 'a private field',
    path: 'X.java',
    before: 'class C {\n  private int hits;\n  void f() { hits = hits + 1; }\n}\n',
    after: 'class C {\n  private int count;\n  void f() { count = count + 1; }\n}\n',
    inert: 'rename-only',
  },
  {
    name: 'another variable in one place is no renaming',
    path: 'x.ts',
    before: ts('use(a); use(a);'),
    after: ts('use(a); use(b);'),
    inert: 'none',
  },
  ...NAMED,
  {
    name: 'an exported name acts',
    path: 'x.ts',
    before: 'export const limit = f();\n',
    after: 'export const bound = f();\n',
    inert: 'none',
  },
  {
    name: 'a YAML comment',
    path: 'config/app.yml',
    before: 'a: 1 # one\n',
    after: 'a: 1 # uno\n',
    inert: 'comment-only',
  },
  { name: 'documentation', path: 'docs/x.md', before: 'a', after: 'b', inert: 'docs' },
  { name: 'a test', path: 'src/x.test.ts', before: 'a()', after: 'b()', inert: 'test' },
  { name: 'the build pipeline', path: '.github/workflows/x.yml', before: 'a: 1', after: 'a: 2', inert: 'ci' },
];

describe('what cannot act', () => {
  it.each(INERT)('$name: $inert', async (given) => {
    const { inert } = await kindsOf(given);
    expect(inert).toBe(given.inert);
  });
});
