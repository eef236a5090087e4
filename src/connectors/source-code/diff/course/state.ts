/** What is known while a function is followed step by step: what its names stand for, under which conditions the next step is taken. */
import type { SyntaxNode } from '../../syntax/node.ts';

/** Thrown and caught within this folder: the function cannot be followed, so nothing is said of it. */
export class CannotFollow extends Error {}

/** Steps, and visits of nodes, beyond which a function is not followed further. */
const MAX_STEPS = 600;
const MAX_VISITS = 30_000;
/** Longer courses stay in the order in which they were followed. */
const MAX_SORTED = 150;
/** Longer texts stand for themselves by a sum of their characters. */
const MAX_TEXT = 400;
/** Choices within choices that are looked through. */
const MAX_CHOICES = 8;

export type Shape =
  | { readonly op: 'and' | 'or'; readonly parts: readonly string[] }
  | { readonly op: 'not'; readonly of: string }
  | { readonly op: '<' | '<=' | '==' | '!=' | '===' | '!=='; readonly left: string; readonly right: string }
  | { readonly op: 'text' | 'list'; readonly parts: readonly string[] }
  | { readonly op: 'choice'; readonly condition: string; readonly yes: string; readonly no: string }
  | {
      readonly op: 'each';
      readonly source: string;
      readonly tests: readonly string[];
      readonly item: string;
    };

/** A function that exists on one side alone, or that only its own file can call: a call of it stands for what it does. */
export type Helpers = ReadonlyMap<string, SyntaxNode>;

export interface Frame {
  /** Names of values of the function's own, by what they stand for. */
  readonly names: Map<string, string>;
  /** Under which the next step is taken. Grows where a way out was taken otherwise. */
  readonly conditions: string[];
  /** What `this` stands for. */
  readonly self: string;
  /** What a name of nothing else is a member of, where the function extends a type; null elsewhere. */
  readonly implicit: string | null;
  /** Names of the function around that are given values from here: whoever reads them sees it. */
  readonly foreign: ReadonlySet<string>;
  /** How many functions without a name lie around. */
  readonly level: number;
  /** How many helpers were written out to get here. */
  readonly depth: number;
}

export class Course {
  readonly steps: string[] = [];
  readonly shapes = new Map<string, Shape>();
  readonly helpers: Helpers;
  /** Constants of the file that one side alone names. */
  readonly constants: ReadonlyMap<string, SyntaxNode>;
  readonly used = new Set<SyntaxNode>();
  /** What stands for the place in a list that a loop goes through, with the list. */
  readonly places = new Map<string, string>();
  /** Expressions that a function hands on as they are: whoever called it waits for them. */
  readonly answers = new WeakSet<SyntaxNode>();
  /** What a function that just ends answers. */
  readonly nothing: string;
  private visits = 0;
  private readonly times = new Map<string, number>();

  constructor(helpers: Helpers, constants: ReadonlyMap<string, SyntaxNode>, languageId: string) {
    this.nothing = languageId === 'python' ? 'null' : 'nothing';
    this.helpers = helpers;
    this.constants = constants;
  }

  visit(): void {
    this.visits += 1;
    if (this.visits > MAX_VISITS) throw new CannotFollow();
  }

  step(what: string, frame: Frame): void {
    if (this.steps.length >= MAX_STEPS) throw new CannotFollow();
    const text = short(`${frame.conditions.join(' & ')} ⊢ ${what}`);
    this.conditions.set(text, [...frame.conditions]);
    this.steps.push(text);
  }

  /** Under what each step is taken. */
  private readonly conditions = new Map<string, readonly string[]>();

  /** Of two neighbours that exclude each other either may come first: in an order of their own. */
  ordered(): readonly string[] {
    const steps = [...this.steps];
    if (steps.length > MAX_SORTED) return steps;
    for (let end = steps.length - 1; end > 0; end -= 1)
      for (let at = 0; at < end; at += 1) {
        const [a, b] = [steps[at] ?? '', steps[at + 1] ?? ''];
        if (a <= b || !this.exclude(a, b)) continue;
        steps[at] = b;
        steps[at + 1] = a;
      }
    return steps;
  }

  private exclude(a: string, b: string): boolean {
    const others = new Set(this.conditions.get(b));
    return (this.conditions.get(a) ?? []).some((condition) => others.has(negate(condition, this)));
  }

  /** Two ways of which one is gone: what is done in one is not done once more in the other. */
  either<First, Second>(first: () => First, second: () => Second): readonly [First, Second] {
    const start = [new Map(this.times), new Map(this.writes)] as const;
    const one = first();
    const after = [new Map(this.times), new Map(this.writes)] as const;
    restore(this.times, start[0]);
    restore(this.writes, start[1]);
    const other = second();
    for (const [own, earlier] of [
      [this.times, after[0]],
      [this.writes, after[1]],
    ] as const)
      for (const [name, count] of earlier) own.set(name, Math.max(count, own.get(name) ?? 0));
    return [one, other];
  }

  /** How often something of the name was written, or something of its own was called. */
  private readonly writes = new Map<string, number>();

  wrote(name: string): void {
    this.writes.set(name, (this.writes.get(name) ?? 0) + 1);
  }

  /** Marks what is read after it was written. */
  since(name: string): string {
    const times = this.writes.get(name) ?? 0;
    return times === 0 ? '' : `'${times}`;
  }

  /** A thing made or asked for twice is two things. */
  another(text: string): string {
    const times = (this.times.get(text) ?? 0) + 1;
    this.times.set(text, times);
    return times === 1 ? text : `${text}#${times}`;
  }

  /** What is done in between is no step of this course, but part of a value. */
  apart<Result>(act: () => Result): { readonly result: Result; readonly steps: readonly string[] } {
    const at = this.steps.length;
    const result = act();
    return { result, steps: this.steps.splice(at) };
  }

  /** Ways that exclude each other, in an order of their own: what ends in an error first, then what is short, as a guard is. */
  ways(...each: readonly { readonly steps: readonly string[]; readonly fails: boolean }[]): void {
    const sorted = [...each].sort(
      (a, b) => Number(b.fails) - Number(a.fails) || a.steps.length - b.steps.length,
    );
    this.steps.push(...sorted.flatMap(({ steps }) => steps));
  }

  shaped(text: string, shape: Shape): string {
    const name = short(text);
    this.shapes.set(name, shape);
    return name;
  }
}

function restore(counts: Map<string, number>, to: ReadonlyMap<string, number>): void {
  counts.clear();
  for (const [name, count] of to) counts.set(name, count);
}

/** The text, or where it is long a sum of it: two texts have the same only if they are the same. */
export function short(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  let [a, b] = [0x811c9dc5, 0x1000193];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  return `${text.slice(0, 40)}…${text.length}:${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

const TURNED = { '==': '!=', '!=': '==', '===': '!==', '!==': '===' } as const;

export function negate(value: string, course: Course): string {
  const shape = course.shapes.get(value);
  if (shape?.op === 'not') return shape.of;
  if (shape?.op === 'and' || shape?.op === 'or')
    return joined(
      shape.op === 'and' ? 'or' : 'and',
      shape.parts.map((part) => negate(part, course)),
      course,
    );
  if (shape?.op === '<') return compared('<=', shape.right, shape.left, course);
  if (shape?.op === '<=') return compared('<', shape.right, shape.left, course);
  if (shape !== undefined && shape.op in TURNED && 'left' in shape)
    return compared(TURNED[shape.op as keyof typeof TURNED], shape.left, shape.right, course);
  // Java: an Optional is empty or present
  const optional = /^(.+)\.isPresent\(\)$/s.exec(value)?.[1];
  if (optional !== undefined) return `${optional}.isEmpty()`;
  return course.shaped(`not(${value})`, { op: 'not', of: value });
}

/** `and` and `or` of several, those of the same kind within them taken apart. */
export function joined(op: 'and' | 'or', parts: readonly string[], course: Course): string {
  const flat = parts.flatMap((part) => {
    const shape = course.shapes.get(part);
    return shape?.op === op ? shape.parts : [part];
  });
  return course.shaped(`${op}(${flat.join(' ; ')})`, { op, parts: flat });
}

/** `a > b` is `b < a`; what is equal has no order. */
export function compared(op: string, left: string, right: string, course: Course): string {
  // Whether there is an error is what decided that one was made.
  const isThere = right === 'null' && /^[!=]=$/.test(op) ? whenThere(left, course) : null;
  if (typeof isThere === 'string') return op === '!=' ? isThere : negate(isThere, course);
  if (op === '>' || op === '>=') return compared(op === '>' ? '<' : '<=', right, left, course);
  const isEqual = /^[!=]==?$/.test(op);
  const [first, second] = isEqual && isConstant(left) && !isConstant(right) ? [right, left] : [left, right];
  const shape = { op: op as '<', left: first, right: second };
  return course.shaped(`(${first} ${op} ${second})`, shape);
}

function isConstant(value: string): boolean {
  return /^("|[-\d]|null$|true$|false$|undefined$)/.test(value);
}

/** What must hold for the value to be true. */
export function assumed(value: string, course: Course): readonly string[] {
  const shape = course.shapes.get(value);
  return shape?.op === 'and' ? shape.parts : [value];
}

/** `c ? a : b` and `!c ? b : a` are one; `a == null ? b : a` is `a ?? b`. */
export function conditional(condition: string, then: string, otherwise: string, course: Course): string {
  if (then === otherwise) return then;
  const asTest = ofTruth(condition, then, otherwise, course);
  if (asTest !== null) return asTest;
  const shape = course.shapes.get(condition);
  if (shape?.op === 'and' || shape?.op === 'or') {
    const [first = '', ...more] = shape.parts;
    const rest = more.length === 1 ? (more[0] ?? '') : joined(shape.op, more, course);
    const inner = conditional(rest, then, otherwise, course);
    return shape.op === 'and'
      ? conditional(first, inner, otherwise, course)
      : conditional(first, then, inner, course);
  }
  if (shape !== undefined && 'right' in shape && /^(null|undefined)$/.test(shape.right)) {
    if (/^===?$/.test(shape.op) && otherwise === shape.left) return defaulted(otherwise, then);
    if (/^!==?$/.test(shape.op) && then === shape.left) return defaulted(then, otherwise);
  }
  const turned = negate(condition, course);
  if (turned < condition) return chosen(turned, otherwise, then, course);
  return chosen(condition, then, otherwise, course);
}

/** `c ? true : x` asks for `c` or `x`; null where neither is a plain yes or no, or the other is no test. */
function ofTruth(condition: string, then: string, otherwise: string, course: Course): string | null {
  const isTest = (value: string) => value === 'true' || value === 'false' || course.shapes.has(value);
  const other = then === 'true' || then === 'false' ? otherwise : then;
  const shape = course.shapes.get(other);
  const known =
    other === 'true' ||
    other === 'false' ||
    (shape !== undefined && /^(and|or|not|<|<=|[!=]==?)$/.test(shape.op));
  if (!isTest(then) || !isTest(otherwise) || !known) return null;
  const turned = negate(condition, course);
  if (then === 'true')
    return otherwise === 'false' ? condition : joined('or', [condition, otherwise], course);
  if (then === 'false') return otherwise === 'true' ? turned : joined('and', [turned, otherwise], course);
  if (otherwise === 'true') return joined('or', [turned, then], course);
  return otherwise === 'false' ? joined('and', [condition, then], course) : null;
}

function chosen(condition: string, yes: string, no: string, course: Course): string {
  return course.shaped(`if(${condition} ; ${yes} ; ${no})`, { op: 'choice', condition, yes, no });
}

/** One of several values that are given together; of a choice the choice of that one. */
export function partOf(value: string, index: number, course: Course, depth = 0): string {
  const shape = course.shapes.get(value);
  if (shape?.op === 'list') return shape.parts[index] ?? `${value}#${index}`;
  if (shape?.op !== 'choice' || depth > MAX_CHOICES) return `${value}#${index}`;
  const [yes, no] = [partOf(shape.yes, index, course, depth + 1), partOf(shape.no, index, course, depth + 1)];
  return conditional(shape.condition, yes, no, course);
}

/** What a value is where the conditions hold. */
export function settled(value: string, conditions: readonly string[], course: Course): string {
  const shape = course.shapes.get(value);
  if (shape?.op !== 'choice') return value;
  const holds = (condition: string) => assumed(condition, course).every((each) => conditions.includes(each));
  if (holds(shape.condition)) return settled(shape.yes, conditions, course);
  if (holds(negate(shape.condition, course))) return settled(shape.no, conditions, course);
  const isThere = thereWhen(value, course);
  if (typeof isThere === 'boolean') return value;
  const there = leavesOf(value, course).filter((leaf) => leaf !== 'null');
  if (new Set(there).size === 1 && holds(isThere)) return there[0] ?? value;
  return holds(negate(isThere, course)) ? 'null' : value;
}

function leavesOf(value: string, course: Course): readonly string[] {
  const shape = course.shapes.get(value);
  return shape?.op === 'choice' ? [...leavesOf(shape.yes, course), ...leavesOf(shape.no, course)] : [value];
}

/** Under which condition a choice between an error and nothing is an error; null where other things may be nothing too. */
function whenThere(value: string, course: Course, depth = 0): string | boolean | null {
  if (value === 'null') return false;
  if (IS_ERROR.test(value)) return true;
  const shape = course.shapes.get(value);
  if (shape?.op !== 'choice' || depth > MAX_CHOICES) return null;
  const [yes, no] = [whenThere(shape.yes, course, depth + 1), whenThere(shape.no, course, depth + 1)];
  if (yes === null || no === null) return null;
  if (yes === no) return yes;
  const [holds, fails] = [shape.condition, negate(shape.condition, course)];
  if (typeof yes === 'boolean' && typeof no === 'boolean') return yes ? holds : fails;
  if (typeof yes === 'boolean')
    return yes ? joined('or', [holds, String(no)], course) : joined('and', [fails, String(no)], course);
  if (typeof no === 'boolean')
    return no ? joined('or', [fails, yes], course) : joined('and', [holds, yes], course);
  return null;
}

function thereWhen(value: string, course: Course): string | boolean {
  return whenThere(value, course) ?? false;
}

/** Makers of errors, which are never nothing. */
const IS_ERROR = /^(fmt\.Errorf|errors\.(New|Join)|status\.Errorf?|&\w*Err\w*|new \w+)[({[]/;

export function defaulted(value: string, otherwise: string): string {
  return short(`(${value} ?? ${otherwise})`);
}

/** Texts and what stands between them, one behind the other. */
export function concatenated(parts: readonly string[], course: Course): string {
  const flat = parts.flatMap((part) => {
    const shape = course.shapes.get(part);
    return shape?.op === 'text' ? shape.parts : [part];
  });
  const merged: string[] = [];
  for (const part of flat) {
    const last = merged.at(-1);
    if (last?.startsWith('"') && part.startsWith('"'))
      merged[merged.length - 1] = `${last.slice(0, -1)}${part.slice(1)}`;
    else if (part !== '""') merged.push(part);
  }
  const [only] = merged;
  if (merged.length <= 1 && (only === undefined || only.startsWith('"'))) return only ?? '""';
  return course.shaped(`text(${merged.join(' ; ')})`, { op: 'text', parts: merged });
}
