/** What types are called and counted by where they are sent: numbers of the members of an enum, the style in which names of fields are written. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { nameOf } from '../syntax/shape.ts';
import type { FeatureDraft } from './feature-draft.ts';

interface Numbered {
  readonly line: number;
  readonly members: ReadonlyMap<string, number>;
}

/** Languages in which a member without a value is sent as the number of its place. */
const BY_PLACE = new Set(['csharp', 'typescript', 'tsx']);

function enumsIn(root: SyntaxNode): ReadonlyMap<string, Numbered> {
  const found = new Map<string, Numbered>();
  if (!BY_PLACE.has(root.source.languageId)) return found;
  for (const node of descend(root)) {
    if (node.type !== 'enum_declaration') continue;
    const name = node.child('name')?.text;
    const body = node.child('body');
    if (name === undefined || body === null) continue;
    const members = new Map<string, number>();
    let next = 0;
    for (const member of body.namedChildren) {
      const value = member.child('value');
      const own = member.role === 'identifier' ? member.text : (member.child('name')?.text ?? nameOf(member));
      if (own === null) continue;
      const given = value === null ? next : Number(value.text);
      // A text, or something that is worked out: its place does not count.
      if (!Number.isInteger(given)) continue;
      members.set(own, given);
      next = given + 1;
    }
    found.set(name, { line: node.line, members });
  }
  return found;
}

function shiftedMembers(before: SyntaxNode, after: SyntaxNode): FeatureDraft[] {
  const [old, now] = [enumsIn(before), enumsIn(after)];
  return [...old].flatMap(([name, { members }]) => {
    const other = now.get(name);
    const shifted = [...members].filter(([member, value]) => (other?.members.get(member) ?? value) !== value);
    const [first] = shifted;
    if (other === undefined || first === undefined) return [];
    const detail = `${name}.${first[0]} was ${first[1]} and is now ${other.members.get(first[0])}: whoever reads the number takes it for another`;
    const line = other.line;
    return [
      {
        kind: 'field-renamed',
        detail,
        symbols: [name, ...shifted.map(([member]) => member)],
        line,
        old: false,
      },
    ];
  });
}

type Style = (words: readonly string[]) => string;

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const STYLES: Readonly<Record<string, Style>> = {
  camelCase: ([first = '', ...rest]) => first + rest.map(capital).join(''),
  PascalCase: (words) => words.map(capital).join(''),
  snake_case: (words) => words.join('_'),
  'kebab-case': (words) => words.join('-'),
  SCREAMING_SNAKE_CASE: (words) => words.join('_').toUpperCase(),
};

/** Rust: `#[serde(rename_all = "…")]` above a type, with the names that its fields are written by. */
function writtenNames(
  root: SyntaxNode,
): ReadonlyMap<string, Numbered & { readonly written: readonly string[] }> {
  const found = new Map<string, Numbered & { readonly written: readonly string[] }>();
  if (root.source.languageId !== 'rust') return found;
  let style = 'snake_case';
  for (const node of descend(root)) {
    if (node.type === 'attribute_item') style = /\brename_all\s*=\s*"([^"]+)"/.exec(node.text)?.[1] ?? style;
    if (node.type !== 'struct_item') continue;
    const write = STYLES[style] ?? STYLES['snake_case'];
    const fields = descend(node).flatMap((each) => (each.role === 'field' ? [nameOf(each) ?? ''] : []));
    const written = fields.map((field) => write?.(field.split('_')) ?? field);
    found.set(node.child('name')?.text ?? '', { line: node.line, members: new Map(), written });
    style = 'snake_case';
  }
  return found;
}

function otherStyle(before: SyntaxNode, after: SyntaxNode): FeatureDraft[] {
  const [old, now] = [writtenNames(before), writtenNames(after)];
  return [...old].flatMap(([name, { written }]) => {
    const other = now.get(name);
    const gone = written.filter((field) => other?.written.includes(field) === false);
    const [first] = gone;
    // Of a field that went alone its own rule tells.
    if (
      other === undefined ||
      first === undefined ||
      gone.length < 2 ||
      written.length !== other.written.length
    )
      return [];
    const at = written.indexOf(first);
    const detail = `the fields of ${name} are written in another style: "${first}" became "${other.written[at]}"`;
    return [
      { kind: 'field-renamed', detail, symbols: [...gone, ...other.written], line: other.line, old: false },
    ];
  });
}

export function contractNames(before: SyntaxNode, after: SyntaxNode): FeatureDraft[] {
  return [...shiftedMembers(before, after), ...otherStyle(before, after)];
}
