/** Expressions of source code as typed values: literals, constant arithmetic, durations, environment reads with a default. */
import type { ConfigValue, ValueUnit } from '../../../domain/code.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  calleeText,
  givenValue,
  nameOf,
  oneLine,
  stripQuotes,
  unwrap,
} from '../syntax/shape.ts';
import { environmentRead } from './environment.ts';
import { parseNumber, textValue } from './text-value.ts';
import { unitOfName, unitOfWord } from './unit.ts';

interface Folded {
  readonly number: number;
  readonly unit: ValueUnit | null;
}

/** `time.Second`, `TimeUnit.MILLISECONDS`: the unit that a member names. */
function unitOfMember(node: SyntaxNode): ValueUnit | null {
  const match = /^(?:time|TimeUnit|ChronoUnit|Duration|TimeSpan)\s*(?:\.|::)\s*([A-Za-z]+)$/.exec(node.text);
  const word = match?.[1];
  return word === undefined ? null : unitOfWord(word);
}

/** `Duration.ofMillis(500)`, `timedelta(seconds=5)`, `Duration::from_secs(5)`, `TimeSpan.FromMinutes(1)`, `5.seconds`. */
function foldDuration(call: SyntaxNode): Folded | null {
  const name = calleeName(call);
  const list = argumentsOf(call);
  const only = list.at(0);
  if (name === 'timedelta' && only?.role === 'pair') {
    const value = givenValue(only);
    const folded = value === null ? null : foldNumber(value);
    return folded === null ? null : { number: folded.number, unit: unitOfWord(nameOf(only) ?? '') };
  }
  const word = /^(?:of|from|From|from_)_?([A-Za-z]+)$/.exec(name)?.[1];
  const unit = word === undefined ? null : unitOfWord(word.replace(/^_/, ''));
  if (
    only !== undefined &&
    list.length === 1 &&
    unit !== null &&
    /duration|timespan|chrono|time/i.test(calleeText(call))
  ) {
    const folded = foldNumber(unwrap(only));
    return folded === null ? null : { number: folded.number, unit };
  }
  if (
    only !== undefined &&
    /^(Number|parseInt|int|float|Integer|Long|parseLong|valueOf|Duration|parseFloat|BigInt)$/.test(name)
  )
    return foldNumber(unwrap(only));
  const receiver = call.child('receiver');
  const suffix = unitOfWord(name);
  if (receiver !== null && list.length === 0 && suffix !== null && name.length > 2) {
    const folded = foldNumber(receiver);
    return folded === null ? null : { number: folded.number, unit: suffix };
  }
  return null;
}

function combine(operator: string, left: Folded, right: Folded): Folded | null {
  const unit = left.unit ?? right.unit;
  if (operator === '*') return { number: left.number * right.number, unit };
  if (operator === '/' && right.number !== 0) return { number: left.number / right.number, unit };
  if (operator === '+') return { number: left.number + right.number, unit };
  if (operator === '-') return { number: left.number - right.number, unit };
  if (operator === '<<') return { number: left.number * 2 ** right.number, unit };
  if (operator === '**') return { number: left.number ** right.number, unit };
  return null;
}

/** Constant arithmetic over numbers and duration units; null for anything that depends on a name. */
export function foldNumber(expression: SyntaxNode): Folded | null {
  const node = unwrap(expression);
  if (node.role === 'number') {
    const number = parseNumber(node.text);
    return number === null ? null : { number, unit: null };
  }
  if (node.role === 'member') {
    const unit = unitOfMember(node);
    return unit === null ? null : { number: 1, unit };
  }
  if (node.role === 'call' || node.role === 'new') return foldDuration(node);
  if (node.role === 'string') {
    const number = parseNumber(stripQuotes(node.text));
    return number === null ? null : { number, unit: null };
  }
  if (node.role === 'unary' && node.text.startsWith('-')) {
    const operand = node.namedChildren.at(-1);
    const folded = operand === undefined ? null : foldNumber(operand);
    return folded === null ? null : { number: -folded.number, unit: folded.unit };
  }
  if (node.role !== 'binary') return null;
  const [first, last] = [node.namedChildren.at(0), node.namedChildren.at(-1)];
  const operator = node.children.find((child) => !child.named)?.type ?? '';
  if (first === undefined || last === undefined || first === last) return null;
  const left = foldNumber(first);
  const right = foldNumber(last);
  return left === null || right === null ? null : combine(operator, left, right);
}

/** The value of an expression under a key; `expression` with its source text where it is not constant. */
export function literalValue(expression: SyntaxNode, key: string): ConfigValue {
  const node = unwrap(expression);
  if (node.role === 'boolean') return { raw: node.text, number: null, unit: 'none', kind: 'boolean' };
  if (node.role === 'null') return { raw: node.text, number: null, unit: 'none', kind: 'null' };
  if (node.role === 'string' && !node.children.some((child) => child.role === 'interpolation'))
    return textValue(stripQuotes(node.text), key, true);
  const env = environmentRead(node);
  if (env !== null) return env.fallback === null ? expressionValue(node) : literalValue(env.fallback, key);
  const folded = foldNumber(node);
  if (folded === null) return expressionValue(node);
  const kind = node.role === 'number' || node.role === 'unary' ? 'number' : 'expression';
  return { raw: oneLine(node.text, 200), number: folded.number, unit: folded.unit ?? unitOfName(key), kind };
}

function expressionValue(node: SyntaxNode): ConfigValue {
  return { raw: oneLine(node.text, 200), number: null, unit: 'none', kind: 'expression' };
}

/** Whether the text of a value stands for something that can be compared between revisions. */
export function isConstant(value: ConfigValue): boolean {
  return value.kind !== 'expression' || value.number !== null;
}
