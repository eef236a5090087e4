import { describe, expect, it } from 'vitest';
import { type Case, go, java, kindsOf, py, ts } from '../_testing/compare.ts';

const kt = (body: string) =>
  `class C(private val repository: Repository) {\n    fun f(a: A, b: Int): Int {\n        ${body.replaceAll('\n', '\n        ')}\n    }\n}\n`;
const rb = (body: string) => `class C\n  def f(a, b)\n    ${body.replaceAll('\n', '\n    ')}\n  end\nend\n`;
const cs = (body: string) =>
  `public class C\n{\n    public async Task F(A a, int b)\n    {\n        ${body.replaceAll('\n', '\n        ')}\n    }\n}\n`;

const find = (last: string) =>
  `def rate(rows, weight):\n    for row in rows:\n        if weight <= row.upto:\n            return row.price, row.days\n${last}`;

/** Said otherwise, done alike: no rule may speak. */
const ALIKE: readonly Case[] = [
  {
    name: 'blanks around operators (go)',
    path: 'x.go',
    before: go('units, nanos := a.U+b, a.N+b\nreturn join(units, nanos%base)'),
    after: go('units := a.U + b\nnanos := a.N + b\nreturn join(units, nanos % base)'),
  },
  {
    name: 'a variable under another name (kotlin)',
    path: 'X.kt',
    before: kt('val found = repository.list(b)\nreturn rank(found, b)'),
    after: kt('val offers = repository.list(b)\nreturn rank(offers, b)'),
  },
  {
    name: 'the parameter of a lambda under another name (kotlin)',
    path: 'X.kt',
    before: kt('return a.offers.filter { it.beds >= b }.sortedBy { it.price / it.score }.size'),
    after: kt(
      'return a.offers.filter { offer -> offer.beds >= b }.sortedBy { offer -> offer.price / offer.score }.size',
    ),
  },
  {
    name: 'the parameter of a block under another name (ruby)',
    path: 'x.rb',
    before: rb('a.lines.sum { |l| l.quantity * l.unit_price_cents }'),
    after: rb('a.lines.sum { |line| line.quantity * line.unit_price_cents }'),
  },
  {
    name: 'a value that was given a name (typescript)',
    path: 'x.ts',
    before: ts('return carry({ units: a.units / rates[a.code], nanos: a.nanos / rates[a.code] });'),
    after: ts('const rate = rates[a.code];\nreturn carry({ units: a.units / rate, nanos: a.nanos / rate });'),
  },
  {
    name: 'a chain that was one of two variables (java)',
    path: 'X.java',
    before: java('Collection c = a.db().of("x");\nUser u = c.find(b).one();\nkeep(u);'),
    after: java('User u = a.db().of("x").find(b).one();\nkeep(u);'),
  },
  {
    name: 'what both branches did, done after them (c#)',
    path: 'X.cs',
    before: cs('if (a == null) {\n    a = new A();\n    a.Items.Fill(b);\n} else {\n    a.Items.Fill(b);\n}'),
    after: cs('if (a == null) {\n    a = new A();\n}\na.Items.Fill(b);'),
    not: ['call-removed'],
  },
  {
    name: 'an error in other words (go)',
    path: 'x.go',
    before: go('p := find(a)\nif p == nil {\n\treturn nil, fmt.Errorf("no %d", b)\n}\nreturn p, nil'),
    after: go('p := find(a)\nif p == nil {\n\treturn nil, fmt.Errorf("there is no %d", b)\n}\nreturn p, nil'),
    not: ['error-swallowed', 'value-emptied'],
  },
  {
    name: 'a function that moved into another class (java)',
    path: 'X.java',
    before: java('sent.put(key(a, b), rows.size());'),
    after: java('sent.put(Rules.key(a, b), rows.size());'),
    not: ['argument-replaced', 'arguments-changed'],
  },
  {
    name: 'what a comprehension goes through, asked for once (python)',
    path: 'x.py',
    before: py('rows = store.sales(a)\nreturn {row.id for row in rows}'),
    after: py('return {sale.id for sale in store.sales(a)}'),
    not: ['call-in-loop'],
  },
  {
    name: 'var in the place of a type (c#)',
    path: 'X.cs',
    before: cs('Cart cart = store.Read(b);\nkeep(cart);'),
    after: cs('var cart = store.Read(b);\nkeep(cart);'),
  },
  {
    name: 'a field by its shorthand (typescript)',
    path: 'x.ts',
    before: ts(
      "const body = JSON.stringify(b);\nreturn fetch('http://x/y', { method: 'POST', body: body });",
    ),
    after: ts("const body = JSON.stringify(b);\nreturn fetch('http://x/y', { method: 'POST', body });"),
  },
  {
    name: 'a part that became a function of its own (python)',
    path: 'x.py',
    before:
      'class W:\n    def run(self, q):\n        rows = self.store.due(50)\n        for row in rows:\n            self.ship(row)\n',
    after:
      'class W:\n    def run(self, q):\n        self.ship_due(q)\n\n    def ship_due(self, q):\n        for row in self.store.due(50):\n            self.ship(row)\n',
  },
  {
    name: 'an error where an answer stood at the end (python)',
    path: 'x.py',
    before: find('    return DEFAULT, 5\n'),
    after: find('    raise LookupError(weight)\n'),
    not: ['result-missing'],
  },
  {
    name: 'two branches that both answer (python)',
    path: 'x.py',
    before: py('x = g(a)\nreturn x'),
    after: py('if b:\n    return g(a)\nelse:\n    return g(a)'),
    not: ['result-missing'],
  },
  {
    name: 'a switch in which each case answers (typescript)',
    path: 'x.ts',
    before: ts("if (a === 'x') return 1;\nreturn 2;"),
    after: ts("switch (a) {\n  case 'x':\n    return 1;\n  default:\n    return 2;\n}"),
    not: ['result-missing'],
  },
  {
    name: 'one way of keeping for another (c#)',
    path: 'X.cs',
    before: cs('db.Orders.Add(a);\nawait db.SaveChangesAsync();'),
    after: cs('await db.Orders.InsertOneAsync(a);'),
    not: ['write-removed'],
  },
  {
    name: 'what is kept, moved into a function of its own (java)',
    path: 'X.java',
    before: 'class C {\n  void f(A a) {\n    a.touch();\n    repository.save(a);\n  }\n}\n',
    after:
      'class C {\n  void f(A a) {\n    a.touch();\n    keep(a);\n  }\n\n  void keep(A a) {\n    repository.save(a);\n  }\n}\n',
    not: ['write-removed'],
  },
  {
    name: 'parameters under other names (typescript)',
    path: 'x.ts',
    before: 'export function f(a: number, b: number) {\n  return a / b;\n}\n',
    after: 'export function f(sum: number, parts: number) {\n  return sum / parts;\n}\n',
    not: ['arguments-swapped'],
  },
  {
    name: 'a parameter that went at both ends (java)',
    path: 'X.java',
    before:
      'class C {\n  int f(A a) {\n    return g(a.id(), a.sum());\n  }\n\n  int g(int id, float sum) {\n    return id;\n  }\n}\n',
    after:
      'class C {\n  int f(A a) {\n    return g(a.id());\n  }\n\n  int g(int id) {\n    return id;\n  }\n}\n',
    not: ['argument-dropped'],
  },
];

/** The same layouts of change with something lost among them. */
const FAULTS: readonly Case[] = [
  {
    name: 'another of two values that both sides know (kotlin)',
    path: 'X.kt',
    before: kt('val net = a.net\nval gross = a.gross\nbook(net, gross)\nreturn pay(gross)'),
    after: kt('val net = a.net\nval gross = a.gross\nbook(net, gross)\nreturn pay(net)'),
    want: ['argument-replaced'],
  },
  {
    name: 'the function of another class (java)',
    path: 'X.java',
    before: java('sent.put(Rules.key(a, b), rows.size());'),
    after: java('sent.put(Plans.key(a, b), rows.size());'),
    want: ['argument-replaced'],
  },
  {
    name: 'a call that is made once less (javascript)',
    path: 'x.js',
    before:
      'function convert(a) {\n  const euros = carry({ u: a.u });\n  return carry({ u: euros.u * 2 });\n}\n',
    after: 'function convert(a) {\n  const euros = carry({ u: a.u });\n  return { u: euros.u * 2 };\n}\n',
    want: ['call-removed'],
  },
  {
    name: 'a handler that went with the renaming of its function (python)',
    path: 'x.py',
    before:
      'class R:\n    def _known(self, seen):\n        try:\n            answer = self.stub.List(Empty(), timeout=2)\n        except RpcError:\n            return FALLBACK\n        return [p.id for p in answer.products]\n',
    after:
      'class R:\n    def _candidates(self, seen):\n        answer = self.stub.List(Empty(), timeout=2)\n        return [p.id for p in answer.products if p.id not in seen]\n',
    want: ['error-handling-removed'],
  },
  {
    name: 'a limit that is no longer given (kotlin)',
    path: 'X.kt',
    before: kt('val found = repository.search(town = a.town, limit = PAGE)\nreturn found.size'),
    after: kt('return repository.search(a.town.trim()).size'),
    want: ['limit-removed'],
  },
  {
    name: 'credentials that are no longer given (python)',
    path: 'x.py',
    before: py('return client.get(a, signed_by(b))'),
    after: py('return client.get(a)'),
    want: ['argument-dropped'],
  },
  {
    name: 'a function that can end without the answer that it gave (python)',
    path: 'x.py',
    before: find('    return DEFAULT, 5\n'),
    after: `${find('')}`.replace('    for row', '    if not rows:\n        return DEFAULT, 5\n    for row'),
    want: ['result-missing'],
  },
  {
    name: 'a function that can end without the answer that it gave (javascript)',
    path: 'x.js',
    before: 'function fee(kind) {\n  if (kind === "a") {\n    return 3;\n  }\n  return 0;\n}\n',
    after: 'function fee(kind) {\n  if (kind === "a") {\n    return 3;\n  }\n  log(kind);\n}\n',
    want: ['result-missing'],
  },
  {
    name: 'what is no longer kept (c#)',
    path: 'X.cs',
    before: cs('db.Orders.Add(a);\nawait db.SaveChangesAsync(token);\nawait events.PublishAsync(a);'),
    after: cs('db.Orders.Add(a);\nawait events.PublishAsync(a);'),
    want: ['write-removed'],
  },
  {
    name: 'what is no longer committed, while a part moved (go)',
    path: 'x.go',
    before: go(
      'for _, s := range a.S {\n\tput(tx, s)\n}\nif err := tx.Commit(); err != nil {\n\treturn err\n}\nreturn nil',
    ),
    after: go('putAll(tx, a.S)\nreturn nil'),
    want: ['write-removed'],
  },
  {
    name: 'what is no longer confirmed (java)',
    path: 'X.java',
    before: java('handle(a);\nchannel.ack(b);'),
    after: java('handle(a);'),
    want: ['write-removed'],
  },
  {
    name: 'parameters in another order (typescript)',
    path: 'x.ts',
    before:
      'export function instalment(cents: number, months: number, rate: number) {\n  return cents * rate ** months;\n}\n',
    after:
      'export function instalment(cents: number, rate: number, months: number) {\n  return cents * rate ** months;\n}\n',
    want: ['arguments-swapped'],
  },
  {
    name: 'an entry of a list that a framework reads (typescript)',
    path: 'x.module.ts',
    before:
      '@Module({\n  controllers: [BerthsController, ReservationsController],\n  providers: [BerthsService],\n})\nexport class BerthsModule {}\n',
    after:
      '@Module({\n  controllers: [BerthsController],\n  providers: [BerthsService],\n})\nexport class BerthsModule {}\n',
    want: ['registration-removed'],
  },
  {
    name: 'an entry of a list of settings (python)',
    path: 'settings.py',
    before:
      "MIDDLEWARE = [\n    'django.middleware.security.SecurityMiddleware',\n    'shop.middleware.TenantMiddleware',\n]\n",
    after: "MIDDLEWARE = [\n    'django.middleware.security.SecurityMiddleware',\n]\n",
    want: ['registration-removed'],
  },
];

describe('said otherwise, done alike', () => {
  it.each(ALIKE)('$name', async (each) => {
    const { kinds } = await kindsOf(each);
    expect([...kinds].filter((kind) => each.not === undefined || each.not.includes(kind))).toEqual([]);
  });
});

describe('something lost among what was only said otherwise', () => {
  it.each(FAULTS)('$name', async (each) => {
    const { kinds } = await kindsOf(each);
    expect([...kinds]).toEqual(expect.arrayContaining([...(each.want ?? [])]));
  });
});

/** Nothing is done otherwise, and the file as a whole cannot act; beside it what looks like it and does. */
const WHOLE: readonly (Case & { readonly inert: 'rephrased' | 'none' })[] = [
  {
    name: 'a value that was given a name',
    path: 'X.java',
    before: java('for (Route r : a.routes()) {\n  plans.add(new Plan(r, priceOf(r)));\n}'),
    after: java(
      'for (Route each : a.routes()) {\n  double price = priceOf(each);\n  plans.add(new Plan(each, price));\n}',
    ),
    inert: 'rephrased',
  },
  {
    name: 'a result that was given a name',
    path: 'x.py',
    before: py('return keep(store.find(b))'),
    after: py('found = store.find(b)\nreturn keep(found)'),
    inert: 'rephrased',
  },
  {
    name: 'another order of what is done',
    path: 'x.py',
    before: py('store.keep(a)\nqueue.tell(b)'),
    after: py('queue.tell(b)\nstore.keep(a)'),
    inert: 'none',
  },
  {
    name: 'something that is now done on one way only',
    path: 'x.ts',
    before: ts('if (a.open) {\n  first(a);\n}\nsecond(a);'),
    after: ts('if (a.open) {\n  first(a);\n  second(a);\n}'),
    inert: 'none',
  },
  {
    name: 'another text in an array',
    path: 'x.ts',
    before: ts("const kinds = ['a', 'b'];\nreturn kinds.includes(a.kind);"),
    after: ts("const known = ['a', 'c'];\nreturn known.includes(a.kind);"),
    inert: 'none',
  },
  {
    name: 'another type of what kept its name',
    path: 'X.java',
    before: 'class C {\n  private static final long DAYS = 30;\n}\n',
    after: 'class C {\n  private static final int DAYS = 30;\n}\n',
    inert: 'none',
  },
  {
    name: 'a turned sign',
    path: 'x.go',
    before: go('total := a.Net\nreturn keep(total + b)'),
    after: go('sum := a.Net\nreturn keep(sum - b)'),
    inert: 'none',
  },
  {
    name: 'parameters in another order',
    path: 'x.ts',
    before: 'export function f(cents: number, months: number) {\n  return cents / months;\n}\n',
    after: 'export function f(months: number, cents: number) {\n  return cents / months;\n}\n',
    inert: 'none',
  },
];

describe('a whole file that does the same in other words', () => {
  it.each(WHOLE)('$name', async (each) => {
    expect((await kindsOf(each)).inert).toBe(each.inert);
  });
});
