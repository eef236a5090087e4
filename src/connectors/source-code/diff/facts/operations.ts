/** Calls and texts as facts: waiting, closing, locks, batches, loops, caches, limits, queries, routes, topics, environment. */

import { isLogCall } from '../../syntax/log-call.ts';
import { ancestors, type SyntaxNode } from '../../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  calleeOf,
  calleeText,
  compact,
  conditionOf,
  nameOf,
  oneLine,
  receiverOf,
  stripQuotes,
  unwrap,
} from '../../syntax/shape.ts';
import { environmentName } from '../../values/environment.ts';
import type { Observation } from './control.ts';
import { symbolsIn } from './control.ts';
import { leavesProcess } from './io.ts';
import { UNIT_MARK } from './units.ts';

const CLOSING =
  /^(close|release|dispose|disconnect|unsubscribe|putconn|put_conn|cancel|end|stop|free|quit|detach|aclose|Shutdown|clearTimeout|clearInterval|removeListener|removeEventListener|destroy|shutdown|Close|Release|Dispose|Cancel|Stop|returnConnection|off|cleanup|evict)$/;
const LOCKING =
  /^(lock|unlock|Lock|Unlock|RLock|RUnlock|tryLock|acquire|acquireLock|withLock|runExclusive|synchronize|lock_for_update|selectForUpdate|select_for_update|with_lock|redlock)$/;
const TRANSACTING =
  /^(transaction|beginTransaction|begin|commit|rollback|Begin|BeginTx|Commit|Rollback|atomic|withTransaction|\$transaction|savepoint|startTransaction)$/;
/** How a consumer tells a broker that it is done with a message. */
const SETTLING =
  /^(basic_?ack|basic_?nack|basic_?reject|ack|nack|ackAll|Ack|Nack|acknowledge|acknowledgeAsync|commitSync|commitAsync|commitOffsets|commit_offsets|CommitMessages|MarkMessage|delete_message|deleteMessage|DeleteMessage|complete_message|completeMessage|CompleteMessageAsync|abandon_message|xack|XAck)$/i;
const BATCHING = /(batch|bulk|chunk|Many|_many|executemany|pipeline|allSettled|insert_all)/i;
/** How long an object lives that others are given, and so who shares it. */
const LIFETIME = /(?:^|\.)(Add(?:Scoped|Transient|Singleton))(?:<(.{1,200})>)?$/;
/** Arithmetic that says what happens at its end, instead of failing or wrapping there. */
const CHECKED =
  /^((saturating|checked|wrapping|overflowing)_\w+|(add|subtract|multiply|increment|decrement|negate|toInt)Exact)$/;
/** One query for what belongs to many rows. */
const EAGER =
  /^(includes|preload|eager_load|select_related|prefetch_related|joinedload|selectinload|subqueryload|Include|ThenInclude|leftJoinAndSelect|innerJoinAndSelect|populate|fetchJoin|joinFetch|withCount)$/;
const LIMITING =
  /^(limit|take|first|slice|substring|truncate|setMaxResults|Limit|Take|setLimit|head|maxItems|islice|setFetchSize|throttle|rateLimit|semaphore)$/;
const REGISTERING =
  /^(use|route|register\w*|subscribe|on|addEventListener|addListener|HandleFunc|Handle|handle|include_router|add_url_rule|add_api_route|add_route|AddScoped|AddSingleton|AddTransient|MapGet|MapPost|provide|addRoute|mount|consume|listen|add_middleware|get|post|put|patch|delete|GET|POST|PUT|PATCH|DELETE|path|cron|schedule|addJob|AddFunc)$/;
const TOPIC_CALL =
  /^(subscribe|publish|produce|consume|send|emit|sendMessage|send_message|basic_publish|basic_consume|addTask|enqueue|Publish|Subscribe|convertAndSend|createQueue|assertQueue)$/;
const TOPIC_KEY =
  /^(topic|queue|channel|exchange|routing_?key|subject|stream|topics|queue_?name|topic_?name)$/i;
const SQL_TEXT =
  /^\s*(select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\(|merge\s+into\s|upsert\s)/i;
const VALIDATORS =
  /^(required|min|max|length|regex|matches|email|url|nonempty|nonnegative|positive|uuid|pattern|MinLength|MaxLength|IsNotEmpty|refine|strict|oneOf|enum)$/;
const VALIDATING_ANNOTATION =
  /^(NotNull|NotBlank|NotEmpty|Size|Min|Max|Pattern|Email|Valid|Validated|Positive|Required|Range|StringLength|validator|field_validator|IsString|IsInt|Length)$/;
const ITERATING =
  /^(map|forEach|each|flatMap|for_each|filter|reduce|Select|ForEach|stream|collect|apply|parallelStream)$/;

/** True when a node lies in the body of a loop, or in a function given to one that iterates. */
function inLoop(node: SyntaxNode): boolean {
  for (const up of ancestors(node)) {
    if (up.role === 'loop') {
      // A comprehension goes through what its first clause names, which is made once.
      const clause = up.namedChildren.find((child) => child.type === 'for_in_clause');
      const head = conditionOf(up) ?? up.child('right') ?? clause?.child('right') ?? null;
      if (head === null || !(node.start >= head.start && node.end <= head.end)) return true;
    }
    if (up.role === 'function') {
      const call =
        up.parent?.role === 'arguments' ||
        up.parent?.role === 'cast' ||
        up.parent?.type === 'annotated_lambda'
          ? ancestors(up).find((each) => each.role === 'call')
          : undefined;
      if (call === undefined) return false;
      if (ITERATING.test(calleeName(call))) return true;
    }
  }
  return false;
}

function firstText(call: SyntaxNode): string | null {
  const first = argumentsOf(call).at(0);
  const bare = first === undefined ? null : unwrap(first);
  return bare?.role === 'string' ? stripQuotes(bare.text) : null;
}

function named(
  kind: Observation['kind'],
  word: string,
  node: SyntaxNode,
  key = calleeText(node),
): Observation {
  return {
    kind,
    key,
    label: `${word} "${oneLine(compact(node.text), 70)}"`,
    symbols: symbolsIn(node).slice(0, 8),
  };
}

function loopCall(node: SyntaxNode, text: string, name: string): Observation[] {
  if (!leavesProcess(node) || !inLoop(node) || CLOSING.test(name)) return [];
  return [
    {
      kind: 'loop-call',
      key: text,
      label: `${text}()`,
      symbols: [name, ...text.split('.')].filter((each) => each !== 'this' && each !== 'self'),
    },
  ];
}

/** `app.get('/x', …)` registers; `order.get('x')` reads. */
function registers(node: SyntaxNode, first: string | null): boolean {
  const whole = receiverOf(node)?.text ?? '';
  // `app["redis"].get('x')` asks what is kept in the application, not the application
  const receiver = /\[["'`]([\w.-]{1,60})["'`]\]$/.exec(whole)?.[1] ?? whole;
  // `client.get('/rates')` asks for what another registered.
  if (/(client|session|requests|axios|fetch|api_?client|http|conn(ection)?|rest_?template)$/i.test(receiver))
    return false;
  return (
    first?.startsWith('/') === true ||
    /app|rout|server|mux|api|bus|broker|emit|event|consum|socket|io|queue|channel/i.test(receiver)
  );
}

/** `orders.filter{it.open}.sortedBy` → `orders.filter().sortedBy`: which calls follow each other, whatever each is given. */
function withoutGiven(callee: string): string {
  if (!/[({]/.test(callee)) return callee;
  let text = '';
  let depth = 0;
  for (const char of callee) {
    if (char === '(' || char === '{') {
      if (depth === 0 && !text.endsWith('()')) text += '()';
      depth += 1;
    } else if ((char === ')' || char === '}') && depth > 0) depth -= 1;
    else if (depth === 0) text += char;
  }
  return text;
}

/** One of several ways through the function: the same may be done on each of them. */
function isInBranch(node: SyntaxNode): boolean {
  for (const up of ancestors(node)) {
    if (up.role === 'function') return false;
    if (/^(if|ternary|switch|case|catch)$/.test(up.role)) return true;
  }
  return false;
}

/** With what it is given and the condition that it hangs on: a message that is never settled holds up those behind it. */
function settling(node: SyntaxNode): Observation {
  const branch = [...ancestors(node)].find((up) => up.role === 'function' || up.role === 'if');
  const condition = branch?.role === 'if' ? conditionOf(branch) : null;
  const call = `"${oneLine(compact(node.text), 70)}"`;
  return {
    kind: 'settle',
    key: `${compact(node.text)}${condition === null ? '' : ` if ${compact(condition.text)}`}`,
    label: condition === null ? call : `${call} where "${oneLine(condition.text, 60)}"`,
    symbols: symbolsIn(node).slice(0, 8),
  };
}

function callFacts(node: SyntaxNode): Observation[] {
  const name = calleeName(node);
  const text = withoutGiven(calleeText(node));
  if (name === '' || isLogCall(node)) return [];
  const found: Observation[] = [
    { kind: 'call', key: text, label: `${oneLine(text, 60)}()`, symbols: [name] },
  ];
  if (isInBranch(node)) found.push({ kind: 'branch-call', key: text, label: text, symbols: [] });
  if (CLOSING.test(name)) found.push(named('close', 'the call', node));
  if (LOCKING.test(name)) found.push(named('lock', 'the lock', node));
  if (TRANSACTING.test(name)) found.push(named('transaction', 'the transaction call', node));
  if (SETTLING.test(name) && receiverOf(node) !== null) found.push(settling(node));
  const lifetime = LIFETIME.exec(calleeOf(node)?.text ?? '');
  if (lifetime !== null) {
    const what = lifetime[2] ?? compact(argumentsOf(node)[0]?.text ?? '');
    found.push({
      kind: 'lifetime',
      key: `${what}${UNIT_MARK}${lifetime[1]}`,
      label: `"${lifetime[1]}" of ${oneLine(what, 50)}`,
      symbols: what.match(/[A-Za-z_]\w+/g) ?? [],
    });
  }
  if (CHECKED.test(name))
    found.push({
      ...named('guard', 'the guarded arithmetic', node),
      symbols: symbolsIn(node).filter((symbol) => symbol !== name && symbol !== 'Math'),
    });
  if (EAGER.test(name)) found.push(named('batch', 'the eager load', node, name));
  if (BATCHING.test(name) || text === 'Promise.all') found.push(named('batch', 'the batch call', node));
  if (/cache|memo|lru/i.test(text)) found.push(named('cache', 'the cache call', node));
  if (LIMITING.test(name) && receiverOf(node) !== null)
    found.push(named('limit', 'the limit', node, `${name}`));
  if (VALIDATORS.test(name) && receiverOf(node) !== null)
    found.push(named('validation', 'the rule', node, compact(node.text).slice(-160)));
  const first = firstText(node);
  if (
    REGISTERING.test(name) &&
    argumentsOf(node).length >= 1 &&
    receiverOf(node) !== null &&
    (!/^(get|post|put|patch|delete|path|on|handle)$/i.test(name) || registers(node, first)) &&
    (first !== null ||
      /^(use|register\w*|subscribe|mount|include_router|add_middleware|AddScoped|AddSingleton|AddTransient)$/.test(
        name,
      ))
  )
    found.push({
      kind: 'registration',
      key: `${text} ${first ?? compact(argumentsOf(node)[0]?.text ?? '').slice(0, 80)}`,
      label: `the registration "${oneLine(node.text, 80)}"`,
      symbols: [first ?? '', name, ...symbolsIn(node).slice(0, 6)].filter((each) => each !== ''),
    });
  if (TOPIC_CALL.test(name) && first !== null && /^[\w.-]+$/.test(first))
    found.push({ kind: 'topic', key: first, label: `topic "${first}"`, symbols: [first] });
  return [...found, ...loopCall(node, text, name)];
}

function stringFacts(node: SyntaxNode): Observation[] {
  if (ancestors(node).some((up) => up.role === 'import' || isLogCall(up))) return [];
  const text = stripQuotes(node.text);
  if (SQL_TEXT.test(text)) {
    const tables = [...text.matchAll(/\b(?:from|join|into|update)\s+([\w."]+)/gi)].map(
      (match) => match[1] ?? '',
    );
    const key = text.replace(/\s+/g, ' ').trim();
    const facts: Observation[] = [
      {
        kind: 'query',
        key,
        label: `"${oneLine(key, 100)}"`,
        symbols: [...new Set([...tables, ...(key.match(/\b[a-z]\w*_\w+\b/g) ?? [])])],
      },
    ];
    if (/\blimit\s+[\d$?:%]/i.test(text))
      facts.push({
        kind: 'limit',
        key: `LIMIT ${tables.join(' ')}`,
        label: `LIMIT in the query on ${tables.join(', ')}`,
        symbols: tables,
      });
    if (/\bfor\s+(update|share)\b/i.test(text))
      facts.push({
        kind: 'lock',
        key: `FOR UPDATE ${tables.join(' ')}`,
        label: `row lock on ${tables.join(', ')}`,
        symbols: tables,
      });
    return facts;
  }
  if (/^\/[\w{}:<>*.-][\w/{}:<>*.-]*$/.test(text))
    return [{ kind: 'route', key: text, label: `"${text}"`, symbols: [text] }];
  return [];
}

function closing(node: SyntaxNode): Observation {
  return {
    kind: 'close',
    key:
      compact(node.text)
        .slice(0, node.role === 'with' ? 80 : 160)
        .split(':')[0] ?? '',
    label: `"${oneLine(node.text, 60)}"`,
    symbols: symbolsIn(node).slice(0, 6),
  };
}

/** Lists by which a framework learns what there is: modules of Nest and Angular, settings of Django, entries of a router. */
const REGISTER =
  /^(controllers|providers|imports|modules|middlewares?|routes|routers|handlers|consumers|listeners|plugins|apps|installed_apps|interceptors|filters|urlpatterns|subscribers|jobs|tasks|schedules|resolvers|migrations|workers|hooks|guards|validators|extensions|entities|services)$/i;

/** What stands by its bare name in such a list. */
function listed(node: SyntaxNode): Observation[] {
  if (node.parent?.role !== 'array' || !/^(identifier|member|string|call)$/.test(node.role)) return [];
  const holder = node.parent.parent;
  if (holder === null || !/^(pair|assign|declare|field)$/.test(holder.role)) return [];
  const name = nameOf(holder) ?? '';
  if (!REGISTER.test(name)) return [];
  const what = stripQuotes(compact(node.text)).slice(0, 120);
  return [
    {
      kind: 'registration',
      key: `${name} ${what}`,
      label: `"${oneLine(what, 60)}" among the ${name.replace(/_/g, ' ').toLowerCase()}`,
      symbols: [what, ...symbolsIn(node).slice(0, 4)],
    },
  ];
}

/** What a node says about what the program does; empty for most nodes. */
export function operationFacts(node: SyntaxNode): Observation[] {
  const entry = listed(node);
  return entry.length === 0 ? deedsOf(node) : [...entry, ...deedsOf(node)];
}

/** `save(order).catch`: the callee of whoever waits for `save(order)` and says what comes of it. */
const SETTLED = /\([\s\S]*\)\.(catch|then|finally)$/;

function deedsOf(node: SyntaxNode): Observation[] {
  switch (node.role) {
    case 'call':
    case 'new':
      return callFacts(node);
    case 'string':
      return stringFacts(node);
    case 'await': {
      const call = unwrap(node);
      // What becomes of its failure is another matter than that it is waited for.
      const key = (call.role === 'call' ? calleeText(call) : compact(call.text)).replace(SETTLED, '');
      return [
        { kind: 'await', key, label: `await of ${oneLine(key, 60)}`, symbols: symbolsIn(call).slice(0, 4) },
      ];
    }
    case 'with':
      if (/lock|mutex|semaphore|synchroni/i.test(node.text.split(/[:\n{]/, 1)[0] ?? ''))
        return [
          {
            kind: 'lock',
            key: compact(node.text.split(/[:\n{]/, 1)[0] ?? ''),
            label: `"${oneLine(node.text, 40)}"`,
            symbols: [],
          },
        ];
      return [closing(node)];
    case 'finally':
    case 'defer':
      return [closing(node)];
    case 'lock':
      return [
        {
          kind: 'lock',
          key: compact(conditionOf(node)?.text ?? node.text.split('{', 1)[0] ?? ''),
          label: `"${oneLine(node.text, 40)}"`,
          symbols: [],
        },
      ];
    case 'annotation': {
      const name = /@?([A-Za-z_]\w*)/.exec(node.text)?.[1] ?? '';
      if (VALIDATING_ANNOTATION.test(name))
        return [
          {
            kind: 'validation',
            key: compact(node.text),
            label: `the rule "${oneLine(node.text, 60)}"`,
            symbols: symbolsIn(node.parent?.parent ?? node).slice(0, 8),
          },
        ];
      if (/^(Cacheable|lru_cache|cache|cached)$/i.test(name))
        return [
          {
            kind: 'cache',
            key: compact(node.text),
            label: `"${oneLine(node.text, 50)}"`,
            symbols: symbolsIn(node),
          },
        ];
      if (/^Transactional$/.test(name))
        return [
          { kind: 'transaction', key: compact(node.text), label: `"${oneLine(node.text, 50)}"`, symbols: [] },
        ];
      return [];
    }
    case 'pair': {
      const key = stripQuotes(node.child('key', 'name', 'left')?.text ?? '');
      const value = node.child('value', 'right');
      if (TOPIC_KEY.test(key) && value !== null && unwrap(value).role === 'string') {
        const topic = stripQuotes(unwrap(value).text);
        return [{ kind: 'topic', key: topic, label: `topic "${topic}"`, symbols: [topic] }];
      }
      return [];
    }
    case 'member':
    case 'index': {
      const env =
        node.parent?.role === 'member' || node.parent?.role === 'index' ? null : environmentName(node.text);
      return env === null ? [] : [{ kind: 'env', key: env, label: env, symbols: [env] }];
    }
    default:
      return [];
  }
}
