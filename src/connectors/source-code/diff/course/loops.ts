/** Loops: what one round leaves to the next, and what is done in each. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import { compact } from '../../syntax/shape.ts';
import { loopName } from './functions.ts';
import { filled, isEmptyList } from './sequences.ts';
import { type Frame, short } from './state.ts';
import { under, type Walk } from './walk.ts';

/** Languages in which what is declared in a round is another thing than what is called so outside. */
const OF_ITS_BLOCK = new Set(['go', 'java', 'kotlin', 'csharp', 'rust', 'typescript', 'tsx', 'javascript']);

export function assignedIn(node: SyntaxNode, frame: Frame): readonly string[] {
  const names: string[] = [];
  for (const each of descend(node)) {
    if (each.role === 'assign' || (each.role === 'declare' && !OF_ITS_BLOCK.has(each.source.languageId))) {
      const name = each.child('left', 'name', 'pattern');
      if (name !== null) names.push(...namesGiven(name));
    }
    if (each.role === 'unary' || /inc_statement|dec_statement|update_expression|postfix/.test(each.type))
      names.push(...(/\+\+|--/.test(each.text) ? (each.text.match(/[\p{L}_]\w*/gu) ?? []) : []));
  }
  return [...new Set(names)].filter((name) => frame.names.has(name));
}

/** Of `rows[i].total` the first name alone. */
function namesGiven(target: SyntaxNode): readonly string[] {
  if (target.type === 'expression_list') return target.namedChildren.flatMap(namesGiven);
  const words = target.text.match(/[\p{L}_]\w*/gu) ?? [];
  return target.role === 'index' || target.role === 'member' ? words.slice(0, 1) : words;
}

/** What a round leaves to the next has a name of its own; each value it is given there is a step. */
export function followLoop(node: SyntaxNode, frame: Frame, walk: Walk): void {
  const inner: Frame = { ...under(frame, []), level: frame.level + 1 };
  const clause = node.children.find((child) => child.type === 'range_clause') ?? node;
  const isFor =
    /foreach|for_in|enhanced_for|for_expression/.test(node.type) ||
    clause !== node ||
    (/^(python|kotlin|ruby)$/.test(node.source.languageId) && /^for/.test(node.type));
  const body = node.child('body') ?? node.namedChildren.at(-1) ?? null;
  const from = walk.course.steps.length;
  const source = isFor ? each(node, clause, body, frame, inner, walk) : null;
  const lists = new Map<string, string>();
  const marks = new Map<string, string>();
  if (source === null) counted(node, body, inner, frame, walk);
  for (const [name, value] of inner.names) {
    if (!isEmptyList(value)) continue;
    marks.set(name, `filled${inner.level}.${marks.size + 1}`);
    inner.names.set(name, marks.get(name) ?? value);
  }
  for (const [index, name] of assignedIn(node, frame).entries()) {
    if (marks.has(name)) continue;
    const mark = `μ${inner.level}.${index + 1}`;
    marks.set(name, mark);
    lists.set(name, mark);
    walk.course.step(`${mark} from ${frame.names.get(name) ?? ''}`, frame);
    inner.names.set(name, mark);
  }
  for (const child of node.namedChildren)
    if (child.type === 'else_clause') walk.course.step(`else ${compact(child.text)}`, frame);
  const outcome =
    body === null ? null : walk.run(body.role === 'block' ? body.namedChildren : [body], inner, false);
  for (const [name, mark] of lists) {
    const value = inner.names.get(name) ?? mark;
    if (value !== mark) walk.course.step(`${mark} becomes ${value}`, inner);
    frame.names.set(name, mark);
  }
  for (const [name, mark] of marks) {
    if (lists.has(name)) continue;
    frame.names.set(name, (source === null ? null : filled(mark, source, from, frame, walk)) ?? mark);
  }
  if (outcome !== null && outcome.value !== null && outcome.value !== walk.course.nothing)
    walk.course.step(`answer ${outcome.value}`, inner);
}

/** `for (const x of xs)`: gives the value of `xs`, and `x` its name; null where it is not so plain. */
function each(
  node: SyntaxNode,
  clause: SyntaxNode,
  body: SyntaxNode | null,
  frame: Frame,
  inner: Frame,
  walk: Walk,
): string | null {
  const heads = clause.namedChildren.filter(
    (child) => child !== body && child.role !== 'type' && child.field !== 'type' && child.field !== 'kind',
  );
  const left = clause.child('left', 'pattern', 'name') ?? heads.at(0);
  const right = clause.child('right', 'value') ?? heads.at(-1);
  if (left === undefined || left === null || right === undefined || right === null) return null;
  // PHP names what is gone through first.
  const [target, source] =
    node.source.languageId === 'php' && heads.length >= 2
      ? [heads[1] ?? left, heads[0] ?? right]
      : [left, right];
  const value = walk.value(source, frame);
  const bare = partsOfTarget(target);
  const single = bare.length === 2 && bare[0]?.text === '_' ? bare.slice(1) : bare;
  // Go: what stands alone is the place in the list, and of two the second is the thing itself.
  const isGo = node.source.languageId === 'go';
  for (const [index, part] of single.entries()) {
    const name = loopName(part);
    const isPlace = isGo && (bare.length === 1 || (single.length > 1 && index === 0));
    if (name === null) continue;
    if (isPlace) inner.names.set(name, `κ${inner.level}`);
    else inner.names.set(name, single.length === 1 || isGo ? `ε${inner.level}` : `ε${inner.level}#${index}`);
  }
  if (isGo && bare.length > 0) walk.course.places.set(`κ${inner.level}`, short(value));
  const waits = node.children.some((child) => child.text === 'await') ? 'await ' : '';
  inner.conditions.push(`${waits}each(${short(value)})`);
  return short(value);
}

function partsOfTarget(target: SyntaxNode): readonly SyntaxNode[] {
  const isSeveral =
    (target.type === 'expression_list' && target.source.languageId === 'go') ||
    /pattern|^pair$|multi_variable/.test(target.type);
  return isSeveral ? target.namedChildren : [target];
}

/** `while` and `for (;;)`: the head is followed as it stands. */
function counted(node: SyntaxNode, body: SyntaxNode | null, inner: Frame, frame: Frame, walk: Walk): void {
  const clause = node.children.find((child) => child.type === 'for_clause') ?? node;
  const first = clause.child('initializer', 'init');
  if (first !== null) walk.run([first], inner, false);
  for (const [index, name] of assignedIn(node, inner).entries()) {
    if (frame.names.has(name)) continue;
    walk.course.step(`ι${inner.level}.${index} from ${inner.names.get(name) ?? ''}`, frame);
    inner.names.set(name, `ι${inner.level}.${index}`);
  }
  const parts = clause.namedChildren.filter(
    (child) => child !== body && child !== first && child.role !== 'comment',
  );
  inner.conditions.push(`${node.type}(${parts.map((part) => headText(part, inner, walk)).join(' ; ')})`);
  walk.course.step('round', inner);
}

export function headText(part: SyntaxNode, inner: Frame, walk: Walk): string {
  const copy: Frame = { ...inner, names: new Map(inner.names), conditions: [...inner.conditions] };
  const { result, steps } = walk.course.apart(() => walk.value(part, copy));
  return short([...steps, result].join(' '));
}
