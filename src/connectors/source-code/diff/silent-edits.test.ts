import { describe, expect, it, test } from 'vitest';
import { type Case, go, java, kindsOf, py, ts } from '../_testing/compare.ts';
import { backtracks } from './facts/slow-patterns.ts';

const rs = (body: string) =>
  `async fn f(a: &A, b: i64) -> Result<i64, E> {\n    ${body.replaceAll('\n', '\n    ')}\n}\n`;
const cs = (body: string) =>
  `public class C\n{\n    public async Task F(A a, int b)\n    {\n        ${body.replaceAll('\n', '\n        ')}\n    }\n}\n`;
const php = (body: string) =>
  `<?php\nclass C\n{\n    public function f($a, $b)\n    {\n        ${body.replaceAll('\n', '\n        ')}\n    }\n}\n`;
const kt = (body: string) =>
  `class C(private val repository: Repository) {\n    fun f(a: A?, b: Int): Int {\n        ${body.replaceAll('\n', '\n        ')}\n    }\n}\n`;
const rb = (body: string) => `class C\n  def f(a, b)\n    ${body.replaceAll('\n', '\n    ')}\n  end\nend\n`;

/** Each fault beside the near miss that must not be taken for it. */
const CASES: readonly (Case & { readonly untold?: RegExp })[] = [
  // Kotlin as the other languages
  {
    name: 'a default that went and a value taken for granted (kotlin)',
    path: 'X.kt',
    before: kt('val n = a?.card?.level ?: return b\nreturn n'),
    after: kt('val n = a!!.card!!.level\nreturn n'),
    want: ['guard-removed', 'fallback-removed'],
  },
  {
    name: 'a turned comparison (kotlin)',
    path: 'X.kt',
    before: kt('if (b > a.limit) {\n    throw TooMany(b)\n}\nreturn b'),
    after: kt('if (b < a.limit) {\n    throw TooMany(b)\n}\nreturn b'),
    want: ['condition-changed'],
  },
  {
    name: 'a check that rejects went (kotlin)',
    path: 'X.kt',
    before: kt('if (b > 9) throw TooMany(b)\nreturn b'),
    after: kt('return b'),
    want: ['guard-removed'],
  },
  {
    name: 'a query for each (kotlin)',
    path: 'X.kt',
    before: kt('val rows = repository.findAllById(a.ids)\nreturn rows.size'),
    after: kt('val rows = a.ids.map { repository.findById(it) }\nreturn rows.size'),
    want: ['call-in-loop'],
  },
  {
    name: 'a request within a mutex (kotlin)',
    path: 'X.kt',
    before: kt('val n = mutex.withLock { next() }\nclient.send(n)\nreturn b'),
    after: kt('val n = mutex.withLock {\n    client.send(b)\n    next()\n}\nreturn b'),
    want: ['lock-changed'],
  },
  {
    name: 'another unit (kotlin)',
    path: 'X.kt',
    before: kt('open(Duration.ofSeconds(b))\nreturn b'),
    after: kt('open(Duration.ofMillis(b))\nreturn b'),
    want: ['unit-changed'],
  },
  {
    name: 'swapped arguments (kotlin)',
    path: 'X.kt',
    before: kt('return price(a, b)'),
    after: kt('return price(b, a)'),
    want: ['arguments-swapped'],
  },
  {
    name: 'the same value taken for granted in other words (kotlin)',
    path: 'X.kt',
    before: kt('return a!!.size'),
    after: kt('val n = a!!.size\nreturn n'),
    not: ['guard-removed', 'fallback-removed'],
  },
  {
    name: 'an error that is taken for granted not to come (rust)',
    path: 'x.rs',
    before: rs('let n = parse(b)?;\nOk(n)'),
    after: rs('let n = parse(b).unwrap();\nOk(n)'),
    want: ['guard-removed'],
  },
  // a lock that is held while another system is asked
  {
    name: 'a guard that lives across a request (rust)',
    path: 'x.rs',
    before: rs(
      'let port = { let table = a.ports.lock().await; table.get(&b).cloned() };\na.client.put(port).await?;\nOk(b)',
    ),
    after: rs(
      'let table = a.ports.lock().await;\nlet port = table.get(&b);\na.client.put(port).await?;\nOk(b)',
    ),
    want: ['lock-changed'],
  },
  {
    name: 'a guard that is dropped before the request (rust)',
    path: 'x.rs',
    before: rs(
      'let port = { let table = a.ports.lock().await; table.get(&b).cloned() };\na.client.put(port).await?;\nOk(b)',
    ),
    after: rs(
      'let table = a.ports.lock().await;\nlet port = table.get(&b).cloned();\ndrop(table);\na.client.put(port).await?;\nOk(b)',
    ),
    not: ['lock-changed'],
  },
  {
    name: 'a guard of one expression (rust)',
    path: 'x.rs',
    before: rs('a.client.put(b).await?;\nOk(b)'),
    after: rs('let size = a.ports.lock().await.len();\na.client.put(b).await?;\nOk(b)'),
    untold: /while/,
  },
  {
    name: 'a query within the lock (go)',
    path: 'x.go',
    before: go(
      'row, err := s.db.Query(a.ID)\nif err != nil {\n\treturn err\n}\ns.mu.Lock()\ndefer s.mu.Unlock()\ns.last = row\nreturn nil',
    ),
    after: go(
      's.mu.Lock()\ndefer s.mu.Unlock()\nrow, err := s.db.Query(a.ID)\nif err != nil {\n\treturn err\n}\ns.last = row\nreturn nil',
    ),
    want: ['lock-changed'],
  },
  {
    name: 'a query after the lock was given back (go)',
    path: 'x.go',
    before: go(
      'row, err := s.db.Query(a.ID)\nif err != nil {\n\treturn err\n}\ns.mu.Lock()\ns.last = row\ns.mu.Unlock()\nreturn nil',
    ),
    after: go(
      's.mu.Lock()\nwas := s.last\ns.mu.Unlock()\nrow, err := s.db.Query(was.ID)\nif err != nil {\n\treturn err\n}\ns.last = row\nreturn nil',
    ),
    not: ['lock-changed'],
  },
  {
    name: 'a request within a lock (python)',
    path: 'x.py',
    before: 'async def f(a, b):\n    async with a.lock:\n        n = a.next()\n    await a.client.put(n)\n',
    after:
      'async def f(a, b):\n    async with a.lock:\n        n = a.next()\n        await a.client.put(n)\n',
    want: ['lock-changed'],
  },
  {
    name: 'a call to the database within synchronized (java)',
    path: 'X.java',
    before: java('Row row = repository.findByCode(b);\nsynchronized (this) {\n  last = row;\n}'),
    after: java('synchronized (this) {\n  Row row = repository.findByCode(b);\n  last = row;\n}'),
    want: ['lock-changed'],
  },
  {
    name: 'sums within synchronized (java)',
    path: 'X.java',
    before: java('synchronized (this) {\n  last = b;\n}'),
    after: java('synchronized (this) {\n  last = Math.max(last, b);\n}'),
    not: ['lock-changed'],
  },
  {
    name: 'a request in a mutex (ts)',
    path: 'x.ts',
    before: ts('await mutex.runExclusive(() => a.bump());\nawait api.send(b);'),
    after: ts('await mutex.runExclusive(async () => {\n  a.bump();\n  await api.send(b);\n});'),
    want: ['lock-changed'],
  },
  // another unit for the same number
  {
    name: 'a duration without its unit (go)',
    path: 'x.go',
    before: go('wait(time.Duration(b) * time.Millisecond)\nreturn nil'),
    after: go('wait(time.Duration(b))\nreturn nil'),
    want: ['unit-changed'],
  },
  {
    name: 'a duration that was converted (go)',
    path: 'x.go',
    before: go('wait(1500 * time.Millisecond)\nreturn nil'),
    after: go('wait(2 * time.Second)\nreturn nil'),
    not: ['unit-changed'],
  },
  {
    name: 'a field that lost its unit (go)',
    path: 'x.go',
    before: go('return open(Options{IdleSeconds: 90})'),
    after: go('return open(Options{Idle: 90})'),
    want: ['unit-changed'],
  },
  {
    name: 'a field that lost its unit with its number in it (go)',
    path: 'x.go',
    before: go('return open(Options{IdleSeconds: 90})'),
    after: go('return open(Options{Idle: 90 * time.Second})'),
    not: ['unit-changed'],
  },
  {
    name: 'milliseconds taken for seconds (java)',
    path: 'X.java',
    before: java('cache.expire(Duration.ofSeconds(b));'),
    after: java('cache.expire(Duration.ofMillis(b));'),
    want: ['unit-changed'],
  },
  {
    name: 'milliseconds taken for seconds (python)',
    path: 'x.py',
    before: py('return timedelta(seconds=b)'),
    after: py('return timedelta(milliseconds=b)'),
    want: ['unit-changed'],
  },
  {
    name: 'another number in the same unit (python)',
    path: 'x.py',
    before: py('return timedelta(seconds=a)'),
    after: py('return timedelta(seconds=b)'),
    not: ['unit-changed'],
  },
  {
    name: 'a count that lost a word is no measure (ts)',
    path: 'x.ts',
    before: ts('use({ rowsSeconds: 4, pageCount: 20 });'),
    after: ts('use({ rowsSeconds: 4, page: 20 });'),
    not: ['unit-changed'],
  },
  // keys
  {
    name: 'a key without the customer (php)',
    path: 'x.php',
    before: php('return Cache::get("seats:{$a->shop_id}:{$b}");'),
    after: php('return Cache::get("seats:{$b}");'),
    want: ['key-narrowed'],
  },
  {
    name: 'a key without the customer (ts)',
    path: 'x.ts',
    before: ts('const key = `seats:#{a.shop}:#{b}`;\nreturn cache.get(key);'.replaceAll('#', '$')),
    after: ts('const key = `seats:#{b}`;\nreturn cache.get(key);'.replaceAll('#', '$')),
    want: ['key-narrowed'],
  },
  {
    name: 'a key with another name in it (ts)',
    path: 'x.ts',
    before: ts('const key = `seats:#{a.shop}:#{b}`;\nreturn cache.get(key);'.replaceAll('#', '$')),
    after: ts('const key = `seats:#{a.shopId}:#{b}`;\nreturn cache.get(key);'.replaceAll('#', '$')),
    not: ['key-narrowed'],
  },
  {
    name: 'a key with one part more (ruby)',
    path: 'x.rb',
    before: rb('Rails.cache.fetch(["seats", b]) { load(b) }'),
    after: rb('Rails.cache.fetch(["seats", a.shop, b]) { load(b) }'),
    want: ['cache-removed'],
    not: ['key-narrowed'],
  },
  {
    name: 'a function that answers a key with one part more (go)',
    path: 'x.go',
    before: 'package p\n\nfunc rateKey(currency string, amount int) string {\n\treturn currency\n}\n',
    after:
      'package p\n\nfunc rateKey(currency string, amount int) string {\n\treturn fmt.Sprintf("%s:%d", currency, amount)\n}\n',
    want: ['cache-removed'],
  },
  {
    name: 'a function that answers another key (go)',
    path: 'x.go',
    before: 'package p\n\nfunc rateKey(currency string, amount int) string {\n\treturn currency\n}\n',
    after: 'package p\n\nfunc rateKey(currency string, amount int) string {\n\treturn amount\n}\n',
    not: ['cache-removed'],
  },
  {
    name: 'a key with one part less (ruby)',
    path: 'x.rb',
    before: rb('Rails.cache.fetch(["seats", a.shop, b]) { load(b) }'),
    after: rb('Rails.cache.fetch(["seats", b]) { load(b) }'),
    want: ['key-narrowed'],
  },
  {
    name: 'no key at all any more (python)',
    path: 'x.py',
    before: py('return cache.get(f"seats:{a.shop}:{b}")'),
    after: py('return load(a, b)'),
    not: ['key-narrowed'],
  },
  // paths
  {
    name: 'a path from the root (ruby)',
    path: 'x.rb',
    before: rb('conn.get("seats", row: a)'),
    after: rb('conn.get("/seats", row: a)'),
    want: ['route-changed'],
  },
  {
    name: 'another path (cs)',
    path: 'X.cs',
    before: cs('await http.GetAsync("/v1/seats");'),
    after: cs('await http.GetAsync("/v2/seats");'),
    want: ['route-changed'],
  },
  {
    name: 'another text that is no path (ts)',
    path: 'x.ts',
    before: ts("tell(a, 'seats');"),
    after: ts("tell(a, 'places');"),
    not: ['route-changed'],
  },
  // bounds
  {
    name: 'a shorter timeout is a bound (java)',
    path: 'X.java',
    before: java('client.readTimeout(Duration.ofSeconds(9)).build();'),
    after: java('client.readTimeout(Duration.ofSeconds(4)).build();'),
    want: ['bound-changed'],
    not: ['arguments-changed', 'unit-changed'],
  },
  {
    name: 'how much is asked for at most is a bound, also where it is answered at once (ts)',
    path: 'x.ts',
    before: ts("return db('seats').where({ a }).orderBy('id', 'desc').limit(20);"),
    after: ts("return db('seats').where({ a }).orderBy('id', 'desc').limit(25);"),
    want: ['bound-changed'],
    not: ['return-changed', 'argument-replaced'],
  },
  {
    name: 'another number that bounds nothing (java)',
    path: 'X.java',
    before: java('price.add(a, 9);'),
    after: java('price.add(a, 4);'),
    want: ['argument-replaced'],
    not: ['bound-changed'],
  },
  // switches, names that are no longer given, arithmetic, channels, eager loads
  {
    name: 'a switch that was turned (ts)',
    path: 'x.ts',
    before: ts("return flags.bool('pay-later', false);"),
    after: ts("return flags.bool('pay-later', true);"),
    want: ['switch-turned'],
    not: ['arguments-changed'],
  },
  {
    name: 'another name of a switch (ts)',
    path: 'x.ts',
    before: ts("return flags.bool('pay-later', false);"),
    after: ts("return flags.bool('pay-now', false);"),
    not: ['switch-turned'],
  },
  {
    name: 'a header that is no longer sent (ts)',
    path: 'x.ts',
    before: ts('return fetch(a, { headers: { authorization: b, accept: "text/plain" } });'),
    after: ts('return fetch(a, { headers: { accept: "text/plain" } });'),
    want: ['field-removed'],
  },
  {
    name: 'a header under another name (ts)',
    path: 'x.ts',
    before: ts('return fetch(a, { headers: { authorization: b, accept: "text/plain" } });'),
    after: ts('return fetch(a, { headers: { "x-api-key": b, accept: "text/plain" } });'),
    want: ['field-renamed'],
    not: ['field-removed'],
  },
  {
    name: 'an object that is no longer made (ts)',
    path: 'x.ts',
    before: ts('return save({ name: a, size: b });'),
    after: ts('return drop(a);'),
    not: ['field-removed'],
  },
  {
    name: 'a subtraction without its floor (rust)',
    path: 'x.rs',
    before: rs('Ok(b.saturating_sub(a.last))'),
    after: rs('Ok(b - a.last)'),
    want: ['guard-removed'],
  },
  {
    name: 'another floor for a subtraction (rust)',
    path: 'x.rs',
    before: rs('Ok(b.saturating_sub(a.last))'),
    after: rs('Ok(b.checked_sub(a.last).unwrap_or(0))'),
    not: ['guard-removed'],
  },
  {
    name: 'a sum that may wrap (java)',
    path: 'X.java',
    before: java('total = Math.addExact(total, b);'),
    after: java('total = total + b;'),
    want: ['guard-removed'],
  },
  {
    name: 'a channel without room (go)',
    path: 'x.go',
    before: go('out := make(chan int, b)\ngo send(out)\nreturn nil'),
    after: go('out := make(chan int)\ngo send(out)\nreturn nil'),
    want: ['unbounded-growth'],
  },
  {
    name: 'a handler without a name keeps every request',
    path: 'orders.js',
    before: "app.post('/orders', wrap(async (q, r) => {\n  const requestId = q.id;\n  place(q);\n}));\n",
    after:
      "const recent = new Map();\napp.post('/orders', wrap(async (q, r) => {\n  const requestId = q.id;\n  recent.set(requestId, q);\n  place(q);\n}));\n",
    want: ['unbounded-growth'],
  },
  {
    name: 'a list that is filled once when the module is loaded does not grow',
    path: 'orders.js',
    before: 'const all = [];\n',
    after: 'const all = [];\nnames.forEach((name) => {\n  all.push(load(name));\n});\n',
    not: ['unbounded-growth'],
  },
  {
    name: 'a channel with more room (go)',
    path: 'x.go',
    before: go('out := make(chan int, 4)\ngo send(out)\nreturn nil'),
    after: go('out := make(chan int, 8)\ngo send(out)\nreturn nil'),
    not: ['unbounded-growth'],
  },
  {
    name: 'an eager load that went (ruby)',
    path: 'x.rb',
    before: rb('Lot.open.includes(:boat).order(:id)'),
    after: rb('Lot.open.order(:id)'),
    want: ['batch-removed'],
  },
  {
    name: 'an eager load in other words (python)',
    path: 'x.py',
    before: py('return Lot.objects.select_related("boat").order_by("id")'),
    after: py('return Lot.objects.order_by("id").select_related("boat")'),
    not: ['batch-removed'],
  },
  {
    name: 'another member of what a call gives (php)',
    path: 'x.php',
    before: php("return ['state' => $a->state()->name];"),
    after: php("return ['state' => $a->state()->value];"),
    want: ['field-renamed'],
  },
  // conversions and lifetimes
  {
    name: 'a text that is no longer made a number (php)',
    path: 'x.php',
    before: php('return $this->price((int) $a->days, $b);'),
    after: php('return $this->price($a->days, $b);'),
    want: ['type-changed'],
  },
  {
    name: 'a text that is no longer made a number (python)',
    path: 'x.py',
    before: py('return price(int(a["days"]), b)'),
    after: py('return price(a["days"], b)'),
    want: ['type-changed'],
  },
  {
    name: 'a number that is made in another way (ts)',
    path: 'x.ts',
    before: ts('return price(Number(a.days), b);'),
    after: ts('return price(parseInt(a.days, 10), b);'),
    not: ['type-changed'],
  },
  {
    name: 'a number that nobody needs any more (ts)',
    path: 'x.ts',
    before: ts('return price(Number(a.days), b);'),
    after: ts('return price(b, b);'),
    not: ['type-changed'],
  },
  {
    name: 'an object that all share now (cs)',
    path: 'X.cs',
    before: cs('services.AddScoped<Tills>();'),
    after: cs('services.AddSingleton<Tills>();'),
    want: ['lock-changed'],
  },
  {
    name: 'another object in its place (cs)',
    path: 'X.cs',
    before: cs('services.AddScoped<Tills>();'),
    after: cs('services.AddScoped<Drawers>();'),
    untold: /lock-changed/,
  },
  // regular expressions
  {
    name: 'a pattern that repeats within a repetition (ts)',
    path: 'x.ts',
    before: 'const NAME = /^[a-z ]+$/;\nexport const isName = (a: string) => NAME.test(a);\n',
    after: 'const NAME = /^([a-z]+ ?)+$/;\nexport const isName = (a: string) => NAME.test(a);\n',
    want: ['pattern-backtracks'],
  },
  {
    name: 'the same where the engine is linear (go)',
    path: 'x.go',
    before: go('return match(regexp.MustCompile("^[a-z ]+$"), a)'),
    after: go('return match(regexp.MustCompile("^([a-z]+ ?)+$"), a)'),
    not: ['pattern-backtracks'],
  },
  {
    name: 'a pattern in a string (java)',
    path: 'X.java',
    before: java('Pattern.compile("^\\\\d+$").matcher(a);'),
    after: java('Pattern.compile("^(\\\\d+\\\\s?)*$").matcher(a);'),
    want: ['pattern-backtracks'],
  },
];

describe('edits that break things without a word', () => {
  it.each(CASES)('$name', async (kase) => {
    const { kinds, features } = await kindsOf(kase);
    const told = features.map((feature) => `${feature.kind}: ${feature.detail}`).join('\n');
    for (const want of kase.want ?? []) expect(kinds, told).toContain(want);
    if (kase.untold !== undefined) expect(told).not.toMatch(kase.untold);
    for (const unwanted of kase.not ?? []) expect(kinds, told).not.toContain(unwanted);
  });
});

test.each([
  ['(a+)+', true],
  ['^(\\w+\\s?)*$', true],
  ['(?:[\\p{L}\\d]+[ -]?)+$', true],
  ['(\\d|\\w)+', true],
  ['(.*)*', true],
  ['([a-z]+)*@x', true],
  ['(\\w+,)+', false],
  ['^(\\d{1,3}\\.)+\\d$', false],
  ['(?:ab)+', false],
  ['(a|b)+', false],
  ['[(+]+)*', false],
  ['(?=a+)*b', false],
  ['(?>a+)+', false],
  ['(a++)+', false],
  ['a+b+c+', false],
  ['(', false],
  ['(((((', false],
])('%s backtracks: %s', (pattern, want) => {
  expect(backtracks(pattern)).toBe(want);
});

test('no pattern makes it throw or hang', () => {
  for (const text of ['(?<', '[', '\\', '(a{1,', '('.repeat(399), '(a|'.repeat(100), ')*', '(?:)*+', '()*'])
    expect(typeof backtracks(text)).toBe('boolean');
});
