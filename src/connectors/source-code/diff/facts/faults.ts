/** What makes a program slow, loud, silent or wrong by a single edit: waits, loops, raised and swallowed errors, arguments, results, chance in times, retries. */
import { isLogCall } from '../../syntax/log-call.ts';
import { ancestors, descend, type SyntaxNode } from '../../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  calleeOf,
  calleeText,
  compact,
  enclosingFunction,
  functionName,
  oneLine,
  receiverOf,
  stripQuotes,
  unwrap,
} from '../../syntax/shape.ts';
import type { Observation } from './control.ts';
import { symbolsIn } from './control.ts';
import type { Observer } from './observer.ts';

const COMPARISON = /^([<>]=?|[!=]==?|&&|\|\||and|or|is|in|not in|is not|===|!==)$/;
const WAITING = /^(sleep|Sleep|usleep|nanosleep|delay|Delay|SpinWait|busyWait|sleepSync)$/;
const CHANCE =
  /^(random|uniform|randint|randrange|gauss|nextInt|nextLong|nextDouble|Intn|Int63n|Int31n|Float64|NextDouble|Next|jitter|randomInt|gen_range|mt_rand|random_int|rand|between|withJitter|WithJitter)$/;
const CHANCE_SOURCE = /rand|jitter|chance|crypto|gen_range/i;
/** Where chance spreads things in time. */
const IN_TIME =
  /ttl|expir|delay|interval|backoff|sleep|wait|keep|lifetime|retr(y|ies)|refresh|schedul|jitter|stale|age|timeout|poll|period|seconds|minutes|\bms\b/i;
const RETRYING =
  /^(retry|withRetry|with_retry|retryWhen|retryAsync|Retry|RetryAsync|WaitAndRetry\w*|retrying|backoff)$/;
const RESILIENCE =
  /^(Retryable|Retry|CircuitBreaker|HystrixCommand|TimeLimiter|Bulkhead|RateLimiter|retry|backoff|on_exception|tenacity|circuit|Timeout)$/i;
const PERMITTING =
  /^(PreAuthorize|PostAuthorize|Secured|RolesAllowed|Authorize|login_required|permission_required|requires_auth|UseGuards|Roles|csrf_protect)$/i;
const ENTRY =
  /^(Scheduled|KafkaListener|RabbitListener|JmsListener|SqsListener|StreamListener|EventListener|EventHandler|EventPattern|MessagePattern|MessageMapping|Get|Post|Put|Delete|Patch|GetMapping|PostMapping|PutMapping|DeleteMapping|PatchMapping|RequestMapping|Route|HttpGet|HttpPost|HttpPut|HttpDelete|FunctionName|receiver|task|shared_task|route|scheduled|subscribe|Subscribe|Consumer|Cron|Interval|Bean|Component|Service|Entity)$/;
const MAX_ARGUMENTS = 160;

function operatorOf(node: SyntaxNode): string {
  return node.children.find((child) => !child.named || /^(&&|\|\|)$/.test(child.type))?.text.trim() ?? '';
}

/** A comparison whose outcome is a value: returned, kept or given to a filter. Those of branches are conditions already. */
function comparison(node: SyntaxNode): Observation[] {
  if (!COMPARISON.test(operatorOf(node)) || node.parent?.role === 'binary') return [];
  for (const up of ancestors(node)) {
    if (up.role === 'if' || up.role === 'loop' || up.role === 'ternary' || isLogCall(up)) return [];
    if (/return|assign|declare|arguments|function|block/.test(up.role)) break;
  }
  const text = compact(node.text);
  if (/^[\w.]+(\|\|| or |\?\?)/.test(node.text.trim())) return [];
  return [
    {
      kind: 'condition',
      key: text,
      label: `the comparison "${oneLine(text, 80)}"`,
      symbols: symbolsIn(node),
    },
  ];
}

/** Header of a loop that counts; that of other loops is a condition already. */
function loopFacts(node: SyntaxNode): Observation[] {
  const clause = node.namedChildren.find((child) => child.type === 'for_clause');
  const condition =
    node.type === 'for_statement' ? (node.child('condition') ?? clause?.child('condition') ?? null) : null;
  const body = node.child('body') ?? node.namedChildren.at(-1) ?? null;
  const header = compact(node.text.slice(0, Math.max(0, (body?.start ?? node.end) - node.start)));
  const nested = ancestors(node).some((up) => up.role === 'loop');
  const found: Observation[] = [
    {
      kind: 'loop',
      key: header,
      label: `${nested ? 'a loop within a loop' : 'a loop'} "${oneLine(header, 60)}"`,
      symbols: symbolsIn(node).slice(0, 4),
    },
  ];
  if (condition === null) return found;
  const text = compact(condition.text).replace(/;$/, '');
  return [
    ...found,
    {
      kind: 'condition',
      key: text,
      label: `the bound "${oneLine(text, 80)}"`,
      symbols: symbolsIn(condition),
    },
  ];
}

function isRaising(node: SyntaxNode): boolean {
  return (
    node.role === 'throw' ||
    (node.role === 'call' && /^(raise|panic|panic!|abort|reject|fail)$/.test(calleeName(node)))
  );
}

/** Raised whatever happens: outside any branch and handler. */
function raised(node: SyntaxNode): Observation[] {
  for (const up of ancestors(node)) {
    if (up.role === 'function') break;
    if (/^(if|ternary|catch|switch|case|loop)$/.test(up.role) || /match|rescue|except|else/.test(up.type))
      return [];
  }
  const text = compact(node.text);
  return [
    { kind: 'throw', key: text, label: `"${oneLine(node.text, 70)}"`, symbols: symbolsIn(node).slice(0, 6) },
  ];
}

/** A handler that lets nobody know: it raises nothing, returns nothing and calls nothing but a log. */
function swallowed(node: SyntaxNode): Observation[] {
  const parts = [...descend(node)];
  const tells = parts.some(
    (part) =>
      isRaising(part) ||
      part.role === 'return' ||
      part.role === 'assign' ||
      part.role === 'declare' ||
      (part.role === 'call' &&
        !isLogCall(part) &&
        !ancestors(part).some((up) => up.start >= node.start && isLogCall(up))),
  );
  if (tells) return [];
  return [
    {
      kind: 'swallow',
      key: 'swallow',
      label: `the handler "${oneLine(node.text, 60)}" tells nobody`,
      symbols: symbolsIn(node).slice(0, 4),
    },
  ];
}

function callFaults(node: SyntaxNode): Observation[] {
  const name = calleeName(node);
  if (name === '' || isLogCall(node)) return [];
  const found: Observation[] = [];
  const text = compact(node.text);
  const waits =
    WAITING.test(name) ||
    (name === 'setTimeout' &&
      ancestors(node).some((up) => up.role === 'new' && /^new\s*Promise/.test(compact(up.text))));
  if (waits)
    found.push({ kind: 'delay', key: text, label: `the wait "${oneLine(node.text, 60)}"`, symbols: [] });
  if (CHANCE.test(name) && CHANCE_SOURCE.test(`${calleeText(node)} ${name}`) && spreadsTime(node))
    found.push({
      kind: 'jitter',
      key: 'chance',
      label: `the chance "${oneLine(node.text, 50)}" in a time`,
      symbols: [],
    });
  if (RETRYING.test(name))
    found.push({ kind: 'retry', key: name, label: `the retry "${oneLine(node.text, 60)}"`, symbols: [] });
  const list = argumentsOf(node);
  const given = compact(list.map((argument) => argument.text).join(', '));
  if (
    list.length > 0 &&
    given.length <= MAX_ARGUMENTS &&
    !list.some((argument) => [...descend(argument)].some((part) => part.role === 'function'))
  )
    found.push({
      kind: 'arguments',
      key: `${calleeText(node)}(${given})`,
      label: `${oneLine(calleeText(node), 40)}(${oneLine(list.map((argument) => argument.text).join(', '), 60)})`,
      symbols: [calleeText(node), ...symbolsIn(node)],
    });
  return found;
}

function spreadsTime(node: SyntaxNode): boolean {
  const owner = enclosingFunction(node);
  const statement =
    ancestors(node).find((up) => /^(return|assign|declare|pair|field)$/.test(up.role)) ?? node;
  return IN_TIME.test(`${owner === null ? '' : (functionName(owner) ?? '')} ${statement.text.slice(0, 300)}`);
}

/** What is looked up by a literal key or an index, and a member that is read: an edit of the name reads something else. */
function access(node: SyntaxNode): Observation[] {
  if (node.role === 'index') {
    const object = node.namedChildren.at(0);
    const key = node.namedChildren.at(-1);
    if (object === undefined || key === undefined || object === key) return [];
    if (key.role === 'string') {
      const name = stripQuotes(key.text);
      return [{ kind: 'field', key: name, label: `key "${name}"`, symbols: [name] }];
    }
    return [
      {
        kind: 'arguments',
        key: `${compact(object.text)}[${compact(key.text)}]`,
        label: `${oneLine(object.text, 40)}[${oneLine(key.text, 40)}]`,
        symbols: [`${compact(object.text)}[]`, ...symbolsIn(node)],
      },
    ];
  }
  const isCallee =
    node.parent?.role === 'call' && (node.field === 'function' || calleeOf(node.parent) === node);
  if (node.role !== 'member' || isCallee || node.parent?.role === 'member' || node.parent?.role === 'import')
    return [];
  // PHP and safe accesses are written otherwise; a call without arguments in between is a member like any other.
  const text = compact(node.text).replace(/\?->|->|[?!]\./g, '.');
  const dot = text.lastIndexOf('.');
  if (dot <= 0 || !/^[\w$]+(\(\))?(\.[\w$]+(\(\))?)*$/.test(text) || text.endsWith(')')) return [];
  return [
    {
      kind: 'member',
      key: text,
      label: `"${text}"`,
      symbols: [text.slice(0, dot), text.slice(dot + 1)],
    },
  ];
}

function result(node: SyntaxNode): Observation[] {
  const value = node.namedChildren.at(0);
  if (value === undefined || enclosingFunction(node) === null) return [];
  const bare = unwrap(value);
  if (
    !/^(identifier|number|boolean|null|string|member|call|index|new|object|array)$/.test(bare.role) &&
    !/none|null|nil/i.test(bare.text)
  )
    return [];
  const text = compact(value.text).slice(0, 120);
  return [
    {
      kind: 'return',
      key: text,
      label: `"return ${oneLine(text, 60)}"`,
      symbols: symbolsIn(value).slice(0, 6),
    },
  ];
}

function annotation(node: SyntaxNode): Observation[] {
  const name = /@?\[?([A-Za-z_][\w.]*)/.exec(node.text)?.[1]?.split('.').at(-1) ?? '';
  const text = compact(node.text);
  const make = (kind: Observation['kind'], word: string): Observation[] => [
    { kind, key: text, label: `${word} "${oneLine(node.text, 60)}"`, symbols: symbolsIn(node).slice(0, 6) },
  ];
  if (RESILIENCE.test(name)) return make('retry', 'the protection');
  if (PERMITTING.test(name)) return make('validation', 'the rule');
  if (ENTRY.test(name)) return make('registration', 'the registration');
  return [];
}

/** Resources that are given back by the language itself, and code that one thread runs at a time. */
function scoped(node: SyntaxNode): Observation[] {
  if (
    node.type === 'try_with_resources_statement' ||
    (node.type === 'local_declaration_statement' && /^(await\s+)?using\s/.test(node.text))
  ) {
    const text =
      node.type === 'try_with_resources_statement' ? (node.child('resources')?.text ?? '') : node.text;
    return [
      {
        kind: 'close',
        key: compact(text).slice(0, 120),
        label: `"${oneLine(text, 60)}"`,
        symbols: symbolsIn(node).slice(0, 4),
      },
    ];
  }
  if (
    node.role === 'function' &&
    /\bsynchronized\b/.test(
      node.text.slice(0, Math.max(0, (node.child('body')?.start ?? node.start) - node.start)),
    )
  )
    return [
      {
        kind: 'lock',
        key: 'synchronized',
        label: `"synchronized" of ${functionName(node) ?? 'a method'}`,
        symbols: [],
      },
    ];
  if (
    node.role === 'new' &&
    /Concurrent|Atomic|synchronized|BlockingQueue|CopyOnWrite/.test(calleeText(node))
  )
    return [
      {
        kind: 'thread-safe',
        key: calleeText(node),
        label: `the thread-safe ${oneLine(calleeText(node), 40)}`,
        symbols: [],
      },
    ];
  if (node.type === 'try_expression' && node.source.languageId === 'rust')
    return [
      {
        kind: 'error-handling',
        key: compact(node.text),
        label: `the error check "${oneLine(node.text, 50)}"`,
        symbols: symbolsIn(node).slice(0, 4),
      },
    ];
  if (
    node.type === 'break_statement' &&
    ancestors(node)
      .slice(0, 4)
      .some((up) => up.role === 'case' || up.role === 'switch')
  ) {
    const home = ancestors(node).find((up) => up.role === 'case' || up.role === 'switch');
    const before = home?.text.split(/[:{]/, 1)[0] ?? '';
    return [
      {
        kind: 'condition',
        key: `break ${compact(before)}`,
        label: `the break after "${oneLine(before, 40)}"`,
        symbols: [],
      },
    ];
  }
  return [];
}

/** `card!!`, `.unwrap()`: what was provided for is taken for granted. */
function assumed(node: SyntaxNode): Observation[] {
  const { languageId } = node.source;
  const asserts =
    (languageId === 'kotlin' && node.role === 'unary' && node.text.endsWith('!!')) ||
    (languageId === 'rust' && node.role === 'call' && /^(unwrap|expect)$/.test(calleeName(node)));
  if (!asserts) return [];
  return [
    {
      kind: 'assumption',
      key: compact(node.text),
      label: `"${oneLine(node.text, 60)}"`,
      symbols: symbolsIn(node).filter((name) => name !== 'unwrap' && name !== 'expect'),
    },
  ];
}

const CONVERTING =
  /^(Number|parseInt|parseFloat|BigInt|int|float|Decimal|Integer|Float|to_i|to_f|to_sym|intval|floatval|Atoi|ParseInt|ParseFloat|parseLong|parseDouble|toInt|toLong|toDouble|toIntOrNull|ToInt32|ToInt64|ToDecimal|Number\.parseInt|fromisoformat)$/;

/** A text that is made a number, or a number of another width: whoever gets it afterwards counts on that. */
function conversion(node: SyntaxNode): Observation[] {
  const isCast = node.type === 'cast_expression' || node.type === 'type_cast_expression';
  if (!isCast && !(node.role === 'call' && CONVERTING.test(calleeName(node)))) return [];
  const given = isCast ? unwrap(node) : (argumentsOf(node)[0] ?? receiverOf(node));
  if (given === undefined || given === null || /^(number|string)$/.test(unwrap(given).role)) return [];
  return [
    {
      kind: 'conversion',
      key: compact(given.text),
      label: `the conversion "${oneLine(node.text, 60)}"`,
      symbols: symbolsIn(given),
    },
  ];
}

/** `total += x`: arithmetic that stands in an assignment; `i++` is none. */
function augmented(node: SyntaxNode): Observation[] {
  const operator = node.children.find((child) =>
    /^(\+|-|\*|\/|%|\*\*|<<|>>|&|\||\^|\/\/)=$/.test(child.text),
  )?.text;
  if (operator === undefined) return [];
  const text = compact(node.text);
  return [{ kind: 'arithmetic', key: text, label: `"${oneLine(text, 70)}"`, symbols: symbolsIn(node) }];
}

function raisedByCall(node: SyntaxNode): Observation[] {
  return isRaising(node) && !isLogCall(node) ? raised(node) : [];
}

/** What nodes say about single edits that break things. */
export const FAULTS: readonly Observer[] = [
  {
    roles: ['function', 'new'],
    types: /^(try_with_resources_statement|local_declaration_statement|try_expression|break_statement)$/,
    observe: scoped,
  },
  { roles: ['unary', 'call'], observe: assumed },
  { roles: ['call'], types: /^(type_)?cast_expression$/, observe: conversion },
  { roles: ['binary'], observe: comparison },
  { roles: ['loop'], observe: loopFacts },
  { roles: ['throw'], observe: raised },
  { roles: ['catch'], observe: swallowed },
  { roles: ['call', 'new'], observe: callFaults },
  { roles: ['call'], observe: raisedByCall },
  { roles: ['index', 'member'], observe: access },
  { roles: ['return'], observe: result },
  { roles: ['annotation'], observe: annotation },
  { roles: ['assign'], observe: augmented },
];
