/** A word of a library that is exchanged or left out: nothing else about the difference says what follows. */
import { describe, expect, it } from 'vitest';
import type { DiffFeatureKind } from '../../../domain/code.ts';
import { go, kindsOf, py, ts } from '../_testing/compare.ts';

interface Case {
  readonly name: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly kind: DiffFeatureKind;
}

const listener = (annotation: string) =>
  `class Events {\n  ${annotation}\n  public void placed(OrderPlaced event) {\n    kafka.send("orders.placed", event.id());\n  }\n}\n`;
const db = (body: string) =>
  `class Db(val source: Source) {\n  suspend fun <T> query(block: (C) -> T): T =\n    ${body}\n}\n`;
const feedings = (body: string) =>
  `public class F\n{\n  public async Task<List<Feeding>> Latest(string pond)\n  {\n    ${body}\n  }\n}\n`;

const TOLD: readonly Case[] = [
  {
    name: 'a listener that no longer waits for the commit (java)',
    path: 'Events.java',
    before: listener('@TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)'),
    after: listener('@EventListener'),
    kind: 'told-early',
  },
  {
    name: 'a call that no longer waits for the commit (python)',
    path: 'x.py',
    before: py('a.save()\ntransaction.on_commit(lambda: tell(a))'),
    after: py('a.save()\ntell(a)'),
    kind: 'told-early',
  },
  {
    name: 'told before the commit instead of behind it (typescript)',
    path: 'x.ts',
    before: ts('a.insert(b);\na.commit();\nbus.publish(b);'),
    after: ts('a.insert(b);\nbus.publish(b);\na.commit();'),
    kind: 'told-early',
  },
  {
    name: 'queries that stay on the threads of requests (kotlin)',
    path: 'Db.kt',
    before: db('withContext(Dispatchers.IO) { source.use(block) }'),
    after: db('coroutineScope { source.use(block) }'),
    kind: 'blocking-call',
  },
  {
    name: 'a time that is no longer set (javascript)',
    path: 'x.js',
    before: 'const server = app.listen(80);\nserver.keepAliveTimeout = 75_000;\n',
    after: 'const server = http.createServer(app);\nserver.listen(80);\n',
    kind: 'setting-removed',
  },
  {
    name: 'milliseconds for seconds in an option of a store (typescript)',
    path: 'x.ts',
    before: ts('a.set(b, text, { EX: seconds });'),
    after: ts('a.set(b, text, { PX: options.ttl });'),
    kind: 'unit-changed',
  },
  {
    name: 'another key of messages (python)',
    path: 'x.py',
    before: py('a.produce("readings", key=b.meter.encode(), value=b.body)'),
    after: py('a.produce("readings", key=b.id.encode(), value=b.body)'),
    kind: 'partition-changed',
  },
  {
    name: 'a limit behind the query instead of within it (c#)',
    path: 'F.cs',
    before: feedings('return await farm.Feedings.Where(f => f.Pond == pond).Take(50).ToListAsync();'),
    after: feedings(
      'var all = await farm.Feedings.Where(f => f.Pond == pond).ToListAsync();\n    return all.Take(50).ToList();',
    ),
    kind: 'limit-removed',
  },
  {
    name: 'a column less to sort the pages by, in a statement that got a name (go)',
    path: 'x.go',
    before: go(
      'rows, err := s.db.Query("select id, name from parts order by updated_at, id limit $1 offset $2", b, b)\nuse(rows)\nreturn err',
    ),
    after: `${go('rows, err := s.db.Query(listParts, b, b)\nuse(rows)\nreturn err')}\nconst (\n\tcolumns = "id, name"\n\tlistParts = "select " + columns + " from parts order by updated_at limit $1 offset $2"\n)\n`,
    kind: 'order-changed',
  },
];

const NOT_TOLD: readonly Case[] = [
  {
    name: 'a number that was converted with its unit (typescript)',
    path: 'x.ts',
    before: ts('a.set(b, text, { EX: seconds });'),
    after: ts('a.set(b, text, { PX: seconds * 1000 });'),
    kind: 'unit-changed',
  },
  {
    name: 'a time that is set elsewhere (javascript)',
    path: 'x.js',
    before: 'const server = app.listen(80);\nserver.keepAliveTimeout = 75_000;\n',
    after:
      'const server = app.listen(80);\ntune(server);\nfunction tune(each) {\n  each.keepAliveTimeout = 75_000;\n}\n',
    kind: 'setting-removed',
  },
  {
    name: 'a statement that only got a name (go)',
    path: 'x.go',
    before: go(
      'rows, err := s.db.Query("select id, name from parts order by id limit $1", b)\nuse(rows)\nreturn err',
    ),
    after: `${go('rows, err := s.db.Query(listParts, b)\nuse(rows)\nreturn err')}\nconst columns = "id, name"\n\nconst listParts = "select " + columns + " from parts order by id limit $1"\n`,
    kind: 'limit-removed',
  },
  {
    name: 'a check that rejects at the end instead of at once (typescript)',
    path: 'x.ts',
    before: ts('if (a.status !== 201) {\n  throw new Error(b);\n}\nreturn a.id;'),
    after: ts('if (a.status === 201) {\n  return a.id;\n}\nlog(b);\nthrow new Error(b);'),
    kind: 'guard-removed',
  },
  {
    name: 'a statement that is fetched with its values (python)',
    path: 'x.py',
    before: py('return a.db.fetch("select 1 from t where x = $1", b)'),
    after: py('return a.db.fetch("select 2 from t where x = $1", b)'),
    kind: 'default-changed',
  },
  {
    name: 'a map that several may write to (java)',
    path: 'X.java',
    before: 'class X {\n  void f() {\n    Map m = new HashMap();\n    use(m);\n  }\n}\n',
    after: 'class X {\n  void f() {\n    Map m = new ConcurrentHashMap();\n    use(m);\n  }\n}\n',
    kind: 'lock-changed',
  },
];

describe('a word of a library', () => {
  it.each(TOLD)('$name', async ({ kind, ...each }) => {
    expect([...(await kindsOf(each)).kinds]).toContain(kind);
  });
});

describe('what follows nothing', () => {
  it.each(NOT_TOLD)('$name', async ({ kind, ...each }) => {
    expect([...(await kindsOf(each)).kinds]).not.toContain(kind);
  });
});

describe('a check that no longer rejects', () => {
  it('is told though its condition stands there turned round', async () => {
    const { kinds } = await kindsOf({
      name: '',
      path: 'x.ts',
      before: ts('if (a.status !== 201) {\n  throw new Error(b);\n}\nreturn a.id;'),
      after: ts('if (a.status === 201) {\n  log(b);\n}\nreturn a.id;'),
    });
    expect([...kinds].some((kind) => kind === 'guard-removed' || kind === 'condition-changed')).toBe(true);
  });
});
