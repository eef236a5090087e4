/** In which unit a number is read: by the call that makes a duration of it, by the factor beside it, or by the name it is given to. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf, calleeName, calleeText, compact, nameOf, oneLine, unwrap } from '../../syntax/shape.ts';
import { nameWords, unitOfName } from '../../values/unit.ts';
import type { Observation } from './control.ts';

/** Stands between what is measured and its unit in the key of a fact. */
export const UNIT_MARK = ' ⇒ ';

const UNIT_CALLS: readonly (readonly [RegExp, string])[] = [
  [/nano(s|sec(ond)?s)?$/i, 'ns'],
  [/micro(s|sec(ond)?s)?$/i, 'us'],
  [/milli(s|sec(ond)?s)?$/i, 'ms'],
  [/sec(ond)?s?(_f\d+)?$/i, 's'],
  [/min(ute)?s?$/i, 'min'],
  [/hours?$/i, 'h'],
  [/days?$/i, 'd'],
];
const DURATION_CALL =
  /^(of|from|plus|minus|from_|Add|to)?_?(nanos?|micros?|millis?|milliseconds?|secs?|seconds?|minutes?|mins?|hours?|days?)(econds?)?$/i;
/** A factor that turns a plain number into a duration. */
const FACTOR = /^(.+?)\s*\*\s*time\.(Nanosecond|Microsecond|Millisecond|Second|Minute|Hour)$/;
const FACTOR_FIRST = /^time\.(Nanosecond|Microsecond|Millisecond|Second|Minute|Hour)\s*\*\s*(.+)$/;
/** Things that are measured in time or bytes; a number of anything else has no unit to lose. */
const MEASURED =
  /^(timeout|deadline|interval|delay|ttl|expiry|expiration|expires|wait|age|period|lifetime|backoff|keepalive|keep|linger|grace|duration|latency|limit|memory|buffer|heap|quota|stale|refresh|lease|idle)$/;
const UNIT_WORD =
  /^(ms|msec|msecs|milli|millis|millisecond|milliseconds|s|sec|secs|second|seconds|min|mins|minute|minutes|hour|hours|h|us|micros|ns|nanos|byte|bytes|kb|kib|mb|mib|gb|gib|in)$/;

function unitOfWord(word: string): string | null {
  return UNIT_CALLS.find(([pattern]) => pattern.test(word))?.[1] ?? null;
}

function observed(what: string, unit: string, said: string): Observation {
  return {
    kind: 'unit',
    key: `${what}${UNIT_MARK}${unit}`,
    label: `"${oneLine(said, 60)}"`,
    symbols: (said.match(/[A-Za-z_]\w{3,}/g) ?? []).slice(0, 6),
  };
}

/** `Duration.ofMillis(x)`, `Duration::from_secs(x)`, `TimeSpan.FromSeconds(x)`, `time.Duration(x)`. */
function byCall(node: SyntaxNode): Observation[] {
  const name = calleeName(node);
  const [first, ...others] = argumentsOf(node);
  if (first === undefined) return [];
  const bare = unwrap(first);
  if (calleeText(node) === 'time.Duration' && others.length === 0)
    return /\*\s*time\.|time\.\w+\s*\*/.test(node.parent?.text ?? '')
      ? []
      : [observed(compact(bare.text), 'ns', node.text)];
  if (name === 'timedelta')
    return argumentsOf(node).flatMap((argument) => {
      const unit = argument.role === 'pair' ? unitOfWord(nameOf(argument) ?? '') : null;
      const value = argument.namedChildren.at(-1);
      return unit === null || value === undefined ? [] : [observed(compact(value.text), unit, node.text)];
    });
  if (others.length > 0 || !DURATION_CALL.test(name)) return [];
  const unit = unitOfWord(name);
  return unit === null ? [] : [observed(compact(bare.text), unit, node.text)];
}

/** In which nothing says a unit, and the language takes nanoseconds. */
export const BARE_UNIT = 'bare';
const WAITS = /^(?:context\.WithTimeout|time\.(?:Sleep|After|AfterFunc|NewTimer|NewTicker|Tick))$/;

/** `context.WithTimeout(ctx, 800)`, `time.Sleep(pause)` of a constant `pause = 800`. */
function waited(node: SyntaxNode): Observation[] {
  if (!WAITS.test(calleeText(node))) return [];
  const list = argumentsOf(node);
  const given = list[calleeName(node) === 'WithTimeout' ? 1 : 0];
  const text = given === undefined ? '' : compact(given.text);
  const isNumber = /^\d[\d_]*$/.test(text) && Number(text.replaceAll('_', '')) > 1;
  const isNamed =
    /^[A-Za-z_]\w*$/.test(text) &&
    new RegExp(`^\\s*(?:(?:const|var)\\s+)?${text}\\s*:?=\\s*\\d[\\d_]*\\s*$`, 'm').test(node.source.text);
  return isNumber || isNamed ? [observed(text, BARE_UNIT, node.text)] : [];
}

/** `x * time.Millisecond`. */
function byFactor(node: SyntaxNode): Observation[] {
  if (node.parent?.role === 'binary') return [];
  const text = compact(node.text);
  const found = FACTOR.exec(text);
  const turned = found === null ? FACTOR_FIRST.exec(text) : null;
  const what = found?.[1] ?? turned?.[2];
  const word = found?.[2] ?? turned?.[1];
  if (what === undefined || word === undefined) return [];
  const unit = unitOfWord(word);
  const inner = /^time\.Duration\((.*)\)$/.exec(what)?.[1] ?? what;
  return unit === null ? [] : [observed(inner, unit, text)];
}

/** `timeoutMillis: 1500`: a bare number whose name says what it is a number of. */
function byName(node: SyntaxNode): Observation[] {
  const name = nameOf(node);
  const value = node.namedChildren.at(-1);
  const bare = value === undefined ? null : unwrap(value);
  if (name === null || bare === null || bare.role !== 'number') return [];
  const number = Number(bare.text.replace(/[_lLuU]/g, ''));
  if (!Number.isFinite(number) || Math.abs(number) < 2) return [];
  const stem = nameWords(name).filter((word) => !UNIT_WORD.test(word));
  if (!stem.some((word) => MEASURED.test(word))) return [];
  const unit = unitOfName(name);
  return [observed(`${stem.join(' ')} = ${number}`, unit === 'count' ? 'none' : unit, node.text)];
}

/** How long a store of keys keeps an entry: options and commands whose letters alone say in which unit. */
const KEEPS_FOR: Readonly<Record<string, string>> = {
  EX: 's',
  PX: 'ms',
  EXAT: 's',
  PXAT: 'ms',
  ex: 's',
  px: 'ms',
};
const KEEPS: Readonly<Record<string, string>> = {
  setex: 's',
  psetex: 'ms',
  expire: 's',
  pexpire: 'ms',
  setEx: 's',
  pSetEx: 'ms',
  pExpire: 'ms',
};

/** A number that is converted where it stands is in the unit that it is converted to. */
function isConverted(value: string): boolean {
  return /[*/]\s*1_?000\b|milli|ms\b/i.test(value);
}

/** `set(key, value, { EX: 300 })`, `set(key, value, 'EX', 300)`, `setex(key, 300, value)`. */
function keptFor(node: SyntaxNode): Observation[] {
  const name = calleeName(node);
  const list = argumentsOf(node);
  const kept = (unit: string, value: string, said = node.text) =>
    observed(
      `how long ${name.toLowerCase().replace(/^p(?=set|exp)/, '')} keeps`,
      isConverted(value) ? 's' : unit,
      said,
    );
  const own = KEEPS[name];
  if (own !== undefined && list.length >= 2) return [kept(own, list[1]?.text ?? '')];
  if (!/^(set|SET)$/.test(name)) return [];
  const at = list.findIndex((argument) => /^["'](EX|PX|ex|px)["']$/.test(argument.text));
  if (at !== -1) return [kept(KEEPS_FOR[list[at]?.text.slice(1, -1) ?? ''] ?? 's', list[at + 1]?.text ?? '')];
  return list
    .flatMap((argument) => (argument.role === 'pair' ? [argument] : argument.namedChildren))
    .flatMap((pair) => {
      const unit = pair.role === 'pair' ? KEEPS_FOR[nameOf(pair) ?? ''] : undefined;
      return unit === undefined ? [] : [kept(unit, pair.namedChildren.at(-1)?.text ?? '', pair.text)];
    });
}

/** What a node says about units; empty for most nodes. */
export function unitFacts(node: SyntaxNode): Observation[] {
  switch (node.role) {
    case 'call':
      return [...byCall(node), ...keptFor(node), ...(node.source.languageId === 'go' ? waited(node) : [])];
    case 'binary':
      return node.source.languageId === 'go' ? byFactor(node) : [];
    case 'pair':
    case 'declare':
    case 'field':
    case 'assign':
      return byName(node);
    default:
      return [];
  }
}
