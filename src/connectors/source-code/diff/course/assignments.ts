/** What a name stands for from here on; what outlives the function is a step. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { compact, unwrap } from '../../syntax/shape.ts';
import { eachOf } from './sequences.ts';
import { type Frame, partOf } from './state.ts';
import type { Walk } from './walk.ts';

/** Languages in which a name that is given a value in a function is the function's own. */
const OWN_BY_ASSIGNMENT = new Set(['python', 'ruby', 'php']);

function partsOf(node: SyntaxNode): readonly SyntaxNode[] {
  return /^(expression_list|pattern_list|left_assignment_list|tuple_pattern|right_assignment_list|multi_variable_declaration|tuple_expression)$/.test(
    node.type,
  )
    ? node.namedChildren
    : [node];
}

function targetOf(node: SyntaxNode): SyntaxNode | null {
  return (
    node.child('left', 'name', 'pattern') ??
    node.namedChildren.find(
      (child) => /variable_declaration$/.test(child.type) || child.role === 'identifier',
    ) ??
    null
  );
}

function givenTo(node: SyntaxNode, target: SyntaxNode): SyntaxNode | null {
  const named = node.child('right', 'value');
  if (named !== null) return named;
  const rest = node.namedChildren.filter(
    (child) =>
      child !== target && child.role !== 'type' && child.start > target.start && child.field !== 'type',
  );
  return rest.at(-1) ?? null;
}

/** Carries out one assignment or declaration; its value is what was given. */
export function assign(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const target = targetOf(node);
  if (target === null) return compact(node.text);
  const source = givenTo(node, target);
  const targets = partsOf(target);
  const sources = source === null ? [] : partsOf(source);
  const operator = node.child('operator')?.text ?? '=';
  if (targets.length > 1 && sources.length === targets.length) {
    const values = sources.map((each) => walk.value(each, frame));
    for (const [index, each] of targets.entries()) give(each, values[index] ?? '', node, frame, walk);
    return values.join(', ');
  }
  const value = source === null ? 'nothing' : made(source, frame, walk);
  if (targets.length > 1) {
    for (const [index, each] of targets.entries())
      give(each, partOf(value, index, walk.course), node, frame, walk);
    return value;
  }
  const only = targets[0] ?? target;
  if (/^[^=:]+=$/.test(operator))
    give(only, `(${walk.value(only, frame)} ${operator.slice(0, -1)} ${value})`, node, frame, walk);
  else give(only, value, node, frame, walk);
  return value;
}

/** A list or an object that is written there is one of its own. */
function made(source: SyntaxNode, frame: Frame, walk: Walk): string {
  const value = walk.value(source, frame);
  return /^(array|object)$/.test(unwrap(source).role) ? walk.course.another(value) : value;
}

function give(target: SyntaxNode, value: string, node: SyntaxNode, frame: Frame, walk: Walk): void {
  const bare = unwrap(target);
  const name = plainName(bare);
  if (name !== null && name !== '_' && isOwn(name, node, frame)) {
    if (frame.foreign.has(name)) walk.course.step(`set ${name} = ${value}`, frame);
    frame.names.set(name, value);
    return;
  }
  if (name === '_') return;
  // PHP: `$xs[] = $x`
  const list = bare.role === 'index' && bare.namedChildren.length === 1 ? bare.namedChildren[0] : undefined;
  if (list !== undefined && eachOf(value, 'push', walk.value(list, frame), [value], frame, walk) !== null)
    return;
  if (/pattern$/.test(bare.type)) {
    takenApart(bare, value, frame);
    return;
  }
  walk.course.step(`set ${name ?? walk.value(bare, frame)} = ${value}`, frame);
  walk.course.wrote(bare.role === 'index' ? '[]' : (name ?? /[\w$]+$/.exec(bare.text)?.[0] ?? ''));
}

/** `const { a, b: c } = x` */
export function takenApart(pattern: SyntaxNode, value: string, frame: Frame): void {
  pattern.namedChildren.forEach((child, index) => {
    const key =
      pattern.type === 'array_pattern' ? `[${index}]` : `.${child.child('key', 'left')?.text ?? child.text}`;
    const inner = child.child('value', 'left') ?? child;
    if (/pattern$/.test(inner.type) && inner.role !== 'identifier' && inner.children.length > 0)
      takenApart(inner, `${value}${key}`, frame);
    else
      frame.names.set(
        inner.text,
        child.child('right') === null
          ? `${value}${key}`
          : `${value}${key}|${compact(child.child('right')?.text ?? '')}`,
      );
  });
}

function plainName(node: SyntaxNode): string | null {
  const inner = /variable_declaration$/.test(node.type)
    ? (node.namedChildren.find(({ role }) => role === 'identifier') ?? node)
    : node;
  return /^\$?[\p{L}_]\w*$/u.test(inner.text) ? inner.text.replace(/^\$/, '') : null;
}

function isOwn(name: string, node: SyntaxNode, frame: Frame): boolean {
  if (frame.names.has(name)) return true;
  const language = node.source.languageId;
  if (node.role === 'declare') return !(language === 'ruby' && /^[@$A-Z]/.test(name));
  return OWN_BY_ASSIGNMENT.has(language) && /^[\p{Ll}_]/u.test(name);
}

/** `i++`: the name stands for one more from here on. */
export function update(operand: SyntaxNode, operator: string, frame: Frame, walk: Walk): string {
  const value = walk.value(operand, frame);
  const name = plainName(operand);
  const next = `(${value} ${operator[0] ?? '+'} 1)`;
  if (name !== null && frame.foreign.has(name)) walk.course.step(`set ${name} = ${next}`, frame);
  if (name !== null && frame.names.has(name)) frame.names.set(name, next);
  else walk.course.step(`set ${value} = ${next}`, frame);
  return next;
}
