/** What stands behind or instead of the message of a text line: loggers, padded pairs, and whole records of `key=value`. */
import type { FormatContext, ParsedLine } from '../format.ts';
import { LEVEL_NAMES } from './field-names.ts';
import { recordOfFields } from './field-record.ts';
import { fieldsOf } from './fields.ts';
import { readJson } from './json.ts';
import { readPairs } from './logfmt.ts';

/** Kafka and some log4j layouts put the logger behind the message: `… (kafka.server.KafkaServer)`, `… | org.x.Broker | main`. */
export function trailingLogger(message: string): { message: string; logger: string } | null {
  const tail = message.slice(-240);
  const piped = / \| ([A-Za-z_$][\w$]*(?:\.[\w$]+)+) \| [^|]{1,80}$/.exec(tail);
  if (piped !== null)
    return { message: message.slice(0, message.length - piped[0].length), logger: piped[1] ?? '' };
  if (!message.endsWith(')')) return null;
  const found = / \(([A-Za-z_$][\w$]*(?:\.[\w$]+)+)(?::\d{1,7})?\)$/.exec(tail);
  return found === null
    ? null
    : { message: message.slice(0, message.length - found[0].length), logger: found[1] ?? '' };
}

const PAIR_WORD = /^[a-z_][\w.]{0,60}=\S{1,200}$/i;
const BRACKETED_NAME = /^\[([A-Za-z_][\w.]{0,100})\]$/;
/** Python's rich sets the source against the right margin. */
const SOURCE_BEHIND = /\s{2,}([\w.-]{1,80}\.(?:py|js|ts|rb|go|php|ex)):(\d{1,7})$/;
const MAX_PAIRS = 16;

interface Trailing {
  readonly message: string;
  readonly logger: string | null;
  readonly attributes: Record<string, string>;
}

/** The consoles of structlog and zerolog pad the message and put the logger in brackets and pairs behind it. */
export function trailingPairs(message: string): Trailing {
  const none = { message, logger: null, attributes: {} };
  const sourced = message.length > 4096 ? null : SOURCE_BEHIND.exec(message.slice(-160));
  if (sourced !== null)
    return {
      message: message.slice(0, message.length - sourced[0].length),
      logger: sourced[1] ?? null,
      attributes: { 'code.file.path': `${sourced[1]}:${sourced[2]}` },
    };
  const padded = message.length > 4096 ? -1 : message.search(/\s{2}\s{0,60}(?:\[\w|[a-z_][\w.]{0,60}=\S)/i);
  if (padded < 0) return none;
  const words = message.slice(padded).trim().split(/\s+/);
  const logger = BRACKETED_NAME.exec(words[0] ?? '')?.[1] ?? null;
  const pairs = logger === null ? words : words.slice(1);
  if (pairs.length > MAX_PAIRS || !pairs.every((word) => PAIR_WORD.test(word))) return none;
  const attributes = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return { message: message.slice(0, padded), logger, attributes };
}

const TEXT_NAMES = ['msg', 'message'];

/** `stamp ERROR carts {"event":"cart lost",…}`: an object behind the prefix that has a message of its own; null for one that only is the message. */
export function recordOfObject(rest: string, context: FormatContext): ParsedLine | null {
  if (!/^\{\s{0,4}"/.test(rest) || !rest.endsWith('}')) return null;
  const record = readJson(rest);
  if (record === null) return null;
  const fields = fieldsOf(record);
  const isSaid = [...TEXT_NAMES, 'event'].some((name) => typeof fields.values.get(name) === 'string');
  return isSaid ? recordOfFields(fields, context) : null;
}

/**
 * `stamp level=ERROR component=carts message="…"`: what stands behind the stamp is a record of its own when its pairs name a
 * level or a message. Null for pairs that are the message (`retry order=17 left=2`).
 */
export function recordOfPairs(rest: string, hasLevel: boolean, context: FormatContext): ParsedLine | null {
  if (!/^[A-Za-z_@][\w.@/-]{0,79}=\S/.test(rest.slice(0, 120))) return null;
  const fields = readPairs(rest);
  if (fields === null) return null;
  const isRecord =
    TEXT_NAMES.some((name) => fields.values.has(name)) ||
    (!hasLevel && LEVEL_NAMES.some((name) => fields.values.has(name)));
  return isRecord
    ? recordOfFields(fields, context, { messageNames: [...TEXT_NAMES, 'event', 'error', 'err'] })
    : null;
}
