/** Functions as things to follow: their parameters, their body, what is written at their head. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import { compact, nameOf, unwrap } from '../../syntax/shape.ts';
import { answersPromise } from './promise-shapes.ts';
import type { Frame } from './state.ts';
import type { Outcome, Walk } from './walk.ts';

export interface Parameter {
  /** Null where it is a pattern, or takes what is left over. */
  readonly name: string | null;
  /** What it is where nobody gives it. */
  readonly byDefault: SyntaxNode | null;
  readonly text: string;
}

export function isBareName(node: SyntaxNode | null): boolean {
  return node !== null && node.role === 'identifier';
}

function parameterOf(node: SyntaxNode): Parameter {
  const text = compact(node.text);
  const name = node.role === 'identifier' ? node.text : nameOf(node);
  if (name === null || !/^\$?[\p{L}_]\w*$/u.test(name) || /[*&.]{2}|^\*|^\.\.\.|^&/.test(text))
    return { name: null, byDefault: null, text };
  return { name: name.replace(/^\$/, ''), byDefault: node.child('value', 'default_value'), text };
}

/** In their order; those of Kotlin's lambdas and Ruby's blocks too. */
export function parametersOf(fn: SyntaxNode): readonly Parameter[] {
  const list =
    fn.child('parameters', 'parameter') ??
    fn.children.find((child) =>
      /^(function_value_parameters|lambda_parameters|class_parameters)$/.test(child.type),
    ) ??
    null;
  if (list === null) return [];
  if (list.role === 'identifier' || list.namedChildren.length === 0)
    return /^[\w$]+$/.test(list.text) ? [{ name: list.text, byDefault: null, text: list.text }] : [];
  // Go: `a, b int` names two in one declaration.
  return list.namedChildren
    .flatMap((node) => {
      const names =
        fn.source.languageId === 'go' ? node.children.filter((child) => child.field === 'name') : [];
      return names.length > 1 ? names : [node];
    })
    .filter(
      (node) =>
        !/^self_parameter$/.test(node.type) &&
        !(fn.source.languageId === 'python' && /^(self|cls)$/.test(node.text)),
    )
    .map(parameterOf);
}

const TAIL_LANGUAGES = new Set(['ruby', 'rust']);

/** What the function without a name gives names of the one around it: a step each, and whatever they are is known by their names from then on. */
export function opened(fn: SyntaxNode, inner: Frame, outer: Frame, walk: Walk): Frame {
  const touched = assignedWithin(fn).filter((name) => outer.names.has(name));
  for (const name of touched) {
    walk.course.step(`${name} from ${outer.names.get(name) ?? ''}`, outer);
    outer.names.set(name, `${name} as left`);
    inner.names.set(name, `${name} as left`);
  }
  return { ...inner, foreign: new Set([...inner.foreign, ...touched]) };
}

function assignedWithin(fn: SyntaxNode): readonly string[] {
  const names = descend(fn).flatMap((each) => {
    if (each.role === 'assign') return [each.child('left')?.text ?? each.namedChildren.at(0)?.text ?? ''];
    if (each.role === 'declare' && /ruby|php|python/.test(fn.source.languageId))
      return [each.child('left')?.text ?? ''];
    return /update_expression|postfix|inc_statement|dec_statement|prefix_unary|^unary/.test(each.type) &&
      /\+\+|--/.test(each.text)
      ? (each.text.match(/[\p{L}_]\w*/gu) ?? [])
      : [];
  });
  return [...new Set(names.map((name) => name.replace(/^\$/, '')))];
}

/** Follows the body; an expression in its place is its answer. */
export function bodyOf(fn: SyntaxNode, frame: Frame, walk: Walk): Outcome {
  const body =
    fn.child('body') ??
    fn.children.find((child) => /^(function_body|block|body_statement)$/.test(child.type)) ??
    null;
  const isTail = TAIL_LANGUAGES.has(fn.source.languageId);
  if (body === null) {
    // Kotlin's lambdas hold their statements themselves.
    const inner = fn.namedChildren.filter(
      (child) => !/parameters$/.test(child.type) && child.role !== 'annotation',
    );
    return fn.type === 'lambda_literal' ? walk.run(inner, frame, true) : { value: null, fails: false };
  }
  const held = body.type === 'function_body' ? (body.namedChildren.at(0) ?? body) : body;
  if (held.role === 'block' || /^(compound_statement|statement_block)$/.test(held.type))
    return walk.run(held.namedChildren, frame, isTail);
  handOn(held, walk);
  return { value: walk.value(held, frame), fails: false };
}

/** Whoever answers with what it waits for may as well answer with what is to be waited for. */
export function handOn(node: SyntaxNode, walk: Walk): void {
  walk.course.answers.add(node);
  if (node.role === 'cast' || node.type === 'arrow_expression_clause' || node.type === 'argument_list')
    for (const child of node.namedChildren) handOn(child, walk);
  if (node.role !== 'ternary') return;
  for (const child of node.namedChildren) if (child.field !== 'condition') handOn(child, walk);
}

/** Where a function begins. */
export const TOP_FRAME: Frame = {
  names: new Map(),
  conditions: [],
  self: 'this',
  implicit: null,
  foreign: new Set(),
  level: 0,
  depth: 0,
};

/** Languages whose callers give arguments by their place alone. */
const BY_PLACE = new Set(['java', 'go', 'rust', 'typescript', 'tsx', 'javascript']);

/** What whoever calls the function or frames it sees of it, and the names of its parameters. */
/** What is given where nothing is: its value and what is done for it. */
export function defaultOf({ byDefault }: Parameter, frame: Frame, walk: Walk): string {
  if (byDefault === null) return '';
  const { result, steps } = walk.course.apart(() => walk.value(byDefault, { ...frame, names: new Map() }));
  return `=${[...steps, result].join(' ')}`;
}

export function headOf(
  fn: SyntaxNode,
  walk: Walk,
): {
  readonly text: string;
  readonly names: Map<string, string>;
  /** Fields that are given what a parameter is given, because the parameter declares them. */
  readonly kept: readonly string[];
} {
  const names = new Map<string, string>();
  const kept: string[] = [];
  const typed = TYPED.has(fn.source.languageId);
  const byPlace = BY_PLACE.has(fn.source.languageId) && !isConstructor(fn);
  const parameters = parametersOf(fn).map((parameter, index) => {
    const stands = byPlace ? `§${index + 1}` : `§${parameter.name ?? index + 1}`;
    if (parameter.name === null) return parameter.text;
    names.set(parameter.name, stands);
    const isField = isConstructor(fn) && FIELD_MARK.test(parameter.text);
    if (isField) kept.push(parameter.name);
    if (/@|#\[|^\[/.test(parameter.text) || (!isField && FIELD_MARK.test(parameter.text)))
      return parameter.text;
    return `${stands}${defaultOf(parameter, TOP_FRAME, walk)}${typed ? ` ${typeOf(parameter, fn.source.languageId)}` : ''}`;
  });
  const receiver = receiverName(fn);
  if (receiver !== null) names.set(receiver, 'this');
  const marks = [...annotationsOf(fn), ...marksOf(fn)];
  return {
    text: `${marks.join(' ')}(${parameters.join(', ')})${typed && fn.source.languageId !== 'kotlin' ? ` ${answerType(fn)}` : ''}`,
    names,
    kept,
  };
}

const FIELD_MARK = /\b(private|public|readonly|protected)\b/;

/** Languages in which the type of a parameter decides what is done with the value, and that nobody adds for the reader alone. */
const TYPED = new Set(['java', 'csharp', 'go', 'rust', 'kotlin', 'php']);

function typeOf({ text, name }: Parameter, languageId: string): string {
  const bare = text
    .replace(/=.*$/, '')
    .replace(/\b(final|val|var|mut|readonly|in|this|private|public|protected)\b/g, ' ');
  const named = new RegExp(`\\$?\\b${name ?? ''}\\b`);
  if (languageId === 'go' && !/[\s[*]/.test(text)) return '';
  const type = compact(bare.replace(named, ' '))
    .replace(/[:\s]+/g, ' ')
    .trim();
  return languageId === 'php' && !CONVERTS.test(type) ? '' : type;
}

/** PHP: types to which a value is converted. Of any other a value is, or the call ends in an error of its own (`declared-types.ts`). */
const CONVERTS = /\b(int|float|bool)\b/i;

function answerType(fn: SyntaxNode): string {
  const type = fn.child('type', 'return_type', 'returns', 'result');
  if (fn.source.languageId === 'php')
    return type !== null && CONVERTS.test(type.text) ? compact(type.text) : '';
  if (type !== null) return compact(type.text);
  const at = fn.children.findIndex((child) => /^(function_value_parameters)$/.test(child.type));
  const after = at === -1 ? undefined : fn.children.slice(at + 1).find((child) => child.role === 'type');
  return after === undefined ? '' : compact(after.text);
}

export function receiverName(fn: SyntaxNode): string | null {
  const receiver = fn.child('receiver');
  const name =
    receiver === null ? null : (descend(receiver).find((node) => node.role === 'identifier')?.text ?? null);
  return name !== null && fn.type === 'method_declaration' ? name : null;
}

function isConstructor(fn: SyntaxNode): boolean {
  return (
    /constructor/.test(fn.type) ||
    /^(constructor|__init__|__construct|initialize)$/.test(fn.child('name')?.text ?? '')
  );
}

const MARKS = /\b(async|suspend|synchronized|unsafe)\b|\bfunction\s*\*/g;

/** Words at the head of a function that change how it runs. */
function marksOf(fn: SyntaxNode): readonly string[] {
  const list = fn.child('parameters', 'parameter', 'body') ?? fn.namedChildren.at(-1);
  const marks = fn.source.text.slice(fn.start, list?.start ?? fn.start).match(MARKS) ?? [];
  return marks.length === 0 && answersPromise(fn) ? ['async'] : marks;
}

export function isAsync(fn: SyntaxNode): boolean {
  return marksOf(fn).some((mark) => mark === 'async' || mark === 'suspend');
}

function annotationsOf(fn: SyntaxNode): readonly string[] {
  const holder = fn.parent?.type === 'decorated_definition' ? fn.parent : fn;
  return holder.children
    .flatMap((child) => {
      if (child.role === 'annotation') return [child];
      const isHolder = /^(modifiers|attribute_list)$/.test(child.type);
      return isHolder ? descend(child).filter(({ role }) => role === 'annotation') : [];
    })
    .map((node) => compact(node.text));
}

/** True where no other file can call it. */
export function isPrivate(fn: SyntaxNode): boolean {
  const language = fn.source.languageId;
  const name = fn.child('name')?.text ?? '';
  const head = fn.text.slice(0, 120);
  if (language === 'go') return /^[a-z_]/.test(name);
  if (language === 'python') return /^_[^_]/.test(name);
  if (language === 'rust') return !/^\s*pub\b/.test(head);
  if (/typescript|tsx|javascript/.test(language)) {
    if (fn.type === 'method_definition') return /^\s*(private\b|#)/.test(head) || name.startsWith('#');
    return !hasExport(fn);
  }
  return /\bprivate\b/.test(head.split(/[({]/)[0] ?? '');
}

function hasExport(fn: SyntaxNode): boolean {
  for (let up: SyntaxNode | null = fn; up !== null; up = up.parent) {
    if (up.type === 'export_statement') return true;
    if (up !== fn && up.role === 'function') return false;
  }
  return /\bmodule\.exports\b|\bexports\./.test(fn.source.text);
}

/** The name that a declaration or parameter gives; without `$`. */
export function loopName(node: SyntaxNode): string | null {
  const bare = unwrap(node);
  const inner = /variable_declaration$/.test(bare.type)
    ? (bare.namedChildren.find(({ role }) => role === 'identifier') ?? bare)
    : bare;
  return /^\$?[\p{L}_]\w*$/u.test(inner.text) ? inner.text.replace(/^\$/, '') : null;
}

/** `fun Parcel.toRequest()`: called on a parcel, whose members it names as its own. */
export function extendsType(fn: SyntaxNode): boolean {
  if (fn.source.languageId !== 'kotlin') return false;
  const at = fn.children.findIndex((child) => child.field === 'name');
  return at > 1 && fn.children[at - 1]?.type === '.';
}
