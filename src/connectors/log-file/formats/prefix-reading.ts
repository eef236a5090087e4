/** The state of reading a prefix, and the small steps that several readers of its parts share. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext } from '../format.ts';
import { readStamp, type Stamp } from '../time/parse-stamp.ts';
import { severityOfWord } from './severity.ts';

/** The reading as it goes; one object, changed step by step. */
export interface Reading {
  readonly text: string;
  readonly context: FormatContext;
  at: number;
  stamp: Stamp | null;
  severity: LogSeverity | null;
  service: string | null;
  logger: string | null;
  /** A bare name in brackets: the logger if nothing better comes. */
  name: string | null;
  requestId: string | null;
  readonly attributes: Record<string, string>;
  last: 'start' | 'stamp' | 'level' | 'logger' | 'bracket' | 'mark' | 'word';
  inBracket: boolean;
}

export function startReading(text: string, context: FormatContext): Reading {
  return {
    text,
    context,
    at: 0,
    stamp: null,
    severity: null,
    service: null,
    logger: null,
    name: null,
    requestId: null,
    attributes: {},
    last: 'start',
    inBracket: false,
  };
}

export function wordFrom(text: string, at: number): string {
  const pattern = /[^\s[\](){}|,"'=]{1,300}(?:\(\))?/y;
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

const SPLIT = /\[([\d./-]{6,10})\] ?\[(?=\d{1,2}:\d)/y;

/** `[2024-03-02] [08:15:30]`: date and clock in brackets of their own. */
function splitStamp({ text, at, context }: Reading): Stamp | null {
  SPLIT.lastIndex = at;
  const found = SPLIT.exec(text);
  if (found === null) return null;
  const date = found[1] ?? '';
  const clockAt = SPLIT.lastIndex;
  const stamp = readStamp(`${date} ${text.slice(clockAt, clockAt + 40)}`, 0, context.yearHint);
  const end = stamp === null ? 0 : clockAt + stamp.end - date.length - 1;
  return stamp === null || stamp.wallMs === null || text[end] !== ']' ? null : { ...stamp, end: end + 1 };
}

/** `"2024-03-02 08:15:30" …`: a first column in quotes; commas behind it part a table. */
function quotedStamp({ text, at, last, context }: Reading): Stamp | null {
  if (last !== 'start' || text[at] !== '"') return null;
  const stamp = readStamp(text, at + 1, context.yearHint);
  return stamp === null || stamp.wallMs === null || text.slice(stamp.end, stamp.end + 2) !== '" '
    ? null
    : { ...stamp, end: stamp.end + 1 };
}

export function takeStamp(reading: Reading): boolean {
  if (reading.stamp !== null) return false;
  const stamp =
    readStamp(reading.text, reading.at, reading.context.yearHint) ??
    splitStamp(reading) ??
    quotedStamp(reading);
  if (stamp === null) return false;
  reading.stamp = stamp;
  reading.at = stamp.end;
  reading.last = 'stamp';
  return true;
}

export function takeLevel(reading: Reading, word: string, end: number): boolean {
  const severity = reading.severity === null ? severityOfWord(word) : null;
  if (severity === null) return false;
  reading.severity = severity;
  reading.at = end;
  reading.last = 'level';
  return true;
}

export function takePairs(reading: Reading, content: string): void {
  for (const pair of content.split(/[ ,]+/)) {
    const [key = '', value = ''] = pair.split('=', 2);
    if (key === '' || value === '') continue;
    if (/(?:^|\.)service(?:\.name)?$/.test(key)) reading.service ??= value;
    else if (/^(?:request_?id|trace_?id|correlation_?id)$/i.test(key)) reading.requestId ??= value;
    else reading.attributes[key] = value;
  }
}
