/** Fields that are left out of what is written where they are empty: a zero that was told becomes a field that is not there. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf, compact, nameOf, oneLine } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

/** Go: options of a tag behind the name. */
const TAG = /\b(?:json|bson|yaml|xml|toml|msgpack):"([\w.-]*)((?:,\w+)*)"/g;
/** Annotations of serde, Jackson, Gson and System.Text.Json that leave out what is null, empty or the default. */
const LEAVING_OUT =
  /skip_serializing_if|JsonInclude\b.*\bNON_|JsonIgnore\b.*\bCondition\s*=\s*\w*\.?When|EncodeDefault\b.*\bNEVER/s;
/** Arguments of pydantic, attrs and Django serializers to the same end. */
const EXCLUDING = /^exclude_(none|defaults|unset)$/;

function omission(node: SyntaxNode, name: string): Observation {
  return {
    kind: 'omission',
    key: name,
    label: name === '' ? `"${oneLine(node.text, 60)}"` : `field "${name}"`,
    symbols: name === '' ? [] : [name],
  };
}

/** The name of the field that an annotation stands before; `''` for that of a whole class. */
function annotated(node: SyntaxNode): string {
  const holder = node.parent;
  if (holder === null) return '';
  // Rust: the attribute is a sibling of the field.
  const next = holder.namedChildren.find((child) => child.start >= node.end && child.role !== 'annotation');
  if (next?.role === 'field' && holder.role !== 'field') return nameOf(next) ?? '';
  for (let up: SyntaxNode | null = holder; up !== null && up.role !== 'class'; up = up.parent)
    if (/^(field|parameter|declare)$/.test(up.role) || up.type === 'field_declaration')
      return (up.type === 'field_declaration' ? nameOf(up.child('declarator') ?? up) : nameOf(up)) ?? '';
  return '';
}

/** One for each field, class or call that leaves out what is empty; empty for most nodes. */
export function omissionFacts(node: SyntaxNode): Observation[] {
  if (node.role === 'field') {
    const tag = node.child('tag')?.text ?? '';
    return [...tag.matchAll(TAG)]
      .filter((match) => /,omit(empty|zero)\b/.test(match[2] ?? ''))
      .map((match) =>
        omission(node, match[1] === undefined || match[1] === '' ? (nameOf(node) ?? '') : match[1]),
      );
  }
  if (node.role === 'annotation') return LEAVING_OUT.test(node.text) ? [omission(node, annotated(node))] : [];
  if (node.role !== 'call') return [];
  return argumentsOf(node)
    .filter((argument) => argument.role === 'pair' && EXCLUDING.test(nameOf(argument) ?? ''))
    .filter((argument) => /true$/i.test(compact(argument.text)))
    .map((argument) => omission(argument, ''));
}
