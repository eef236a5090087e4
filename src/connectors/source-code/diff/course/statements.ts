/** Statements one after the other: which steps are taken under which conditions, and what is answered in the end. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import { calleeName, compact } from '../../syntax/shape.ts';
import { isPlainLogLine } from '../log-lines.ts';
import { isDocstring } from '../tokens.ts';
import { handOn } from './functions.ts';
import { assignedIn, followLoop, headText } from './loops.ts';
import { isMetChain } from './promise-shapes.ts';

import { assumed, conditional, type Frame, joined, negate, settled, short } from './state.ts';
import { type Outcome, under, type Walk } from './walk.ts';

const NOTHING: Outcome = { value: null, fails: false };
const FAILED: Outcome = { value: null, fails: true };
const RAISES = /^(raise|panic!?|fail|exit|abort|unreachable!?|todo!?|error)$/;
const DECLARES =
  /^(local_variable_declaration|lexical_declaration|variable_declaration|local_declaration_statement|var_declaration|const_declaration|declaration|var_spec_list)$/;

export function runAll(statements: readonly SyntaxNode[], frame: Frame, tail: boolean, walk: Walk): Outcome {
  const handlers = statements.filter(({ role }) => role === 'catch' || role === 'finally');
  if (handlers.length === 0) return runPlain(statements, frame, tail, walk);
  // Ruby: what a body is rescued from stands beside its statements.
  const outcome = runPlain(
    statements.filter((each) => !handlers.includes(each)),
    frame,
    tail,
    walk,
  );
  for (const each of handlers) handler(each, frame, walk);
  return outcome;
}

function runPlain(statements: readonly SyntaxNode[], frame: Frame, tail: boolean, walk: Walk): Outcome {
  for (const [index, raw] of statements.entries()) {
    walk.course.visit();
    const node = bare(raw);
    if (isSilent(node)) continue;
    const rest = statements.slice(index + 1);
    if (isHeldToTheEnd(node)) walk.course.step('held to the end', frame);
    if (isBlock(node)) return walk.run([...node.namedChildren, ...rest], frame, tail);
    if (isIf(node)) {
      const left = ifStatement(node, rest, frame, tail, walk);
      if (left !== null) return left;
      continue;
    }
    const end = ending(node, frame, walk);
    if (end !== null) return end;
    if (isMetChain(node) && rest.every((each) => isSilent(bare(each)))) walk.course.answers.add(node);
    const done = compound(node, frame, walk);
    if (done === null) {
      const value = walk.value(node, frame);
      const name = node.role === 'function' ? (node.child('name')?.text ?? null) : null;
      const isLast = tail && rest.every((each) => isSilent(bare(each))) && isAnswer(raw);
      if (name !== null) frame.names.set(name, value);
      else if (isDeed(node) && !isLast) walk.course.step(`do ${value}`, frame);
      if (isLast) return { value, fails: false };
      continue;
    }
    if (done.fails) return done;
    if (done.value !== null) walk.course.step(`answer ${done.value}`, frame);
  }
  return NOTHING;
}

/** What no rule knows does something, and so does a name that stands alone in Ruby. */
function isDeed(node: SyntaxNode): boolean {
  const isCalled = node.role === 'identifier' && node.source.languageId === 'ruby';
  return isCalled || /^(other|class|import|object|array|index|member|field|pair)$/.test(node.role);
}

/** In Rust a statement with its semicolon answers nothing. */
function isAnswer(node: SyntaxNode): boolean {
  return (
    node.source.languageId !== 'rust' ||
    node.type !== 'expression_statement' ||
    !node.text.trim().endsWith(';')
  );
}

function bare(node: SyntaxNode): SyntaxNode {
  const [only, ...more] = node.namedChildren;
  return node.type === 'expression_statement' && only !== undefined && more.length === 0 ? only : node;
}

function isBlock(node: SyntaxNode): boolean {
  return (
    (node.role === 'block' && !/^(class_body|declaration_list|match_block|switch_body)$/.test(node.type)) ||
    /^(then|else|else_clause|statement_list|begin_block)$/.test(node.type) ||
    DECLARES.test(node.type)
  );
}

/** `using var x = …` */
function isHeldToTheEnd(node: SyntaxNode): boolean {
  return DECLARES.test(node.type) && node.children.some((child) => /^(await\s+)?using$/.test(child.text));
}

function isIf(node: SyntaxNode): boolean {
  return node.role === 'if';
}

function isSilent(node: SyntaxNode): boolean {
  return (
    node.role === 'comment' ||
    node.role === 'type' ||
    /^(empty_statement|modifier|implicit_type|pass_statement|modifiers|type_alias_declaration|interface_declaration)$/.test(
      node.type,
    ) ||
    isDocstring(node) ||
    (node.parent !== null && isDocstring(node.parent)) ||
    (node.role === 'call' && isPlainLogLine(node))
  );
}

/** What leaves the list of statements; null for all else. */
function ending(node: SyntaxNode, frame: Frame, walk: Walk): Outcome | null {
  if (node.role === 'return') return answer(node, frame, walk);
  if (
    node.role === 'throw' ||
    (node.role === 'call' && RAISES.test(calleeName(node)) && /ruby|rust|go|php/.test(node.source.languageId))
  ) {
    const parts = node.namedChildren.map((child) => walk.value(child, frame));
    walk.course.step(`fail ${parts.join(' ')}`, frame);
    return FAILED;
  }
  if (
    /^(continue_statement|next|continue_expression)$/.test(node.type) ||
    (/^continue\b/.test(node.text.slice(0, 10)) && node.children.length <= 2)
  )
    return toNext(node, frame, walk);
  if (/^(break_statement|break|break_expression)$/.test(node.type)) {
    walk.course.step(compact(node.text), frame);
    return NOTHING;
  }
  return null;
}

/** On to the next round; of which loop, a label tells. */
function toNext(node: SyntaxNode, frame: Frame, walk: Walk): Outcome {
  if (node.namedChildren.length > 0) walk.course.step(compact(node.text), frame);
  return NOTHING;
}

function answer(node: SyntaxNode, frame: Frame, walk: Walk): Outcome {
  // Kotlin's and Rust's `break` and `continue` may be of the same type.
  const [first] = node.children;
  if (first !== undefined && /^(break|continue)/.test(first.text)) {
    if (first.text.startsWith('break')) walk.course.step('break', frame);
    return NOTHING;
  }
  if (!frame.conditions.includes('try')) for (const child of node.namedChildren) handOn(child, walk);
  const given = node.namedChildren.flatMap((child) =>
    /^(expression_list|argument_list)$/.test(child.type) ? child.namedChildren : [child],
  );
  const values = given.map((child) => walk.value(child, frame)).filter((value) => value !== '');
  const [only] = values;
  if (only === undefined) return { value: walk.course.nothing, fails: false };
  if (values.length === 1) return { value: only, fails: false };
  return {
    value: walk.course.shaped(`list(${values.join(' ; ')})`, { op: 'list', parts: values }),
    fails: false,
  };
}

interface Branches {
  readonly condition: SyntaxNode;
  readonly taken: readonly SyntaxNode[];
  readonly otherwise: readonly SyntaxNode[];
}

function branchesOf(node: SyntaxNode): Branches | null {
  const condition = node.child('condition');
  if (condition === null) return null;
  const alternatives = alternativesOf(node);
  const after = node.namedChildren.filter(
    (child) =>
      child !== condition &&
      child.role !== 'type' &&
      child.field !== 'initializer' &&
      child.field !== 'operator',
  );
  const taken =
    node.child('consequence', 'body') ?? after.find((child) => child.start > condition.end) ?? null;
  const unnamed = taken === null ? undefined : after.find((child) => child.start > taken.end);
  const otherwise = alternatives[0] ?? unnamed;
  return {
    condition,
    taken: taken === null ? [] : [taken],
    otherwise: otherwise === undefined ? [] : [otherwise],
  };
}

/** In Python and PHP `elif` and `else` stand beside each other: each is what the one before does not take. */
function alternativesOf(node: SyntaxNode): readonly SyntaxNode[] {
  const isOne = (child: SyntaxNode) => child.field === 'alternative';
  const own = node.children.filter(isOne);
  if (own.length > 0 || !isOne(node) || node.parent === null) return own;
  return node.parent.children.filter((child) => isOne(child) && child.start > node.start);
}

function leaves(nodes: readonly SyntaxNode[]): boolean {
  return nodes.some((node) =>
    descend(node).some(
      (each) =>
        each.role === 'return' ||
        /^(continue_statement|break_statement|next|break|continue_expression|break_expression)$/.test(
          each.type,
        ),
    ),
  );
}

/** Null where both ways go on to what follows. */
function ifStatement(
  node: SyntaxNode,
  rest: readonly SyntaxNode[],
  frame: Frame,
  tail: boolean,
  walk: Walk,
): Outcome | null {
  const branches = branchesOf(node);
  if (branches === null) {
    walk.value(node, frame);
    return null;
  }
  const before = node.child('initializer');
  if (before !== null) walk.run([before], frame, false);
  const raw = walk.value(branches.condition, frame);
  const { course } = walk;
  const tested = /^unless/.test(node.type) ? negate(raw, course) : raw;
  const isTail = tail && rest.every((each) => isSilent(bare(each)));
  const goesApart = isTail || leaves([...branches.taken, ...branches.otherwise]);
  const run = (statements: readonly SyntaxNode[]) => (own: Frame) =>
    walk.run(goesApart ? [...statements, ...rest] : statements, own, tail && goesApart);
  return decided(
    tested,
    { taken: run(branches.taken), otherwise: run(branches.otherwise), goesApart },
    frame,
    walk,
  );
}

interface Ways {
  readonly taken: (own: Frame) => Outcome;
  readonly otherwise: (own: Frame) => Outcome;
  /** What follows the branches is part of them. */
  readonly goesApart: boolean;
}

/** Parts of an `or` that are asked one after the other. */
const MAX_PARTS = 3;

/** Null where both ways go on. `a or b` asks for `a`, and where that does not hold for `b`, as two checks behind each other do. */
function decided(tested: string, ways: Ways, frame: Frame, walk: Walk): Outcome | null {
  const { course } = walk;
  const shape = course.shapes.get(tested);
  const [first, ...more] = shape?.op === 'or' && shape.parts.length <= MAX_PARTS ? shape.parts : [];
  if (first === undefined || more.length === 0) return eitherWay(tested, ways, frame, walk);
  const other = more.length === 1 ? (more[0] ?? '') : joined('or', more, course);
  const otherwise = (own: Frame) => decided(other, ways, own, walk) ?? NOTHING;
  return eitherWay(first, { ...ways, otherwise }, frame, walk);
}

function eitherWay(
  tested: string,
  { taken, otherwise, goesApart }: Ways,
  frame: Frame,
  walk: Walk,
): Outcome | null {
  const { course } = walk;
  const turned = negate(tested, course);
  const way = (run: (own: Frame) => Outcome, condition: string) => {
    const own = under(frame, assumed(condition, course));
    for (const [name, value] of own.names) own.names.set(name, settled(value, own.conditions, course));
    const { result: outcome, steps } = course.apart(() => run(own));
    return { outcome, names: own.names, steps };
  };
  const yesFirst = tested <= turned;
  const [first, second] = course.either(
    () => (yesFirst ? way(taken, tested) : way(otherwise, turned)),
    () => (yesFirst ? way(otherwise, turned) : way(taken, tested)),
  );
  course.ways(
    { steps: first.steps, fails: first.outcome.fails },
    { steps: second.steps, fails: second.outcome.fails },
  );
  const [yes, no] = yesFirst ? [first, second] : [second, first];
  if (yes.outcome.fails && no.outcome.fails) return FAILED;
  if (yes.outcome.fails || no.outcome.fails)
    frame.conditions.push(...assumed(yes.outcome.fails ? turned : tested, course));
  if (goesApart) return { value: eitherValue(tested, yes.outcome, no.outcome, walk), fails: false };
  for (const name of frame.names.keys()) {
    const [a, b] = [yes.names.get(name) ?? '', no.names.get(name) ?? ''];
    if (yes.outcome.fails) frame.names.set(name, b);
    else if (no.outcome.fails) frame.names.set(name, a);
    else frame.names.set(name, conditional(tested, a, b, course));
  }
  for (const name of new Set([...yes.names.keys(), ...no.names.keys()]))
    if (!frame.names.has(name))
      frame.names.set(
        name,
        conditional(tested, yes.names.get(name) ?? 'unset', no.names.get(name) ?? 'unset', course),
      );
  return null;
}

function eitherValue(tested: string, yes: Outcome, no: Outcome, walk: Walk): string | null {
  if (yes.fails) return no.value;
  if (no.fails) return yes.value;
  if (yes.value === null && no.value === null) return null;
  return conditional(tested, yes.value ?? walk.course.nothing, no.value ?? walk.course.nothing, walk.course);
}

/** Loops, handlers and what else holds statements; null for a plain one. */
function compound(node: SyntaxNode, frame: Frame, walk: Walk): Outcome | null {
  if (node.role === 'loop') {
    followLoop(node, frame, walk);
    return NOTHING;
  }
  if (node.role === 'try') return handled(node, frame, walk);
  if (node.role === 'switch') return cases(node, frame, walk);
  if (node.role === 'with' || node.role === 'lock') return within(node, frame, walk);
  if (node.role === 'defer') {
    const held = under(frame, ['defer']);
    for (const child of node.namedChildren) walk.value(child, held);
    return NOTHING;
  }
  if (node.role === 'catch' || node.role === 'finally') return handler(node, frame, walk);
  return null;
}

function handled(node: SyntaxNode, frame: Frame, walk: Walk): Outcome {
  const parts = node.namedChildren;
  const inside = parts.filter((child) => child.role !== 'catch' && child.role !== 'finally');
  const own = under(frame, ['try']);
  const outcomes = [
    walk.run(
      inside.flatMap((child) => (child.role === 'block' ? child.namedChildren : [child])),
      own,
      false,
    ),
  ];
  for (const [name, value] of own.names)
    if (frame.names.has(name) || value !== '') frame.names.set(name, value);
  for (const part of parts)
    if (part.role === 'catch' || part.role === 'finally') outcomes.push(handler(part, frame, walk));
  const values = outcomes.map(({ value, fails }) => (fails ? 'fails' : (value ?? '')));
  return {
    value: values.every((value) => value === '' || value === 'fails') ? null : `try(${values.join(' ; ')})`,
    fails: outcomes.every(({ fails }) => fails),
  };
}

/** What a name stands for after a part that may or may not have been gone through. */
function kept(inner: Frame, frame: Frame, why: string): void {
  for (const [name, value] of inner.names) {
    const before = frame.names.get(name) ?? 'unset';
    if (value !== before) frame.names.set(name, short(`${why}(${before} ; ${value})`));
  }
}

function handler(node: SyntaxNode, frame: Frame, walk: Walk): Outcome {
  const body = node.child('body') ?? node.namedChildren.find((child) => isBlock(child)) ?? null;
  const parts = node.namedChildren.filter((child) => child !== body);
  const [error] = parts;
  // JavaScript meets every error alike, whatever it is called.
  const isAny = /^(typescript|tsx|javascript)$/.test(node.source.languageId) && error?.role === 'identifier';
  const head = isAny ? '' : parts.map((child) => compact(child.text)).join(' ');
  const own = under(frame, [`${node.role} ${short(head)}`]);
  if (isAny) own.names.set(error.text, 'caught');
  const outcome = walk.run(body === null ? [] : [body], own, node.source.languageId === 'ruby');
  walk.course.step(`${node.role} → ${outcome.value ?? ''}`, own);
  kept(own, frame, node.role);
  return outcome;
}

/** Of several cases each stands as it is written: in what they are told apart, languages differ too much. */
function cases(node: SyntaxNode, frame: Frame, walk: Walk): Outcome {
  const subject =
    node.child('value', 'subject', 'condition') ??
    node.namedChildren.find((child) => child.role !== 'block' && child.role !== 'case') ??
    null;
  const about = subject === null ? '' : walk.value(subject, frame);
  const text = descend(node)
    .filter((each) => each.children.length === 0 && each.role !== 'comment')
    .map((each) => each.text)
    .join(' ');
  const named = [...frame.names].filter(([name]) =>
    new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text),
  );
  walk.course.step(
    `switch ${about}: ${text} where ${named.map(([name, value]) => `${name}=${value}`).join(' ; ')}`,
    frame,
  );
  for (const name of assignedIn(node, frame)) frame.names.set(name, short(`switched(${about} ; ${name})`));
  const answers = descend(node).some(({ role }) => role === 'return');
  return { value: answers ? short(`switch(${about})`) : null, fails: false };
}

function within(node: SyntaxNode, frame: Frame, walk: Walk): Outcome {
  const body = node.child('body') ?? node.namedChildren.at(-1) ?? null;
  const heads = node.namedChildren
    .filter((child) => child !== body)
    .map((child) => headText(child, frame, walk));
  const own = under(frame, [`${node.role} ${heads.join(' ')}`]);
  walk.course.step(node.role, own);
  const outcome =
    body === null ? NOTHING : walk.run(body.role === 'block' ? body.namedChildren : [body], own, false);
  for (const [name, value] of own.names) frame.names.set(name, value);
  return outcome;
}
