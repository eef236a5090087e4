import { describe, expect, it } from 'vitest';
import { type Case, go, java, kindsOf, py, ts } from '../_testing/compare.ts';

const CASES: readonly Case[] = [
  {
    name: 'two checks with the same consequence that became one',
    path: 'x.go',
    before: go('if a == 0 {\n\treturn errNone\n}\nif a < 0 {\n\treturn errNone\n}\nreturn keep(a)'),
    after: go('if a <= 0 {\n\treturn errNone\n}\nreturn keep(a)'),
    not: ['condition-changed', 'guard-removed', 'guard-added'],
  },
  {
    name: 'a check that took in more',
    path: 'x.go',
    before: go('if a == 0 {\n\treturn errNone\n}\nreturn keep(a)'),
    after: go('if a <= 0 {\n\treturn errNone\n}\nreturn keep(a)'),
    want: ['condition-changed'],
  },
  {
    name: 'a check whose variable was written out in its place',
    path: 'x.py',
    before: py('cabin = a.get("cabin")\nif not cabin:\n    return None\nreturn int(cabin[0])'),
    after: py('return int(a.get("cabin")[0])'),
    want: ['guard-removed'],
  },
  {
    name: 'a default on a value that was written out in its place',
    path: 'x.py',
    before: py('p = (a or {}).get("p") or {}\nt = p.get("tier", "basic")\nreturn {"p": b, "t": t}'),
    after: py('t = ((a or {}).get("p") or {}).get("tier", "basic")\nreturn {"p": b, "t": t}'),
    not: ['fallback-removed', 'guard-removed', 'condition-changed'],
  },
  {
    name: 'a default on a value that was given a name',
    path: 'x.ts',
    before: ts('return send(a.order.size ?? 10, b);'),
    after: ts('const order = a.order;\nreturn send(order.size ?? 10, b);'),
    not: ['fallback-removed', 'guard-removed', 'condition-changed'],
  },
  {
    name: 'a check over a value that was given a name',
    path: 'x.ts',
    before: ts('if (a.order.lines === null) return 0;\nreturn a.order.lines.length;'),
    after: ts(
      'const { order } = a;\nconst lines = a.order.lines;\nif (lines === null) return 0;\nreturn lines.length;',
    ),
    not: ['guard-removed', 'guard-added', 'condition-changed'],
  },
  {
    name: 'a value that was written out without its default',
    path: 'x.py',
    before: py('p = (a or {}).get("p") or {}\nt = p.get("tier", "basic")\nreturn t'),
    after: py('t = ((a or {}).get("p") or {}).get("tier")\nreturn t'),
    want: ['fallback-removed'],
  },
  {
    name: 'a value that was written out without the parentheses it needs',
    path: 'x.py',
    before: py('c = a or b\nif not c:\n    return None\nreturn a[0]'),
    after: py('if not a or b:\n    return None\nreturn a[0]'),
    want: ['condition-changed'],
  },
  {
    name: 'a check on a value that nobody uses any more',
    path: 'x.py',
    before: py('cabin = b.cabin()\nif not cabin:\n    return None\nreturn a'),
    after: py('return a'),
    not: ['guard-removed'],
  },
  {
    name: 'a null check that went is a removed guard',
    path: 'x.ts',
    before: ts('if (a === null) return;\nuse(a.b);'),
    after: ts('use(a.b);'),
    want: ['guard-removed'],
  },
  {
    name: 'optional chaining that became plain access is a removed guard',
    path: 'x.ts',
    before: ts('return a?.b.c;'),
    after: ts('return a.b.c;'),
    want: ['guard-removed'],
  },
  {
    name: 'a nil check that went is a removed guard (Go)',
    path: 'x.go',
    before: go('if a != nil {\n\tuse(a.B)\n}\nreturn nil'),
    after: go('use(a.B)\nreturn nil'),
    want: ['guard-removed'],
  },
  {
    name: 'a check in another form is not removed',
    path: 'X.java',
    before: java('if (a != null) { use(a.b()); }'),
    after: java('Optional.ofNullable(a).map(A::b).ifPresent(this::use);'),
    not: ['guard-removed'],
  },
  {
    name: 'a check on a value that is no longer used is not a removed guard',
    path: 'x.py',
    before: py('if b is None:\n    return\nlog(a, b)'),
    after: py('log(a)'),
    not: ['guard-removed'],
  },
  {
    name: 'a new rejecting check tightens validation',
    path: 'x.py',
    before: py('save(a)'),
    after: py('if len(a) > 10:\n    raise ValueError("too long")\nsave(a)'),
    want: ['validation-tightened'],
  },
  {
    name: 'an annotation that rejects tightens validation',
    path: 'X.java',
    before: 'class C {\n  private String name;\n}\n',
    after: 'class C {\n  @NotNull\n  private String name;\n}\n',
    want: ['validation-tightened'],
  },
  {
    name: 'a handler that went is removed error handling',
    path: 'x.ts',
    before: ts('try { go(a); } catch (e) { report(e); }'),
    after: ts('go(a);'),
    want: ['error-handling-removed'],
  },
  {
    name: 'an ignored error is removed error handling (Go)',
    path: 'x.go',
    before: go('err := a.Do()\nif err != nil {\n\treturn err\n}\nreturn nil'),
    after: go('_ = a.Do()\nreturn nil'),
    want: ['error-handling-removed'],
  },
  {
    name: 'a default that went is a removed fallback',
    path: 'x.ts',
    before: ts("return a.name ?? 'none';"),
    after: ts('return a.name;'),
    want: ['fallback-removed'],
  },
  {
    name: 'getOrDefault that became get is a removed fallback',
    path: 'X.java',
    before: java('use(map.getOrDefault(a, 3));'),
    after: java('use(map.get(a));'),
    want: ['fallback-removed'],
  },
  {
    name: 'a default that is another is a changed default',
    path: 'x.ts',
    before: ts('return a.size ?? 10;'),
    after: ts('return a.size ?? 1000;'),
    want: ['default-changed'],
    not: ['fallback-removed'],
  },
  {
    name: 'a call that is no longer waited for',
    path: 'x.ts',
    before: 'export async function f(a: any) {\n  await a.save();\n}\n',
    after: 'export async function f(a: any) {\n  a.save();\n}\n',
    want: ['await-removed'],
  },
  {
    name: 'a deferred close that went',
    path: 'x.go',
    before: go('rows := a.Query()\ndefer rows.Close()\nreturn scan(rows)'),
    after: go('rows := a.Query()\nreturn scan(rows)'),
    want: ['close-removed'],
  },
  {
    name: 'a with block that went',
    path: 'x.py',
    before: py('with open(a) as fh:\n    return fh.read()'),
    after: py('return open(a).read()'),
    want: ['close-removed'],
  },
  {
    name: 'a release in finally that went',
    path: 'x.ts',
    before: ts('const c = b.connect();\ntry { return a(c); } finally { c.release(); }'),
    after: ts('const c = b.connect();\nreturn a(c);'),
    want: ['close-removed'],
  },
  {
    name: 'a lock that went',
    path: 'x.go',
    before: go('s.mu.Lock()\ns.n++\ns.mu.Unlock()\nreturn nil'),
    after: go('s.n++\nreturn nil'),
    want: ['lock-changed'],
  },
  {
    name: 'a transaction that went',
    path: 'x.py',
    before: py('with db.transaction():\n    db.insert(a)\n    db.insert(b)'),
    after: py('db.insert(a)\ndb.insert(b)'),
    want: ['transaction-changed'],
  },
];

describe('protections that went or came', () => {
  it.each(CASES)('$name', async (given) => {
    const { kinds, features } = await kindsOf(given);
    for (const kind of given.want ?? []) expect([...kinds], JSON.stringify(features)).toContain(kind);
    for (const kind of given.not ?? []) expect([...kinds], JSON.stringify(features)).not.toContain(kind);
  });
});
