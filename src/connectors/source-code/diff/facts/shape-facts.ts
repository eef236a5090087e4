/** Names, types, arithmetic and growing collections as facts. */
import { fieldOf, moduleBinding, rootOf } from '../../definitions/scope.ts';
import { isLogCall } from '../../syntax/log-call.ts';
import { ancestors, findRoles, type SyntaxNode } from '../../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  calleeText,
  chainOf,
  compact,
  enclosingClass,
  enclosingFunction,
  functionName,
  memberObject,
  nameOf,
  oneLine,
  receiverOf,
  stripQuotes,
  unwrap,
} from '../../syntax/shape.ts';
import { environmentName } from '../../values/environment.ts';
import type { Observation } from './control.ts';
import { symbolsIn } from './control.ts';
import type { Observer } from './observer.ts';

export const GROWING =
  /^(push|append|add|put|set|insert|offer|addAll|unshift|Add|Append|push_back|store|Store|enqueue|addLast|putIfAbsent|computeIfAbsent|extend|<<)$/;
export const SHRINKING =
  /^(delete|remove|pop|shift|clear|splice|evict|expire|popitem|popleft|removeIf|poll|Remove|Clear|Delete|drain|truncate|removeFirst|reset|retain|discard|prune|purge|cleanUp)$/;
export const EMPTY_COLLECTION =
  /^(\[\s*\]|\{\s*\}|new\s+(Map|Set|Array|WeakMap|\w*(List|Map|Set|Queue|Deque|Dictionary|Bag|Vector|Stack|Buffer))\b|(dict|list|set|deque|defaultdict|OrderedDict|Counter|Hash\.new|Array\.new|Set\.new|array)\s*\(|make\((map|\[\])|map\[[^\]]*\][\w.*[\]]*\{\s*\}|\[\][\w.*]+\{\s*\}|(Vec|HashMap|HashSet|BTreeMap|VecDeque)::new|\w*(ConcurrentHashMap|ArrayList|HashMap|LinkedList)\b|Collections\.)/;
const ARITHMETIC = /^(\+|-|\*|\/|%|\*\*|<<|>>|&|\||\^|\/\/)$/;

/** Functions that others call at once for each of a list, or once when something is done. */
const AT_ONCE =
  /^(forEach|map|flatMap|filter|reduce|reduceRight|some|every|find|findIndex|findLast|sort|from|then|catch|finally|each)$/;

/** The function whose calls repeat what stands in it: a named one, or a handler that is handed on; what the module does once by way of a callback is none. */
function repeatedBy(node: SyntaxNode): SyntaxNode | null {
  for (const up of ancestors(node)) {
    if (up.role !== 'function') continue;
    if (functionName(up) !== null) return up;
    const taker = ancestors(up).find(({ role }) => role === 'call' || role === 'function');
    if (
      taker?.role === 'call' &&
      argumentsOf(taker).some(({ start }) => start === up.start) &&
      !AT_ONCE.test(calleeName(taker))
    )
      return up;
  }
  return null;
}

/** A collection that outlives the call: bound at the top of the module or in a field, and made empty. */
function lastingCollection(target: SyntaxNode): string | null {
  const chain = chainOf(target);
  const first = chain?.[0];
  if (chain === null || first === undefined || repeatedBy(target) === null) return null;
  if (target.source.languageId === 'go') return lastingInGo(target, chain);
  const owner = enclosingClass(target);
  const self = /^(this|self)$/.test(first);
  const name = self ? (chain[1] ?? '') : first.replace(/^@+/, '');
  if (chain.length > (self ? 2 : 1)) return null;
  const root = rootOf(target);
  const local = !self && !first.startsWith('@') ? moduleBinding(root, name) : null;
  const field = owner === null ? null : fieldOf(owner, name);
  const value = (local ?? field)?.value ?? null;
  if (value === null || !EMPTY_COLLECTION.test(value.text)) return null;
  return isShrunk(root, name) ? null : name;
}

/** Go: a variable of the package, or a field of the receiver; both may be declared without a value. */
function lastingInGo(target: SyntaxNode, chain: readonly string[]): string | null {
  const [first = '', field] = chain;
  const root = rootOf(target);
  if (chain.length === 1) {
    const declared = moduleBinding(root, first);
    const isList =
      declared !== null && (declared.value === null || EMPTY_COLLECTION.test(declared.value.text));
    return isList && !isShrunk(root, first) ? first : null;
  }
  const receiver = enclosingFunction(target)?.child('receiver')?.text ?? '';
  const isOwn =
    field !== undefined &&
    chain.length === 2 &&
    new RegExp(`\\(\\s*${first.replace(/\W/g, '')}\\s`).test(receiver);
  return isOwn && !isShrunk(root, field) ? field : null;
}

/** Something in the file takes elements out again, bounds it, or starts it anew. */
function isShrunk(root: SyntaxNode, name: string): boolean {
  const escaped = name.replace(/[$]/g, '\\$&');
  const touches = new RegExp(`(^|[^\\w])${escaped}([^\\w]|$)`);
  for (const call of findRoles(root, 'call')) {
    const callee = calleeName(call);
    if (
      SHRINKING.test(callee) &&
      (touches.test(receiverOf(call)?.text ?? '') || touches.test(argumentsOf(call).at(0)?.text ?? ''))
    )
      return true;
  }
  const text = root.source.text;
  return new RegExp(
    `del\\s+(self\\.)?${escaped}\\b|delete\\s+(this\\.)?${escaped}\\b|${escaped}\\.length\\s*=|(^|\\n)\\s+(this\\.|self\\.)?${escaped}\\s*=\\s*[^=]|len\\(${escaped}\\)\\s*[<>]|${escaped}\\.(size|length)(\\(\\))?\\s*[<>]`,
  ).test(text);
}

/** Keys that are never the same twice, so that each call adds an entry. */
const UNIQUE_KEY =
  /time\b|\bnow\b|nano|uuid|random|Date|\bclock|timestamp|counter|sequence|\+\+|trace|request_?id|req\b|stringify|hash\(/i;
/** Functions that fill a collection once. */
const FILLING = /^(init\w*|setup\w*|configure\w*|register\w*|main|bootstrap|constructor|__init__|static)$/i;

/** Something added to a lasting collection on each call; null where it is filled once or from a given list. */
function growth(node: SyntaxNode): Observation[] {
  if (node.role !== 'call' && node.role !== 'assign' && node.role !== 'declare') return [];
  const owner = repeatedBy(node);
  if (owner === null || FILLING.test(functionName(owner) ?? '')) return [];
  let target: SyntaxNode | null = null;
  let key: SyntaxNode | null = null;
  if (node.role === 'call' && GROWING.test(calleeName(node))) {
    const list = argumentsOf(node);
    const keyed = list.length > 1 && !/^(push|append|add|addAll|extend|offer)$/i.test(calleeName(node));
    key = keyed || /^(add|Add)$/.test(calleeName(node)) ? (list.at(0) ?? null) : null;
    target = keyed && key?.role === 'string' ? null : receiverOf(node);
    if (target === null && calleeText(node) === 'append') target = list.at(0) ?? null;
  } else if (node.role === 'assign' || node.role === 'declare') {
    const left = node.child('left', 'name');
    const index = left === null ? null : unwrap(left);
    key = index?.role === 'index' ? (index.namedChildren.at(-1) ?? null) : null;
    if (index !== null && key !== null && key.role !== 'string' && key.role !== 'number')
      target = memberObject(index);
  }
  const name = target === null ? null : lastingCollection(target);
  if (name === null) return [];
  const certain = key === null || UNIQUE_KEY.test(key.text);
  // Keys taken from a list that is gone through: a copy of that list.
  if (!certain && ancestors(node).some((up) => up.role === 'loop' && up.start >= owner.start)) return [];
  return [
    {
      kind: certain ? 'growth' : 'keyed-growth',
      key: `${name} ${compact(node.text)}`,
      label: `"${oneLine(node.text, 70)}" adds to ${name}`,
      symbols: [name],
    },
  ];
}

/** The names of one shape together, so that a renamed field can be told from a new object. */
function fields(node: SyntaxNode): Observation[] {
  // `{ body }` gives what `{ body: body }` gives.
  if (node.type === 'shorthand_property_identifier' || node.type === 'shorthand_field_initializer')
    return [{ kind: 'field', key: node.text, label: `field "${node.text}"`, symbols: [node.text] }];
  if (node.role === 'pair' || node.role === 'field') {
    const name = nameOf(node);
    if (name === null) return [];
    return [
      { kind: 'field', key: name, label: `field "${name}"`, symbols: [name, ...tagNames(node)] },
      ...tagNames(node).map(
        (tag): Observation => ({
          kind: 'field',
          key: `tag ${tag}`,
          label: `serialised name "${tag}"`,
          symbols: [tag],
        }),
      ),
    ];
  }
  if (node.role === 'parameter' && isPartOfRecord(node)) {
    const name = nameOf(node);
    return name === null ? [] : [{ kind: 'field', key: name, label: `field "${name}"`, symbols: [name] }];
  }
  if (
    node.role !== 'call' ||
    !/^(of|put|get|entry|set|getString|getInt|has|containsKey|JsonProperty|SerializedName)$/.test(
      calleeName(node),
    )
  )
    return [];
  return argumentsOf(node).flatMap((argument, index): Observation[] => {
    if (
      argument.role !== 'string' ||
      (calleeName(node) !== 'of' && index > 0) ||
      (calleeName(node) === 'of' && index % 2 === 1)
    )
      return [];
    const name = stripQuotes(argument.text);
    return /^[A-Za-z_][\w-]*$/.test(name)
      ? [{ kind: 'field', key: name, label: `key "${name}"`, symbols: [name] }]
      : [];
  });
}

/** A part of a value that is written and read by the names of its parts: a data class, a record. */
function isPartOfRecord(parameter: SyntaxNode): boolean {
  const taker = ancestors(parameter).find((up) => up.role === 'function' || up.role === 'class');
  if (taker === undefined || /\bprivate\b/.test(parameter.text.slice(0, 80))) return false;
  if (/\brecord/.test(taker.type)) return true;
  return (
    taker.source.languageId === 'kotlin' &&
    taker.role === 'class' &&
    /\bdata\s+class\b|@Serializable/.test(taker.text.slice(0, 200))
  );
}

/** What one of several fields of an object is given; the others are its symbols, so that whoever reads the object can be told. */
function givenField(node: SyntaxNode): Observation[] {
  if (node.role !== 'pair' || node.parent === null) return [];
  const name = nameOf(node);
  const value = node.child('value', 'right') ?? node.namedChildren.at(-1);
  const siblings = node.parent.namedChildren.filter((child) => child.role === 'pair');
  if (name === null || value === undefined || siblings.length < 2 || siblings.length > 40) return [];
  const names = siblings.flatMap((child) => nameOf(child) ?? []).filter((other) => other !== name);
  const text = compact(value.text);
  if (text.length > 160 || names.length === 0) return [];
  return [
    {
      kind: 'given-field',
      key: `${name}${GIVEN_MARK}${text}`,
      label: oneLine(text, 60),
      symbols: [name, ...names],
    },
  ];
}

/** Stands between a field and what it is given in the key of a fact. */
export const GIVEN_MARK = ' ≔ ';

function tagNames(node: SyntaxNode): string[] {
  const tag = node.child('tag')?.text ?? '';
  return [...tag.matchAll(/\b(?:json|db|bson|yaml|xml|gorm|form):"(?:column:)?([\w-]+)/g)].map(
    (match) => match[1] ?? '',
  );
}

function arithmetic(node: SyntaxNode): Observation[] {
  const operator = node.children.find((child) => !child.named)?.type ?? '';
  const comparison = /^([<>]=?|[!=]==?)$/.test(operator);
  if (!ARITHMETIC.test(operator) || comparison || node.parent?.role === 'binary') return [];
  if (findRoles(node, 'string').length > 0 || ancestors(node).some((up) => isLogCall(up))) return [];
  const text = compact(node.text);
  return [{ kind: 'arithmetic', key: text, label: `"${oneLine(text, 70)}"`, symbols: symbolsIn(node) }];
}

function types(node: SyntaxNode): Observation[] {
  if (node.role !== 'field' && node.role !== 'parameter' && node.role !== 'declare') return [];
  const type =
    node.child('type') ??
    (node.parent?.role === 'other' || node.parent?.role === 'field' ? node.parent.child('type') : null);
  const name = nameOf(node);
  // `var` leaves the type to the compiler: the value decides, not the word.
  if (type === null || name === null || /^(var|auto|val|let)$/.test(type.text.trim())) return [];
  return [
    {
      kind: 'type',
      key: `${name}: ${compact(type.text)}`,
      label: `${name} ${compact(type.text).replace(/^:\s*/, '')}`,
      symbols: [name],
    },
  ];
}

/** `make(chan T, n)` takes n values that nobody waits for; `make(chan T)` none: who sends waits, for ever if nobody comes. */
function channel(node: SyntaxNode): Observation[] {
  if (node.source.languageId !== 'go' || calleeText(node) !== 'make') return [];
  const [type, size] = argumentsOf(node);
  if (type === undefined || !/^(<-\s*)?chan\b/.test(type.text)) return [];
  return size === undefined
    ? [{ kind: 'bare-channel', key: compact(type.text), label: `"${oneLine(node.text, 50)}"`, symbols: [] }]
    : [];
}

function environment(node: SyntaxNode): Observation[] {
  const env = environmentName(`${calleeText(node)}(${argumentsOf(node).at(0)?.text ?? ''}`);
  return env === null ? [] : [{ kind: 'env', key: env, label: env, symbols: [env] }];
}

/** What nodes say about names, types, arithmetic and growth. */
export const SHAPES: readonly Observer[] = [
  { roles: ['call', 'assign', 'declare'], observe: growth },
  {
    roles: ['pair', 'field', 'parameter', 'call'],
    types: /^shorthand_(property_identifier|field_initializer)$/,
    observe: fields,
  },
  { roles: ['pair'], observe: givenField },
  { roles: ['field', 'parameter', 'declare'], observe: types },
  { roles: ['binary'], observe: arithmetic },
  { roles: ['call'], observe: channel },
  { roles: ['call'], observe: environment },
];
