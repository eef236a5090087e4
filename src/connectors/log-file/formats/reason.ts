/** Why something failed, where a record says so apart from its message. */
import type { ParsedLine } from '../format.ts';
import { REASON_NAMES } from './field-names.ts';
import { type Fields, readField, withoutAnsi } from './fields.ts';

const MAX_REASON = 300;
/** What a text format calls it among the fields behind its message, and what is read out of a trace. */
const ATTRIBUTES = [
  'exception.message',
  'error.message',
  'error',
  'err',
  'errmsg',
  'exception',
  'cause',
  'reason',
];

/** The reason that a value gives, its first line; null for flags, codes and what is no text. */
export function reasonIn(value: unknown): string | null {
  const text = typeof value === 'string' ? withoutAnsi(value).trim().split('\n', 1)[0] : undefined;
  return text === undefined || !/[A-Za-z]{3}/.test(text) || /^(?:true|false|null|none|nil)$/i.test(text)
    ? null
    : text.slice(0, MAX_REASON);
}

/** Null where the message holds it already, as it does where it comes from the same field. */
export function reasonOfFields(fields: Fields, message: string): string | null {
  const found = readField(fields, REASON_NAMES, reasonIn);
  return found === null || message.includes(found.value) ? null : found.value;
}

function isFailure({ severity }: Pick<ParsedLine, 'severity'>): boolean {
  return severity === 'warn' || severity === 'error' || severity === 'fatal';
}

/** What happened, as people would say it: of a failure with its reason. */
export function saidBy(parsed: ParsedLine): string {
  if (parsed.said !== null) return parsed.said;
  const head = parsed.message.split('\n', 1)[0] ?? '';
  const reason = isFailure(parsed) ? (parsed.reason ?? reasonOfAttributes(parsed)) : null;
  return reason === null || head.includes(reason) ? parsed.message : `${head}: ${reason}`;
}

function reasonOfAttributes({ attributes }: ParsedLine): string | null {
  for (const name of ATTRIBUTES) {
    const reason = reasonIn(attributes[name]);
    if (reason !== null) return reason;
  }
  return null;
}
