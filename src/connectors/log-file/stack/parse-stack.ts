/** Stack traces of eight languages as frames, innermost call first. It does not guess at traces without file or type names. */
import type { StackFrame } from '../../../domain/signal.ts';
import { FRAME_READERS, phpThrower, type RawFrame } from './frame-lines.ts';
import { isInApp } from './in-app.ts';

const MAX_TEXT = 65_536;
const MAX_FRAMES = 100;
const MAX_LINE = 2_048;

/** A line that begins the trace of another exception of the same chain, or of another thread. */
const CHAIN = /^\s*(?:Caused by: |Suppressed: |\[cause\]: )/;
const OTHER_GOROUTINE = /^goroutine \d+ \[/;
const PYTHON_CHAIN = /^(?:The above exception was the direct cause|During handling of the above exception)/;

interface LanguageFrame {
  readonly language: string;
  readonly frame: RawFrame;
}

/** A language once seen is asked first: lines of one trace are of one language. */
function readFrame(line: string, previous: string, known: string | null): LanguageFrame | null {
  const readers =
    known === null ? FRAME_READERS : FRAME_READERS.filter((reader) => reader.language === known);
  for (const { language, read } of readers) {
    const frame = read(line, previous);
    if (frame !== null) return { language, frame };
  }
  const thrower = known === null || known === 'php' ? phpThrower(line) : null;
  return thrower === null ? null : { language: 'php', frame: thrower };
}

/** PHP names at each line what is called there: the function that a line stands in is the one that the next line calls. */
function inOwnFunctions(frames: readonly RawFrame[]): RawFrame[] {
  return frames.map((frame, index) => ({ ...frame, function: frames[index + 1]?.function ?? null }));
}

/** Where it was thrown, which PHP says before the calls or after them, or both. */
function putFirst(thrower: RawFrame, frames: RawFrame[]): void {
  const [first] = frames;
  if (first?.file !== thrower.file || first.line !== thrower.line) frames.unshift(thrower);
}

/** Sections of the chain and their frames, in the order of the text. PHP alone names the throwing line apart: it goes first. */
function sectionsOf(text: string): { language: string | null; sections: RawFrame[][] } {
  const sections: RawFrame[][] = [[]];
  let language: string | null = null;
  let previous = '';
  let goroutines = 0;
  let count = 0;
  for (const full of text.slice(0, MAX_TEXT).split(/\r?\n/)) {
    const line = full.slice(0, MAX_LINE).trimEnd();
    if (OTHER_GOROUTINE.test(line) && goroutines++ > 0) break;
    if (CHAIN.test(line) || PYTHON_CHAIN.test(line)) sections.push([]);
    const found = readFrame(line, previous, language);
    if (found !== null) {
      language = found.language;
      const frames = sections.at(-1) ?? [];
      if (language === 'php' && found.frame.function === null) putFirst(found.frame, frames);
      else frames.push(found.frame);
      if (++count >= MAX_FRAMES) break;
    }
    previous = line;
  }
  if (language === 'php') return { language, sections: sections.map(inOwnFunctions) };
  return { language, sections };
}

/**
 * Innermost call first, outermost last, at most 100. Of a chain of causes the deepest cause comes first.
 * Of a Go dump only the goroutine that failed is read. Empty when there is no frame.
 */
export function parseStack(text: string): readonly StackFrame[] {
  const { language, sections } = sectionsOf(text);
  if (language === null) return [];
  const isPython = language === 'python';
  const ordered = isPython ? sections.map((frames) => frames.toReversed()) : sections.toReversed();
  const seen = new Set<string>();
  const frames: StackFrame[] = [];
  for (const raw of ordered.flat()) {
    const key = `${raw.file}:${raw.line}:${raw.function}`;
    if (seen.has(key)) continue;
    seen.add(key);
    frames.push({ ...raw, inApp: isInApp(language, raw.file, raw.function) });
  }
  return frames;
}

/** Whether a line belongs to a trace: a frame, a cause, or one of the lines around them. */
export function isTraceLine(line: string): boolean {
  const text = line.slice(0, MAX_LINE);
  return (
    /^\s*(?:at |from |Caused by: |Suppressed: |\.\.\. \d+ (?:more|common frames)|File "|#\d+ |Traceback \(|goroutine \d+ \[|created by |Stack trace:|thrown in |--- End of |stack backtrace:|\[stacktrace\]|\[cause\])/.test(
      text,
    ) || FRAME_READERS.some(({ read }) => read(text, '') !== null)
  );
}
