/** Which functions of two versions of a file do the same, whatever they are written like: parts taken out or put back, ways turned round, values named or not. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import { givenValue, nameOf, qualifiedFunctionName } from '../../syntax/shape.ts';
import { bodyOf, headOf, isPrivate, parametersOf, TOP_FRAME } from './functions.ts';
import { CannotFollow, Course, type Frame, type Helpers } from './state.ts';
import { runAll } from './statements.ts';
import { isForReaders, isNoStep, oneLinersOf, surroundings } from './surroundings.ts';
import { topCourse } from './top-level.ts';
import { expressionOf } from './values.ts';
import type { Outcome, Walk } from './walk.ts';

export interface SameCourse {
  /** Qualified names of the functions that do what they did, and of those that only they call. */
  readonly scopes: ReadonlySet<string>;
  /** Of the scopes, those that do so only together with others that changed: a part moved between them. */
  readonly together: ReadonlySet<string>;
  /** Nothing in the file does anything else. */
  readonly whole: boolean;
  /** Functions of files beside it that do what functions of this file did, or are called by those alone. */
  readonly elsewhere: ReadonlySet<SyntaxNode>;
}

/** Files of the same difference that came or went: what moved between them and the file is still there. */
export interface Beside {
  readonly came: readonly SyntaxNode[];
  readonly went: readonly SyntaxNode[];
}

const NOBODY: Beside = { came: [], went: [] };
const OTHERWISE: SameCourse = {
  scopes: new Set(),
  together: new Set(),
  whole: false,
  elsewhere: new Set(),
};

type Functions = ReadonlyMap<string, readonly SyntaxNode[]>;

function functionsIn(root: SyntaxNode): Functions {
  const found = new Map<string, SyntaxNode[]>();
  for (const node of descend(root)) {
    if (node.role !== 'function') continue;
    const name = qualifiedFunctionName(node);
    if (name === null) continue;
    const list = found.get(name) ?? [];
    list.push(node);
    found.set(name, list);
  }
  return found;
}

function bareName(qualified: string): string {
  return qualified.split('.').at(-1) ?? qualified;
}

/** Of the names, those with one function of that name alone. */
function helpersOf(functions: Functions, names: readonly string[]): Helpers {
  const helpers = new Map<string, SyntaxNode>();
  const twice = new Set<string>();
  for (const name of names) {
    const list = functions.get(name) ?? [];
    const [only] = list;
    const bare = bareName(name);
    if (helpers.has(bare) || list.length > 1) twice.add(bare);
    if (only !== undefined) helpers.set(bare, only);
  }
  for (const name of twice) helpers.delete(name);
  return helpers;
}

function walkOf(helpers: Helpers, constants: ReadonlyMap<string, SyntaxNode>, languageId: string): Walk {
  const walk: Walk = {
    course: new Course(helpers, constants, languageId),
    value: (node, frame) => expressionOf(node, frame, walk),
    run: (statements, frame, tail) => runAll(statements, frame, tail, walk),
    enter: (fn, given, frame) => enter(fn, given, frame, walk),
  };
  return walk;
}

function enter(fn: SyntaxNode, given: readonly string[] | null, frame: Frame, walk: Walk): Outcome {
  const parameters = parametersOf(fn);
  if (given === null || given.length > parameters.length) throw new CannotFollow();
  const { names } = headOf(fn, walk);
  const own = new Map(
    [...names].filter(([, value]) => value === 'this').map(([name]): [string, string] => [name, frame.self]),
  );
  parameters.forEach((parameter, index) => {
    const value =
      given[index] ?? (parameter.byDefault === null ? null : walk.value(parameter.byDefault, frame));
    if (parameter.name === null || value === null) throw new CannotFollow();
    own.set(parameter.name, value);
  });
  return bodyOf(fn, { ...frame, names: own, conditions: frame.conditions }, walk);
}

interface Followed {
  readonly text: string;
  readonly used: ReadonlySet<SyntaxNode>;
}

function follow(
  fn: SyntaxNode,
  helpers: Helpers,
  constants: ReadonlyMap<string, SyntaxNode>,
): Followed | null {
  const walk = walkOf(helpers, constants, fn.source.languageId);
  try {
    const head = headOf(fn, walk);
    const frame: Frame = { ...TOP_FRAME, names: head.names, conditions: [] };
    for (const field of head.kept)
      walk.course.step(`set ${frame.self}.${field} = ${head.names.get(field) ?? field}`, frame);
    const { value } = bodyOf(fn, frame, walk);
    return {
      text: [head.text, ...walk.course.ordered(), `→ ${value ?? walk.course.nothing}`].join('\n'),
      used: walk.course.used,
    };
  } catch (error) {
    // A tree that is deeper than the stack is not followed either.
    if (error instanceof CannotFollow || error instanceof RangeError) return null;
    throw error;
  }
}

/** Constants at the top of a file or class whose value is written there. */
function constantsIn(root: SyntaxNode): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  for (const node of descend(root)) {
    if (node.role !== 'declare' && node.role !== 'field') continue;
    const name = nameOf(node);
    const value = givenValue(node);
    if (
      name === null ||
      value === null ||
      isInFunction(node) ||
      !/^(string|concat|number|boolean|unary|binary|array|member|call)$/.test(value.role)
    )
      continue;
    if (value.role === 'call' && !/compile|Pattern|RegExp|regex/i.test(value.text)) continue;
    found.set(name, value);
  }
  return found;
}

function isInFunction(node: SyntaxNode): boolean {
  for (let up = node.parent; up !== null; up = up.parent) if (up.role === 'function') return true;
  return false;
}

const QUOTED_MODULE = /["'`]([^"'`]+)["'`]/;
const IMPORT_WORD =
  /^(import|from|use|using|as|static|type|typeof|default|require|const|namespace|pub|crate|function)$/;

/** Names that the file takes from elsewhere, by where they come from. */
function importsIn(root: SyntaxNode): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const node of descend(root)) {
    if (node.role !== 'import') continue;
    const text = node.text.replace(/\s+/g, ' ').replace(/;$/, '');
    const quoted = QUOTED_MODULE.exec(text)?.[1];
    const python = /^from (\S+) import (.*)$/.exec(text);
    const path = quoted ?? python?.[1] ?? text.replace(/^(import|use|using)( static| function)? /, '');
    const rest =
      quoted === undefined
        ? (python?.[2] ?? path.replace(/^.*(?:\.|::|\\)(?=[{\w*])/, ''))
        : text.replace(QUOTED_MODULE, ' ');
    const names = (rest.match(/[\p{L}_$][\w$]*/gu) ?? []).filter((name) => !IMPORT_WORD.test(name));
    if (names.length === 0) names.push(path.split('/').at(-1) ?? path);
    for (const name of names) found.set(name, path.replace(/\{.*$/, ''));
  }
  return found;
}

/** A name that both sides know comes from elsewhere now: it may be another thing. */
function takesFromElsewhere(before: SyntaxNode, after: SyntaxNode): boolean {
  const [old, now] = [importsIn(before), importsIn(after)];
  return [...old].some(([name, from]) => now.has(name) && now.get(name) !== from);
}

function only<Value>(
  left: ReadonlyMap<string, Value>,
  right: ReadonlyMap<string, unknown>,
): Map<string, Value> {
  return new Map([...left].filter(([name]) => !right.has(name)));
}

/** With more functions changed than this, none is held against what it calls of the others. */
const MAX_TOGETHER = 12;

/** Names of the functions of one side that are to be written out where they are called. */
function toWriteOut(
  functions: Functions,
  others: Functions,
  changed: ReadonlySet<string>,
): readonly string[] {
  return [...functions.keys()].filter((name) => !others.has(name) || changed.has(name));
}

function textsOf(functions: Functions, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (functions.get(name) ?? []).map(({ text }) => text));
}

interface Side {
  readonly functions: Functions;
  readonly helpers: Helpers;
  readonly constants: ReadonlyMap<string, SyntaxNode>;
}

/** Most functions of a file stand there letter for letter; what is written out elsewhere is named in none of them. */
function isUntouched(
  before: readonly SyntaxNode[],
  after: readonly SyntaxNode[],
  written: readonly string[],
): boolean {
  return (
    before.length === after.length &&
    before.every((fn, index) => {
      const { text } = fn;
      return text === after[index]?.text && !written.some((name) => text.includes(name));
    })
  );
}

function sameIn(
  old: Side,
  now: Side,
  names: readonly string[],
): { readonly same: Set<string>; readonly used: Set<SyntaxNode>; readonly usedElsewhere: Set<SyntaxNode> } {
  const same = new Set<string>();
  const used = new Set<SyntaxNode>();
  const usedElsewhere = new Set<SyntaxNode>();
  const written = [old, now].flatMap(({ helpers, constants }) => [...helpers.keys(), ...constants.keys()]);
  for (const name of names) {
    const [before, after] = [old.functions.get(name) ?? [], now.functions.get(name) ?? []];
    if (isUntouched(before, after, written)) {
      same.add(name);
      continue;
    }
    const pairs = before.map(
      (fn, index) =>
        [
          follow(fn, old.helpers, old.constants),
          after[index] === undefined ? null : follow(after[index], now.helpers, now.constants),
        ] as const,
    );
    const isSame =
      before.length === after.length &&
      pairs.every(([a, b]) => a !== null && b !== null && a.text === b.text);
    for (const each of pairs.flat())
      for (const fn of each?.used ?? []) (isSame ? used : usedElsewhere).add(fn);
    if (isSame) same.add(name);
  }
  return { same, used, usedElsewhere };
}

type Top = readonly [SyntaxNode, Functions, Functions, ReadonlyMap<string, SyntaxNode>];

function isSameTop(old: Top, now: Top): boolean {
  const [a, b] = [old, now].map(([root, own, others, constants]) => {
    const helpers = helpersOf(own, toWriteOut(own, others, new Set()));
    return topCourse(
      root,
      walkOf(helpers, constants, root.source.languageId),
      (node) => isNoStep(node) || isForReaders(node),
      (node) => surroundings(node, constants),
    );
  });
  return a !== null && a !== undefined && a === b;
}

/** The functions of a file with those of the files beside it, where no name stands for two. */
function withThose(own: Functions, others: readonly SyntaxNode[]): Functions {
  const all = new Map(own);
  const twice = new Set<string>();
  for (const [name, list] of others.flatMap((root) => [...functionsIn(root)])) {
    if (all.has(name)) twice.add(name);
    else all.set(name, list);
  }
  for (const name of twice) if (!own.has(name)) all.delete(name);
  return all;
}

export function sameCourse(
  oldTree: SyntaxNode,
  newTree: SyntaxNode,
  { came, went }: Beside = NOBODY,
): SameCourse {
  if (takesFromElsewhere(oldTree, newTree)) return OTHERWISE;
  const [ownBefore, ownAfter] = [functionsIn(oldTree), functionsIn(newTree)];
  const [before, after] = [withThose(ownBefore, went), withThose(ownAfter, came)];
  const both = [...before.keys()].filter((name) => after.has(name));
  const [constants, others] = [constantsIn(oldTree), constantsIn(newTree)];
  const gone = only(constants, others);
  const come = only(others, constants);
  const attempt = (changed: ReadonlySet<string>, names = both.filter((name) => !changed.has(name))) => {
    const old: Side = {
      functions: before,
      helpers: helpersOf(before, toWriteOut(before, after, changed)),
      constants: gone,
    };
    const now: Side = {
      functions: after,
      helpers: helpersOf(after, toWriteOut(after, before, changed)),
      constants: come,
    };
    return sameIn(old, now, names);
  };
  let result = attempt(new Set());
  const changed = new Set(both.filter((name) => !result.same.has(name)));
  const privates = new Set(
    [...changed].filter((name) => [...(before.get(name) ?? []), ...(after.get(name) ?? [])].every(isPrivate)),
  );
  const isNamedElsewhere = (name: string) =>
    [before, after].some((functions) =>
      [...functions].some(
        ([other, list]) => other !== name && list.some(({ text }) => text.includes(bareName(name))),
      ),
    );
  if (privates.size > 0 && [...privates].every(isNamedElsewhere)) {
    const second = attempt(privates);
    const isBetter = [...privates].every((name) =>
      [...(before.get(name) ?? []), ...(after.get(name) ?? [])].every((fn) => second.used.has(fn)),
    );
    if (isBetter && second.same.size + privates.size > result.same.size) result = second;
  }
  // What another file may call has changed, and those of this file that call it do what they did all the same.
  const callers = changed.size > MAX_TOGETHER ? [] : [...changed];
  const together = callers.flatMap((name) => {
    const others = callers.filter((other) => other !== name);
    const texts = [
      ...textsOf(before, [name, ...toWriteOut(before, after, new Set())]),
      ...textsOf(after, [name, ...toWriteOut(after, before, new Set())]),
    ];
    // Without a word of another that changed nothing more is written out than at first.
    const isCalling = others.some((other) => texts.some((text) => text.includes(bareName(other))));
    return isCalling ? [...attempt(new Set(others), [name]).same] : [];
  });
  const scopes = new Set([...result.same, ...together]);
  const helped = (functions: Functions, name: string) =>
    (functions.get(name) ?? []).every((fn) => result.used.has(fn) && !result.usedElsewhere.has(fn));
  for (const functions of [before, after])
    for (const name of functions.keys())
      if (!result.same.has(name) && helped(functions, name)) scopes.add(name);
  const [wentOut, cameIn] = [
    oneLinersOf(oldTree, [...only(ownBefore, ownAfter).values()].flat()),
    oneLinersOf(newTree, [...only(ownAfter, ownBefore).values()].flat()),
  ];
  const isLetterForLetter = surroundings(oldTree, gone) === surroundings(newTree, come);
  const stands =
    isLetterForLetter || surroundings(oldTree, gone, wentOut) === surroundings(newTree, come, cameIn);
  // What was written out there, and is called nowhere else, is what stood there before.
  if (stands)
    for (const [functions, oneLiners] of [[ownBefore, wentOut] as const, [ownAfter, cameIn] as const])
      for (const name of functions.keys())
        if (oneLiners.has(bareName(name)) && !isNamedElsewhere(name)) scopes.add(name);
  const every = [...ownBefore.keys(), ...ownAfter.keys()].every((name) => scopes.has(name));
  const isTopSame = stands || isSameTop([oldTree, before, after, gone], [newTree, after, before, come]);
  // What stands in no function that has a name.
  if (isTopSame && !isLetterForLetter) scopes.add('');
  const whole = every && isTopSame;
  const elsewhere = new Set(
    [...before, ...after]
      .filter(([name]) => scopes.has(name))
      .flatMap(([, list]) => list)
      .filter(
        (fn) =>
          came.some(({ source }) => source === fn.source) || went.some(({ source }) => source === fn.source),
      ),
  );
  return { scopes, together: new Set(together), whole, elsewhere };
}
