/** Small edits are never "the same in other words"; what does act is told where no other rule tells it. */
import { expect, it, test } from 'vitest';
import { kindsOf } from '../_testing/compare.ts';
import { categoryOf } from './category.ts';
import { compareFile } from './file-comparison.ts';

async function compared(path: string, before: string, after: string) {
  const { inert, edit } = await compareFile({
    path,
    category: categoryOf(path),
    oldText: before,
    newText: after,
  });
  return { inert, edit: edit === null ? null : `${edit.kind}: ${edit.detail}` };
}

const PHP = '<?php\nclass C\n{\n    public function f($a)\n    {\n';
const END = '\n        return $found;\n    }\n}\n';

test.each([
  {
    name: 'one comparison turned where the other stands elsewhere (go)',
    path: 'x.go',
    before:
      'package p\n\nfunc F(a, b error) error {\n\tif a != nil && b == nil {\n\t\treturn a\n\t}\n\treturn b\n}\n',
    after:
      'package p\n\nfunc F(a, b error) error {\n\tif a != nil && b != nil {\n\t\treturn a\n\t}\n\treturn b\n}\n',
    edit: 'condition-changed: "b == nil" became "b != nil" in F',
  },
  {
    name: 'a value that is set no more, and read (go)',
    path: 'x.go',
    before:
      'package p\n\nfunc F(kind string) string {\n\tif kind == "" {\n\t\tkind = "ip"\n\t}\n\treturn look(kind)\n}\n',
    after: 'package p\n\nfunc F(kind string) string {\n\tif kind == "" {\n\t}\n\treturn look(kind)\n}\n',
    edit: 'value-emptied: kind is no longer set ("kind = "ip"") in F',
  },
  {
    name: 'a list that grows no more (php)',
    path: 'x.php',
    before: `${PHP}        $found = [];\n        if ($a) {\n            $found = $a->rows;\n        }${END}`,
    after: `${PHP}        $found = [];\n        if ($a) {\n        }${END}`,
    edit: 'value-emptied: found is no longer set ("$found = $a->rows") in C.f',
  },
  {
    name: 'a variable of the object that is set no more (ruby)',
    path: 'x.rb',
    before:
      'class C\n  def initialize(name, key)\n    @name = name\n    @key = key\n  end\n\n  def to_s\n    "#{@name}:#{@key}"\n  end\nend\n',
    after:
      'class C\n  def initialize(name, key)\n    @name = name\n  end\n\n  def to_s\n    "#{@name}:#{@key}"\n  end\nend\n',
    edit: 'value-emptied: key is no longer set ("@key = key") in C.initialize',
  },
  {
    name: 'the second of two settings that begin alike (javascript)',
    path: 'x.js',
    before:
      'class Page {\n  constructor(size, order) {\n    this.size = size;\n    this.order = order;\n    this.seen = 0;\n  }\n\n  next() {\n    return fetch(this.size, this.order);\n  }\n}\n',
    after:
      'class Page {\n  constructor(size, order) {\n    this.size = size;\n    this.seen = 0;\n  }\n\n  next() {\n    return fetch(this.size, this.order);\n  }\n}\n',
    edit: 'value-emptied: order is no longer set ("this.order = order") in Page.constructor',
  },
  {
    name: 'a field that only other files read (typescript)',
    path: 'x.ts',
    before:
      'export class Lock {\n  held: boolean;\n  take(): void {\n    this.held = true;\n    this.count();\n  }\n}\n',
    after: 'export class Lock {\n  held: boolean;\n  take(): void {\n    this.count();\n  }\n}\n',
    edit: 'value-emptied: held is no longer set ("this.held = true") in Lock.take',
  },
  {
    name: 'a call before what begins as it does (typescript)',
    path: 'x.ts',
    before:
      'function turn(page: Page | null) {\n  if (page) {\n    page.release();\n    page = null;\n    begin();\n  }\n}\n',
    after: 'function turn(page: Page | null) {\n  if (page) {\n    page = null;\n    begin();\n  }\n}\n',
    edit: 'call-removed: page.release() is no longer called in turn',
  },
  {
    name: 'an answer that is given no more (javascript)',
    path: 'x.js',
    before: 'function price(cart) {\n  const sum = add(cart);\n  return sum;\n}\n',
    after: 'function price(cart) {\n  const sum = add(cart);\n}\n',
    edit: 'value-emptied: "return sum;" is gone in price',
  },
  {
    name: 'a turn that ends no more (rust)',
    path: 'x.rs',
    before:
      'fn run(list: &mut List) -> u32 {\n    let mut n = 0;\n    loop {\n        if list.drain() {\n            continue;\n        }\n        n += 1;\n        if list.empty() {\n            return n;\n        }\n    }\n}\n',
    after:
      'fn run(list: &mut List) -> u32 {\n    let mut n = 0;\n    loop {\n        if list.drain() {\n        }\n        n += 1;\n        if list.empty() {\n            return n;\n        }\n    }\n}\n',
    edit: 'condition-changed: "continue" is gone in run',
  },
  {
    name: 'a way out that is there no more (python)',
    path: 'x.py',
    before: 'def send(mail):\n    if mail.sent:\n        return\n    post(mail)\n    mail.sent = True\n',
    after: 'def send(mail):\n    if mail.sent:\n        pass\n    post(mail)\n    mail.sent = True\n',
    edit: 'condition-changed: "return" is gone in send',
  },
  {
    name: 'what was refused is taken (php)',
    path: 'x.php',
    before: `${PHP}        if ($a->isLocked()) {\n            throw new Locked($a->id);\n        }\n        $found = $a->rows;${END}`,
    after: `${PHP}        if ($a->isLocked()) {\n        }\n        $found = $a->rows;${END}`,
    edit: 'condition-changed: "throw new Locked($a->id)" is gone in C.f',
  },
  {
    name: 'nothing is answered (java)',
    path: 'X.java',
    before: 'class X {\n  String key(String table) {\n    return table + "_lock";\n  }\n}\n',
    after: 'class X {\n  String key(String table) {\n    return null;\n  }\n}\n',
    edit: 'value-emptied: "return table + "_lock";" returns null now in X.key',
  },
  {
    name: 'two values of an answer that changed places (ruby)',
    path: 'x.rb',
    before: 'class C\n  def f(a)\n    [a.low, a.high]\n  end\nend\n',
    after: 'class C\n  def f(a)\n    [a.high, a.low]\n  end\nend\n',
    edit: 'arguments-swapped: the same values are given in another order in C.f',
  },
  {
    name: 'another field of what came in (typescript)',
    path: 'x.ts',
    before:
      'export function f(call: Call, rates: Rates) {\n  load((all) => {\n    reply(all[call.to_code]);\n  });\n}\n',
    after:
      'export function f(call: Call, rates: Rates) {\n  load((all) => {\n    reply(all[call.toCode]);\n  });\n}\n',
    edit: 'field-renamed: "call.to_code" became "call.toCode" in f',
  },
  {
    name: 'a name in the place of the text that spells it (go)',
    path: 'x.go',
    before: 'package p\n\nfunc F() {\n\tregister("Drop", Drop)\n}\n',
    after: 'package p\n\nfunc F() {\n\tregister(Drop, "Drop")\n}\n',
    edit: 'arguments-swapped: the same values are given in another order in F',
  },
  {
    name: 'a call that is made no more, where the same is made elsewhere (python)',
    path: 'x.py',
    before: 'def f(a):\n    sign(a)\n    send(a)\n\n\ndef g(a):\n    sign(a)\n',
    after: 'def f(a):\n    send(a)\n\n\ndef g(a):\n    sign(a)\n',
    edit: 'call-removed: sign() is no longer called in f',
  },
  {
    name: 'a column of a statement that is put together (go)',
    path: 'x.go',
    before:
      'package p\n\nfunc F(id string) error {\n\treturn get(base+" WHERE seat.seat_id =? GROUP BY seat.row", id)\n}\n',
    after:
      'package p\n\nfunc F(id string) error {\n\treturn get(base+" WHERE seat.id =? GROUP BY seat.row", id)\n}\n',
    edit: 'query-changed: "base+" WHERE seat.seat_id =? GROUP BY seat.row"" became "base+" WHERE seat.id =? GROUP BY seat.row"" in F',
  },
  {
    name: 'a loop of calls that went (go)',
    path: 'x.go',
    before:
      'package p\n\nfunc F(list []A) []A {\n\tfor i := range list {\n\t\tlist[i].Link()\n\t}\n\treturn list\n}\n',
    after: 'package p\n\nfunc F(list []A) []A {\n\treturn list\n}\n',
    edit: 'call-removed: list[i].Link() is no longer called in F',
  },
  {
    name: 'a count that counts no more (javascript)',
    path: 'x.js',
    before:
      'exports.f = (list) => {\n  let n = 0;\n  for (const a of list) {\n    n++;\n  }\n  return n;\n};\n',
    after: 'exports.f = (list) => {\n  let n = 0;\n  for (const a of list) {\n  }\n  return n;\n};\n',
    edit: 'value-emptied: n is no longer set ("n++") in exports.f',
  },
  {
    name: 'one value less in an answer (ruby)',
    path: 'x.rb',
    before: 'class C\n  def f(a)\n    return a.store, a.path if a.store\n  end\nend\n',
    after: 'class C\n  def f(a)\n    return a.store if a.store\n  end\nend\n',
    edit: 'argument-dropped: "a . path" is no longer given in C.f',
  },
  {
    name: 'an empty text that is given no more (javascript)',
    path: 'x.js',
    before: "exports.f = (a) => a.name.replace(/^x/, '');\n",
    after: 'exports.f = (a) => a.name.replace(/^x/);\n',
    edit: 'argument-dropped: "\'\'" is no longer given in exports.f',
  },
])('acts: $name', async ({ path, before, after, edit }) => {
  expect(await compared(path, before, after)).toEqual({ inert: 'none', edit });
});

test.each([
  {
    name: 'a value that nobody reads',
    path: 'x.py',
    before: 'def f(a):\n    size = len(a)\n    return a[0]\n',
    after: 'def f(a):\n    return a[0]\n',
  },
  {
    name: 'a log line that went',
    path: 'x.go',
    before: 'package p\n\nfunc F(a A) {\n\tlog.WithField("id", a.id).Info("sent")\n\tsend(a)\n}\n',
    after: 'package p\n\nfunc F(a A) {\n\tsend(a)\n}\n',
  },
  {
    name: 'a parameter that is called otherwise and not used',
    path: 'x.js',
    before: 'exports.f = (list, index) => list.length;\n',
    after: 'exports.f = (list, _at) => list.length;\n',
  },
])('acts as before: $name', async ({ path, before, after }) => {
  expect((await compared(path, before, after)).inert).not.toBe('none');
});

it('knows a program that is called after a document', async () => {
  expect(categoryOf('lib/security.rb')).toBe('code');
  expect(categoryOf('app/license.py')).toBe('code');
  expect(categoryOf('SECURITY.md')).toBe('docs');
  expect(categoryOf('LICENSE')).toBe('docs');
});

it('says nothing of another sentence of an error, nor of a log line with one field more', async () => {
  const body = (text: string, log: string) =>
    `package p\n\nfunc F(a A) (*B, error) {\n\tif a.id == "" {\n\t\treturn nil, status.Errorf(codes.Internal, "${text}")\n\t}\n\t${log}.Infof("paid %s", a.id)\n\treturn pay(a), nil\n}\n`;
  const { inert, features } = await kindsOf({
    name: '',
    path: 'x.go',
    before: body('failed to make an id', 'log'),
    after: body('failed to make the id', 'log.WithField("items", len(a.items))'),
  });
  expect({ inert, features }).toEqual({ inert: 'log-text-only', features: [] });
});

test.each([
  ['a.js', 'const parts = (line) => line.split(";");\n', 'const parts = (line) => line.split();\n'],
  ['a.js', 'const head = (names) => names.join(" ");\n', 'const head = (names) => names.join("  ");\n'],
  [
    'a.py',
    'def parts(line):\n    return line.split(";")\n',
    'def parts(line):\n    return line.split("\\"")\n',
  ],
  [
    'A.java',
    'class A { String f(String a) { return a + ";"; } }\n',
    'class A { String f(String a) { return a + " "; } }\n',
  ],
  [
    'a.php',
    "<?php function f($a) { return explode(';', $a); }\n",
    "<?php function f($a) { return explode(' ', $a); }\n",
  ],
  ['a.rb', "def f(a)\n  a.split(';')\nend\n", "def f(a)\n  a.split(' ')\nend\n"],
  [
    'a.go',
    'package p\n\nfunc F(a string) []string { return cut(a, ";") }\n',
    'package p\n\nfunc F(a string) []string { return cut(a, " ") }\n',
  ],
  [
    'a.rs',
    'fn f(a: &str) -> String { a.replace(";", ",") }\n',
    'fn f(a: &str) -> String { a.replace(" ", ",") }\n',
  ],
])('a text of one mark or of spaces is no layout: %s', async (path, before, after) => {
  expect((await compared(path, before, after)).inert).toBe('none');
});
