import { describe, expect, test } from 'vitest';
import { type Case, go, java, kindsOf, py, ts } from '../_testing/compare.ts';

const kt = (body: string) =>
  `class C(private val db: Db) {\n    fun f(town: String): List<Row> {\n        ${body.replaceAll('\n', '\n        ')}\n    }\n}\n`;
const rb = (body: string) => `class C\n  def f(a, b)\n    ${body.replaceAll('\n', '\n    ')}\n  end\nend\n`;
const cs = (body: string) =>
  `public class C\n{\n    private readonly HttpClient _http;\n    public async Task F(A a, int b)\n    {\n        ${body.replaceAll('\n', '\n        ')}\n    }\n}\n`;
const php = (body: string) =>
  `<?php\nclass C\n{\n    public function f($code, $order)\n    {\n        ${body.replaceAll('\n', '\n        ')}\n    }\n}\n`;

/** Each fault beside the near miss that must not be taken for it. */
const CASES: readonly Case[] = [
  // What is taken in an order of its own
  {
    name: 'two are no longer taken in the order of their numbers (php)',
    path: 'x.php',
    before: php(
      'foreach (min($code, $order) === $code ? [[$code, -1], [$order, 1]] : [[$order, 1], [$code, -1]] as [$id, $n]) {\n    move($id, $n);\n}',
    ),
    after: php('foreach ([[$code, -1], [$order, 1]] as [$id, $n]) {\n    move($id, $n);\n}'),
    want: ['order-changed'],
    inert: 'none',
  },
  {
    name: 'two are no longer taken in the order of their numbers',
    path: 'x.ts',
    before: ts('for (const id of a < b ? [a, b] : [b, a]) lock(id);'),
    after: ts('for (const id of [a, b]) lock(id);'),
    want: ['order-changed'],
    inert: 'none',
  },
  {
    name: 'one list or another is no order',
    path: 'x.ts',
    before: ts('for (const id of a ? [a, b] : [b]) lock(id);'),
    after: ts('for (const id of [a, b]) lock(id);'),
    not: ['order-changed'],
    inert: 'none',
  },
  // Fields that are left out where they are empty
  {
    name: 'a tag leaves out what is empty (go)',
    path: 'x.go',
    before: 'package p\n\ntype L struct {\n\tFree int `json:"free"`\n}\n',
    after: 'package p\n\ntype L struct {\n\tFree int `json:"free,omitempty"`\n}\n',
    want: ['field-removed'],
    inert: 'none',
  },
  {
    name: 'a tag that is told otherwise is no other wording (go)',
    path: 'x.go',
    before: 'package p\n\ntype L struct {\n\tFree int `json:"free"`\n}\n',
    after: 'package p\n\ntype L struct {\n\tFree int `json:"free_count"`\n}\n',
    want: ['field-renamed'],
    inert: 'none',
  },
  {
    name: 'an attribute leaves out what is none (rust)',
    path: 'x.rs',
    before: 'pub struct L {\n    pub note: Option<String>,\n    pub free: u32,\n}\n',
    after:
      'pub struct L {\n    #[serde(skip_serializing_if = "Option::is_none")]\n    pub note: Option<String>,\n    pub free: u32,\n}\n',
    want: ['field-removed'],
  },
  {
    name: 'an annotation leaves out what is null (java)',
    path: 'L.java',
    before: 'class L {\n  public String note;\n}\n',
    after: 'class L {\n  @JsonInclude(JsonInclude.Include.NON_NULL)\n  public String note;\n}\n',
    want: ['field-removed'],
  },
  {
    name: 'what is none is left out of the answer (python)',
    path: 'x.py',
    before: py('return a.model_dump()'),
    after: py('return a.model_dump(exclude_none=True)'),
    want: ['field-removed'],
  },
  {
    name: 'what is none is still told (python)',
    path: 'x.py',
    before: py('return a.model_dump()'),
    after: py('return a.model_dump(exclude_none=False)'),
    not: ['field-removed'],
  },
  // State of one call that becomes that of all
  {
    name: 'a map that each call made goes to the package (go)',
    path: 'x.go',
    before: go(
      'sums := make(map[string]int, 4)\nfor _, x := range a.Rows {\n\tsums[x.Id] = x.N\n}\nreturn send(sums)',
    ),
    after: `package p\n\nvar sums = make(map[string]int, 4)\n${go('clear(sums)\nfor _, x := range a.Rows {\n\tsums[x.Id] = x.N\n}\nreturn send(sums)').replace('package p\n', '')}`,
    want: ['state-shared'],
  },
  {
    name: 'a default that is made once (python)',
    path: 'x.py',
    before: 'def f(rows, seen=None):\n    seen = seen or []\n    seen.append(rows)\n    return seen\n',
    after: 'def f(rows, seen=[]):\n    seen.append(rows)\n    return seen\n',
    want: ['state-shared'],
  },
  {
    name: 'a default that nobody can change (python)',
    path: 'x.py',
    before: 'def f(rows, seen=None):\n    return rows\n',
    after: 'def f(rows, seen=()):\n    return rows\n',
    not: ['state-shared'],
  },
  {
    name: 'a list goes out of the function (typescript)',
    path: 'x.ts',
    before: ts('const rows = [];\nrows.push(a);\nreturn rows;'),
    after: `const rows = [];\n${ts('rows.length = 0;\nrows.push(a);\nreturn rows;')}`,
    want: ['state-shared'],
  },
  {
    name: 'a format becomes static (java)',
    path: 'C.java',
    before: java('SimpleDateFormat day = new SimpleDateFormat("yyyy");\nsend(day.format(a));'),
    after: java('send(day.format(a));').replace(
      'class C {\n',
      'class C {\n  private static final SimpleDateFormat day = new SimpleDateFormat("yyyy");\n',
    ),
    want: ['state-shared'],
  },
  {
    name: 'a constant list is only read (typescript)',
    path: 'x.ts',
    before: ts("const kinds = ['a', 'b'];\nreturn kinds.includes(a);"),
    after: `const kinds = ['a', 'b'];\n${ts('return kinds.includes(a);')}`,
    not: ['state-shared'],
  },
  // Rows
  {
    name: 'an outer join turns into an inner one (kotlin)',
    path: 'C.kt',
    before: kt(
      'return db.query("SELECT c.id FROM courses c LEFT JOIN reviews r ON r.course = c.id WHERE c.town = :town")',
    ),
    after: kt(
      'return db.query("SELECT c.id FROM courses c JOIN reviews r ON r.course = c.id WHERE c.town = :town")',
    ),
    want: ['query-narrowed'],
  },
  {
    name: 'a join that was an inner one is written out (kotlin)',
    path: 'C.kt',
    before: kt(
      'return db.query("SELECT c.id FROM courses c JOIN reviews r ON r.course = c.id WHERE c.town = :town")',
    ),
    after: kt(
      'return db.query("SELECT c.id FROM courses c INNER JOIN reviews r ON r.course = c.id WHERE c.town = :town")',
    ),
    not: ['query-narrowed', 'query-widened'],
  },
  {
    name: 'a statement loses its condition on the way to a builder (php)',
    path: 'C.php',
    before: php(
      "$this->db->prepare('UPDATE vouchers SET spent = :order WHERE code = :code')->execute(['order' => $order, 'code' => $code]);",
    ),
    after: php("$this->db->table('vouchers')->update(['spent' => $order]);"),
    want: ['query-widened'],
  },
  {
    name: 'a condition goes to a builder (php)',
    path: 'C.php',
    before: php(
      "$this->db->prepare('UPDATE vouchers SET spent = :order WHERE code = :code')->execute(['order' => $order, 'code' => $code]);",
    ),
    after: php("$this->db->table('vouchers')->where('code', $code)->update(['spent' => $order]);"),
    not: ['query-widened', 'query-narrowed'],
  },
  {
    name: 'a statement becomes a call that names the column (typescript)',
    path: 'x.ts',
    before: ts("return db.query('SELECT id FROM vouchers WHERE voucher_code = $1', [a]);"),
    after: ts('return db.voucher.findFirst({ where: { voucherCode: a } });'),
    not: ['query-widened'],
  },
  {
    name: 'a condition of several goes (python)',
    path: 'x.py',
    before: py('return a.execute("SELECT id FROM jobs WHERE state = %s AND owner = %s", b)'),
    after: py('return a.execute("SELECT id FROM jobs WHERE state = %s", b)'),
    want: ['query-widened'],
  },
  {
    name: 'a condition moves into a function of its own (python)',
    path: 'x.py',
    before: py('return a.execute("SELECT id FROM jobs WHERE state = %s", b)'),
    after: `def jobs(a, b):\n    return a.execute("SELECT id FROM jobs WHERE state = %s", b)\n\n\n${py('return jobs(a, b)')}`,
    not: ['query-widened'],
  },
  // Order
  {
    name: 'what is locked is no longer sorted (java)',
    path: 'C.java',
    before: java('var rows = a.rows().stream().sorted(byKey).toList();\nfor (Row row : rows) lock(row);'),
    after: java('var rows = a.rows();\nfor (Row row : rows) lock(row);'),
    want: ['order-changed'],
  },
  {
    name: 'it is sorted by another function (typescript)',
    path: 'x.ts',
    before: ts('const rows = a.rows.sort(byKey);\nreturn send(rows);'),
    after: ts('const rows = a.rows.toSorted(byKey);\nreturn send(rows);'),
    want: ['order-changed'],
  },
  {
    name: 'all that was sorted went with it (python)',
    path: 'x.py',
    before: `${py('return sorted(a)')}\n\ndef g(a):\n    return send(a)\n`,
    after: 'def g(a):\n    return send(a)\n',
    not: ['order-changed'],
  },
  // Isolation
  {
    name: 'transactions are kept further apart (ruby)',
    path: 'c.rb',
    before: rb('Stock.transaction do\n  a.save!\nend'),
    after: rb('Stock.transaction(isolation: :serializable) do\n  a.save!\nend'),
    want: ['transaction-changed'],
  },
  {
    name: 'transactions are kept further apart (csharp)',
    path: 'C.cs',
    before: cs(
      'using var tx = await _db.BeginTransactionAsync(IsolationLevel.ReadCommitted);\nawait tx.CommitAsync();',
    ),
    after: cs(
      'using var tx = await _db.BeginTransactionAsync(IsolationLevel.Serializable);\nawait tx.CommitAsync();',
    ),
    want: ['transaction-changed'],
  },
  // Threads on which all else runs
  {
    name: 'a request that no event loop knows (python)',
    path: 'x.py',
    before: 'async def rate(a):\n    answer = await client.get(a)\n    return answer.json()\n',
    after: 'async def rate(a):\n    answer = requests.get(a, timeout=4)\n    return answer.json()\n',
    want: ['blocking-call'],
  },
  {
    name: 'the same in a function that holds up nobody else (python)',
    path: 'x.py',
    before: 'def rate(a):\n    answer = client.get(a)\n    return answer.json()\n',
    after: 'def rate(a):\n    answer = requests.get(a, timeout=4)\n    return answer.json()\n',
    not: ['blocking-call'],
  },
  {
    name: 'a key is derived on the loop (typescript)',
    path: 'x.ts',
    before: ts("return derive(a, 'salt');"),
    after: ts("return pbkdf2Sync(a, 'salt', 600000, 32, 'sha256');"),
    want: ['blocking-call'],
  },
  {
    name: 'a key is derived in a handler that has no name (javascript)',
    path: 'x.js',
    before: "app.post('/keys', wrap(async (q, r) => {\n  r.json(await derive(q.body.word));\n}));\n",
    after: "app.post('/keys', wrap(async (q, r) => {\n  r.json(scryptSync(q.body.word, 'salt', 64));\n}));\n",
    want: ['blocking-call'],
  },
  {
    name: 'a file is read once, when a module listens (javascript)',
    path: 'x.js',
    before: 'app.listen(80, () => {\n  greet();\n});\n',
    after: "app.listen(80, () => {\n  greet(readFileSync('motd'));\n});\n",
    not: ['blocking-call'],
  },
  {
    name: 'a thread sleeps in an async function (rust)',
    path: 'x.rs',
    before: 'async fn f(a: u64) {\n    tokio::time::sleep(wait(a)).await;\n}\n',
    after: 'async fn f(a: u64) {\n    std::thread::sleep(wait(a));\n}\n',
    want: ['blocking-call'],
  },
  // Clients
  {
    name: 'a client for each call (csharp)',
    path: 'C.cs',
    before: cs('await _http.PostAsync("/q", a);'),
    after: cs('var http = new HttpClient();\nawait http.PostAsync("/q", a);'),
    want: ['client-per-call'],
  },
  {
    name: 'a pool for each call (typescript)',
    path: 'x.ts',
    before: ts('return pool.query(a);'),
    after: ts('const pool = new Pool(b);\nreturn pool.query(a);'),
    want: ['client-per-call'],
  },
  {
    name: 'a function whose business it is makes one (typescript)',
    path: 'x.ts',
    before: 'export function connect(a) {\n  return legacy(a);\n}\n',
    after: 'export function connect(a) {\n  return new Pool(a);\n}\n',
    not: ['client-per-call'],
  },
  // Ids
  {
    name: 'ids are made of the clock (typescript)',
    path: 'x.ts',
    before: ts('return v7();'),
    after: ts('return Date.now().toString(36);'),
    want: ['ids-collide'],
  },
  {
    name: 'ids are made of the clock (java)',
    path: 'C.java',
    before: java('send(UUID.randomUUID().toString());'),
    after: java('send(String.valueOf(System.currentTimeMillis()));'),
    want: ['ids-collide'],
  },
  {
    name: 'ids are made of small dice (go)',
    path: 'x.go',
    before: go('return send(uuid.NewString())'),
    after: go('return send(strconv.Itoa(rand.Intn(99999)))'),
    want: ['ids-collide'],
  },
  {
    name: 'ids of another library (python)',
    path: 'x.py',
    before: py('return send(uuid.uuid4())'),
    after: py('return send(ulid.ulid())'),
    not: ['ids-collide'],
  },
  {
    name: 'the time is read beside an id that stays (typescript)',
    path: 'x.ts',
    before: ts('return send(uuid());'),
    after: ts('return send(uuid(), Date.now());'),
    not: ['ids-collide'],
  },
  // Work on each call
  {
    name: 'the whole object is written for a log line (java)',
    path: 'C.java',
    before: java('log.debug("order {}", a.id());\nsend(a);'),
    after: java('log.debug("order " + mapper.writeValueAsString(a));\nsend(a);'),
    want: ['costly-work'],
  },
  {
    name: 'the whole object is written to be sent (typescript)',
    path: 'x.ts',
    before: ts('return send(a.text);'),
    after: ts('return send(JSON.stringify(a));'),
    not: ['costly-work'],
  },
  {
    name: 'a handler makes a client whatever it is called (typescript)',
    path: 'x.ts',
    before: 'export async function getRates(a) {\n  return rates.get(a);\n}\n',
    after:
      'export async function getRates(a) {\n  const http = new HttpClient(a);\n  return http.get(a);\n}\n',
    want: ['client-per-call'],
  },
  {
    name: 'a pattern is compiled on each call (go)',
    path: 'x.go',
    before: go('return send(known.MatchString(a.Name))'),
    after: go('return send(regexp.MustCompile(`^[a-z]+$`).MatchString(a.Name))'),
    want: ['costly-work'],
  },
  {
    name: 'a deep copy on each call (typescript)',
    path: 'x.ts',
    before: ts('return send({ ...a });'),
    after: ts('return send(structuredClone(a));'),
    want: ['costly-work'],
  },
  {
    name: 'a pattern that the module compiles once (python)',
    path: 'x.py',
    before: py('return send(a)'),
    after: `KNOWN = re.compile("^[a-z]+$")\n\n\n${py('return send(KNOWN.match(a))')}`,
    not: ['costly-work'],
  },
  // Contracts
  {
    name: 'a field gets another number (proto)',
    path: 'proto/piece.proto',
    before: 'message Piece {\n  string id = 1;\n  string email = 2;\n}\n',
    after: 'message Piece {\n  string id = 1;\n  string colour = 2;\n  string email = 3;\n}\n',
    want: ['field-renamed'],
  },
  {
    name: 'a field comes under a number of its own (proto)',
    path: 'proto/piece.proto',
    before: 'message Piece {\n  string id = 1;\n}\n',
    after: 'message Piece {\n  string id = 1;\n  string colour = 2;\n}\n',
    not: ['field-renamed'],
  },
  {
    name: 'a client that asks is no registration (python)',
    path: 'x.py',
    before: py('return client.get("/rates", timeout=4)'),
    after: py('return gateway(a)'),
    not: ['registration-removed'],
  },
  {
    name: 'what is kept in an application is asked, and registers nothing (python)',
    path: 'x.py',
    before: py('return app["store"].get("seats")'),
    after: py('return own.get("seats")'),
    not: ['registration-removed'],
  },
];

describe('rows, order and state', () => {
  test.each(CASES)('$name', async (each) => {
    const { inert, kinds } = await kindsOf(each);
    for (const kind of each.want ?? []) expect([...kinds]).toContain(kind);
    for (const kind of each.not ?? []) expect([...kinds]).not.toContain(kind);
    expect(inert === 'none' || each.inert === undefined).toBe(true);
  });
});
