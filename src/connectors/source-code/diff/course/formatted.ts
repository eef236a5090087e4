/** Texts that a format is filled with, as the texts and values one behind the other that they are. */

import type { SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf } from '../../syntax/shape.ts';
import { type Course, concatenated } from './state.ts';

const PRINTF = /%(?:[sdiv]|%)/g;
const BRACES = /\{(\d*)\}/g;

/** `"… %s …" % (a, b)` */
export function filledIn(format: string, given: readonly string[], course: Course): string | null {
  return printed(format, given, course);
}

/** `"…{}".format(a)`, `String.format("…%s", a)`, `sprintf("…%s", $a)`, `fmt.Sprintf("…%s", a)`; null for any other call. */
export function formatted(
  node: SyntaxNode,
  name: string,
  held: string | null,
  given: readonly string[],
  course: Course,
): string | null {
  if (argumentsOf(node).some(({ role }) => role === 'pair')) return null;
  const [first, ...rest] = given;
  if (/^(format|formatted)$/.test(name) && held?.startsWith('"') === true)
    return node.source.languageId === 'python' ? inBraces(held, given, course) : printed(held, given, course);
  if (first === undefined || !first.startsWith('"')) return null;
  if (/^Format$/.test(name) && /^[Ss]tring$/.test(held ?? '')) return inBraces(first, rest, course);
  if (
    name === 'sprintf' ||
    (name === 'Sprintf' && held === 'fmt') ||
    (name === 'format' && held === 'String')
  )
    return printed(first, rest, course);
  return null;
}

function printed(format: string, given: readonly string[], course: Course): string | null {
  // Widths, hexadecimals and the like print something else than the value as it is.
  if (/%(?![sdiv%])/.test(format) || !/^"[^"]*"$/s.test(format.replaceAll('\\"', ''))) return null;
  let next = 0;
  return pieces(
    format,
    PRINTF,
    (match) => (match === '%%' ? '"%"' : (given[next++] ?? null)),
    course,
    () => next === given.length,
  );
}

function inBraces(format: string, given: readonly string[], course: Course): string | null {
  if (/\{\{|\}\}|\{[^}\d]/.test(format)) return null;
  let next = 0;
  return pieces(
    format,
    BRACES,
    (match) => given[match === '{}' ? next++ : Number(match.slice(1, -1))] ?? null,
    course,
    () => true,
  );
}

function pieces(
  format: string,
  hole: RegExp,
  fill: (match: string) => string | null,
  course: Course,
  isComplete: () => boolean,
): string | null {
  const parts: string[] = [];
  let at = 0;
  for (const match of format.matchAll(hole)) {
    const value = fill(match[0]);
    if (value === null) return null;
    parts.push(`${at === 0 ? '' : '"'}${format.slice(at, match.index)}"`, value);
    at = match.index + match[0].length;
  }
  if (at === 0 || !isComplete()) return null;
  parts.push(`"${format.slice(at)}`);
  return concatenated(parts, course);
}
