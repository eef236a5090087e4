/** How a wrapper parses a line on its own: its payload becomes the message. What the payload is, `parse-line.ts` finds out. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { parsedLine } from './parsed.ts';

export function parseUnwrapped(format: LogFormat, line: string, context: FormatContext): ParsedLine | null {
  const unwrapped = format.unwrap?.(line, context) ?? null;
  return unwrapped === null ? null : parsedLine({ ...unwrapped.outer, message: unwrapped.payload.trim() });
}
