/** Conditions as facts: checks against missing values, checks that reject, error handling, fallbacks. */
import { ancestors, descend, type SyntaxNode } from '../../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  compact,
  conditionOf,
  oneLine,
  receiverOf,
  stripQuotes,
} from '../../syntax/shape.ts';
import type { FactKind } from './fact.ts';

export interface Observation {
  readonly kind: FactKind;
  readonly key: string;
  readonly label: string;
  readonly symbols: readonly string[];
}

const NULL_CHECK =
  /[!=]==?\s*(null|nil|undefined|None)\b|\b(null|nil|undefined|None)\s*[!=]=|\bis (not )?None\b|\bnil\?|\bisset\(|\bempty\(|\bis_null\(|\bisEmpty\(|\bisBlank\(|\bisPresent\(|\.is_none\(|\.is_some\(|\bObjects\.(nonNull|isNull)|\blen\(|\.length\b|\.size\(\)|\.Length\b|\.Count\b|\bin\b|\bhas\(|\bhasOwn|containsKey|\bok\b|^!?\(?[\w.$]+\)?$|^not [\w.]+$|\?\.|blank\?|present\?|\bis (not )?null\b|string\.IsNullOr/;
const ERROR_CHECK = /\berr(or)?\b\s*[!=]==?\s*nil|\berrors\.(Is|As)\(|\b\w*[eE]rr\b\s*!=\s*nil/;

/** Names in an expression, without literals, for matching against error text. */
export function symbolsIn(node: SyntaxNode): string[] {
  const names: string[] = [];
  for (const each of descend(node))
    if (each.role === 'identifier' && each.children.length === 0) names.push(each.text);
  return [...new Set(names)].slice(0, 12);
}

/** Names that ask whether something is there, and say nothing of what. */
const ASKING =
  /^(nil\?|blank\?|present\?|empty\?|isEmpty|isBlank|isPresent|is_none|is_some|isset|empty|is_null|len|nonNull|isNull|IsNullOrEmpty|IsNullOrWhiteSpace|Objects|get|getattr|fetch|has|containsKey|ContainsKey)$/;

/** Names of what is protected. */
function protectedIn(node: SyntaxNode): string[] {
  const names = symbolsIn(node);
  const own = names.filter((name) => !ASKING.test(name));
  return own.length === 0 ? names : own;
}

/** True when a branch ends the work with an error: throw, raise, error return, 4xx answer. */
function rejects(branch: SyntaxNode): boolean {
  for (const node of descend(branch)) {
    if (node.role === 'function') continue;
    if (node.role === 'throw') return true;
    if (
      node.role === 'call' &&
      /^(raise|panic|abort|fail|reject|throw_error|bail|ensure)!?$/.test(calleeName(node))
    )
      return true;
    if (
      node.role === 'return' &&
      /\b(errors?\.New|Errorf|Err\(|&\w*Error|Error\(|status\(4\d\d|BadRequest|HttpStatus)/.test(node.text)
    )
      return true;
  }
  return false;
}

function branchObservation(node: SyntaxNode, condition: SyntaxNode): Observation {
  const text = compact(condition.text).replace(/^\((.*)\)$/, '$1');
  const quoted = oneLine(text, 90);
  const symbols = protectedIn(condition);
  const branch = node.child('consequence', 'body') ?? branchAfter(node, condition);
  if (ERROR_CHECK.test(text))
    return { kind: 'error-handling', key: text, label: `the error check "${quoted}"`, symbols };
  if (node.role === 'if' && branch !== null && rejects(branch))
    return { kind: 'validation', key: text, label: `the check "${quoted}" that rejects`, symbols };
  if (NULL_CHECK.test(text)) return { kind: 'guard', key: text, label: `the check "${quoted}"`, symbols };
  return { kind: 'condition', key: text, label: `the condition "${quoted}"`, symbols };
}

/** Where the grammar names no branches: what follows the condition. */
function branchAfter(node: SyntaxNode, condition: SyntaxNode): SyntaxNode | null {
  return node.namedChildren.find((child) => child.start >= condition.end) ?? null;
}

function isCondition(node: SyntaxNode): boolean {
  for (const up of ancestors(node)) {
    if (up.role === 'if' || up.role === 'loop' || up.role === 'ternary') {
      const condition = conditionOf(up);
      return condition !== null && node.start >= condition.start && node.end <= condition.end;
    }
    if (
      up.role === 'declare' ||
      up.role === 'return' ||
      up.role === 'arguments' ||
      up.role === 'block' ||
      up.role === 'assign'
    )
      return false;
  }
  return false;
}

const DEFAULTING =
  /^(getOrDefault|get_or_default|orElse|orElseGet|unwrap_or|unwrap_or_else|unwrap_or_default|GetValueOrDefault|getOrElse|or_else|setdefault|withDefault)$/;

function fallback(node: SyntaxNode): Observation | null {
  if (node.role === 'binary') {
    const operator = node.children.find((child) => !child.named || child.type === '??')?.type ?? '';
    const left = node.child('left') ?? node.namedChildren.at(0);
    const right = node.child('right') ?? node.namedChildren.at(-1);
    if (left === undefined || right === undefined) return null;
    if (operator !== '??' && operator !== '?:' && !(/^(\|\||or)$/.test(operator) && !isCondition(node)))
      return null;
    if (
      /^(\|\||or)$/.test(operator) &&
      ![...ancestors(node)]
        .slice(0, 3)
        .some((up) => /declare|return|assign|arguments|pair|member|cast|call/.test(up.role))
    )
      return null;
    return {
      kind: 'fallback',
      key: `${compact(left.text)}${FALLBACK_MARK}${compact(right.text)}`,
      label: `the fallback "${operator} ${oneLine(right.text, 40)}" for ${oneLine(left.text, 60)}`,
      symbols: symbolsIn(left),
    };
  }
  if (node.role !== 'call') return null;
  const name = calleeName(node);
  if (name === 'ofNullable')
    return {
      kind: 'guard',
      key: compact(node.text),
      label: `"${oneLine(node.text, 60)}"`,
      symbols: symbolsIn(node),
    };
  const list = argumentsOf(node);
  const withDefault =
    DEFAULTING.test(name) ||
    (/^(get|fetch|getattr|pop)$/.test(name) &&
      list.length === (name === 'getattr' ? 3 : 2) &&
      list.every((argument) => argument.role !== 'pair') &&
      /python|ruby/.test(node.source.languageId) &&
      looksUp(node, name));
  if (!withDefault) return null;
  return {
    kind: 'fallback',
    key: compact(node.text),
    label: `the default in "${oneLine(node.text, 70)}"`,
    symbols: protectedIn(node),
  };
}

/** Connections and clients `get` and `fetch` too: a statement with its values, an address with its headers. */
const ASKS_OTHERS =
  /(^|[._])(db|database|conn(ection)?|cur(sor)?|pool|session|client|http|requests|api|tx|store|repo(sitory)?)$/i;

/** A second argument stands in for what is not found only where something is looked up by a key. */
function looksUp(node: SyntaxNode, name: string): boolean {
  if (name === 'getattr' || name === 'pop') return true;
  const [key] = argumentsOf(node);
  const text = key === undefined ? '' : stripQuotes(key.text);
  if (key?.role === 'string') return !/\s|^https?:|^\//.test(text);
  const receiver = receiverOf(node);
  return receiver === null || !ASKS_OTHERS.test(compact(receiver.text).replace(/\(.*\)$/, ''));
}

function isOptional(node: SyntaxNode): boolean {
  if (node.role !== 'member' && node.role !== 'call' && node.role !== 'index') return false;
  if (node.type === 'conditional_access_expression' || node.type.startsWith('nullsafe_')) return true;
  return node.children.some((child) => /^(optional_chain|\?\.|&\.|\?->)$/.test(child.type));
}

/** `a?.b`: the member may be missing and the program goes on. Of a chain only the whole. */
function optionalChain(node: SyntaxNode): Observation | null {
  if (!isOptional(node) || (node.parent !== null && isOptional(node.parent))) return null;
  const text = compact(node.text);
  return {
    kind: 'guard',
    key: text,
    label: `the optional access "${oneLine(text, 70)}"`,
    symbols: symbolsIn(node),
  };
}

/** `x, ok := m[k]`: what is not there is told apart from what is empty. */
function lookup(node: SyntaxNode): Observation | null {
  if (node.source.languageId !== 'go' || (node.role !== 'declare' && node.role !== 'assign')) return null;
  const [left, right] = [node.child('left'), node.child('right')];
  const [, second] = left?.namedChildren ?? [];
  const [asked, ...more] = right?.namedChildren ?? [];
  if (second === undefined || second.text === '_' || asked === undefined || more.length > 0) return null;
  if (asked.role !== 'index' && asked.type !== 'type_assertion_expression') return null;
  const text = compact(asked.text);
  return {
    kind: 'guard',
    key: `there ${text}`,
    label: `the question whether ${oneLine(text, 60)} is there`,
    symbols: symbolsIn(asked),
  };
}

/** Stands between a value and its fallback in the key of a fact. */
export const FALLBACK_MARK = ' ⇒ ';

/** What a node says about conditions; empty for most nodes. */
export function controlFacts(node: SyntaxNode): Observation[] {
  const found: Observation[] = [];
  const condition =
    node.role === 'if' || node.role === 'ternary' || (node.role === 'loop' && node.type !== 'for_statement')
      ? node.child('condition')
      : null;
  if (condition !== null) found.push(branchObservation(node, condition));
  if (node.role === 'catch')
    found.push({
      kind: 'error-handling',
      key: `catch ${compact(node.namedChildren.at(0)?.role === 'block' ? '' : (node.namedChildren.at(0)?.text ?? ''))}`,
      label: `the handler "${oneLine(node.text, 60)}"`,
      symbols: symbolsIn(node).slice(0, 4),
    });
  if (
    node.role === 'call' &&
    /^(catch|rescue|recover|onErrorResume|onErrorReturn|exceptionally)$/.test(calleeName(node))
  )
    found.push({
      kind: 'error-handling',
      key: compact(node.text).slice(0, 120),
      label: `the handler "${oneLine(node.text.slice(-60), 60)}"`,
      symbols: [],
    });
  for (const each of [fallback(node), optionalChain(node), lookup(node)]) if (each !== null) found.push(each);
  return found;
}
