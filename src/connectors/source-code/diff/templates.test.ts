/** Values that templates ask for; markup, words and whatever is no template tell nothing. */
import { describe, expect, it, test } from 'vitest';
import { templateFeatures } from './templates.ts';

const told = (path: string, before: string, after: string) =>
  templateFeatures(path, before, after).map(
    ({ kind, symbols, line }) => `${kind} ${symbols.join(' ')} @${line}`,
  );

test.each([
  [
    'another field',
    'mail/paid.html',
    '<p>{{ order.id }}</p>\n<b>{{ line.cost.units }}</b>\n',
    '<p>{{ order.id }}</p>\n<b>{{ line.price.units }}</b>\n',
    ['field-renamed price cost line units @2'],
  ],
  [
    'a value less',
    'a.erb',
    '<%= @seat.row %>\n<%= @seat.name %>\n',
    '<%= @seat.row %>\n',
    ['field-removed seat name @2'],
  ],
  [
    'a value more',
    'a.j2',
    'x\n',
    'x\n\n{% if order.gift %}y{% endif %}\n',
    ['logic-changed order gift @3', 'logic-changed endif @3'],
  ],
  [
    'an attribute of Thymeleaf',
    'a.html',
    `<i th:text="$\{a.total}">`,
    `<i th:text="$\{a.sum}">`,
    ['field-renamed sum total text @1'],
  ],
  ['other words', 'mail/paid.html', '<h1>Paid {{ id }}</h1>', '<h2>Thanks {{ id }}</h2>', []],
  ['the same in another place', 'a.hbs', '{{a1}} {{b}}', '{{b}}\n{{a1}}', []],
  ['no template', 'notes/a.rst', '{{ one }}', '{{ two }}', []],
] as const)('%s', (_name, path, before, after, want) => expect(told(path, before, after)).toEqual(want));

describe('hostile templates', () => {
  it('are read in time that grows with their size, and never throw', () => {
    const open = '{{'.repeat(50_000);
    expect(templateFeatures('a.html', open, `${open} `)).toEqual([]);
    const many = Array.from({ length: 20_000 }, (_, n) => `{{ value${n} }}`).join('\n');
    expect(templateFeatures('a.html', many, many.replaceAll('value', 'other'))).toHaveLength(6);
    expect(templateFeatures('a.html', '', '\0<% %>{{}}')).toHaveLength(1);
  });
});
