/** The type and message of the exception that a trace or a message tells of. It reads the thrown exception, not its deepest cause. */

export interface ThrownException {
  readonly type: string;
  readonly message: string;
}

const MAX_TEXT = 65_536;
const MAX_LINES = 400;

/** A type name in any of the languages: dotted, `::`, `\`, with a name that says what it is. */
const TYPE = String.raw`[A-Za-z_$][\w$]*(?:(?:\.|::|\\)[A-Za-z_$][\w$]*){0,12}`;
const SPEAKING =
  /(?:Error|Exception|Fault|Failure|Throwable|Interrupt|Exit|Warning|NotFound|Timeout|Refused|Denied|Invalid|Iteration|Panic|Abort(?:ed)?)\d?$/;

const TYPED_LINE = new RegExp(`^(${TYPE})(?: \\[[\\w-]{1,40}\\])?(?::\\s?(.*))?$`);
const PREFIX =
  /^(?:Exception in thread "[^"]{0,200}"|Unhandled exception[.:]|Uncaught(?: exception)?:?|Caused by:|PHP (?:Fatal|Parse|Recoverable fatal) error: {1,2}(?:Uncaught )?|Fatal error: (?:Uncaught )?|\w*Traceback:|-{1,4}>|Error:(?= [A-Z]\w*(?:Error|Exception)\b)|(?:\[cause\]:)) {0,2}/;
const RUBY = /^\S{1,400}:\d+:in [`'][^`']{0,200}'?: (.{0,2000}) \(([A-Z][\w:]{1,120})\)$/;
/** Rails tells it below its message: `KeyError (key not found: "USD"):`; a longer one goes on in the next line. */
const RAILS = /^(?:\[[^\]]{1,80}\] )*([A-Z]\w{0,60}(?:::[A-Z]\w{0,60}){0,6}) \((.{1,2000}?)\)?:?$/;
const RUST = /^thread '[^']{0,120}' (?:\(\d+\) )?panicked at (.*)$/;
const GO = /^(panic|fatal error): (.*)$/;
const PHP_TAIL = / in (?:\/|[A-Z]:\\)\S{1,400}(?::\d+| on line \d+)$/;

function typedLine(line: string): ThrownException | null {
  const bare = line.replace(PREFIX, '');
  const found = TYPED_LINE.exec(bare.slice(0, 4096));
  const type = found?.[1] ?? '';
  const isPrefixed = bare.length < line.length && /^[A-Z]|[.\\]/.test(type);
  // A nested class may be called after its case alone: `HttpServerErrorException$ServiceUnavailable`.
  const outer = type.replace(/\$.*$/s, '');
  if (
    !SPEAKING.test(type) &&
    !SPEAKING.test(outer) &&
    !(isPrefixed && (type.includes('.') || type.includes('\\')))
  )
    return null;
  return { type, message: (found?.[2] ?? '').replace(PHP_TAIL, '').trim() };
}

function exceptionOfLine(line: string, next: string): ThrownException | null {
  const go = GO.exec(line);
  if (go !== null) return { type: go[1] ?? 'panic', message: (go[2] ?? '').replace(/ \[recovered\]$/, '') };
  const rust = RUST.exec(line);
  if (rust !== null) {
    const quoted = /^'(.*)', \S+:\d+:\d+$/.exec(rust[1] ?? '');
    return { type: 'panic', message: quoted?.[1] ?? next.trim() };
  }
  const ruby = RUBY.exec(line.slice(0, 4096));
  if (ruby !== null) return { type: ruby[2] ?? '', message: ruby[1] ?? '' };
  const rails = RAILS.exec(line.slice(0, 4096));
  if (rails !== null && SPEAKING.test(rails[1] ?? ''))
    return { type: rails[1] ?? '', message: (rails[2] ?? '').trim() };
  return typedLine(line);
}

/** Python puts the exception after its frames: the last unindented typed line behind a `File "…", line N`. */
function pythonException(lines: readonly string[]): ThrownException | null {
  const lastFrame = lines.findLastIndex((line) => /^\s*(?:\||)\s*File "[^"]+", line \d+/.test(line));
  if (lastFrame < 0) return null;
  const bare = /^([A-Za-z_][\w.]{0,200})(?:: (.*))?$/;
  for (const line of lines.slice(lastFrame + 1)) {
    const found = /^\s/.test(line) ? null : bare.exec(line.slice(0, 4096));
    if (found?.[1] !== undefined) return { type: found[1], message: (found[2] ?? '').trim() };
  }
  return null;
}

/** Null when the text names no exception. Only the first 64 KB and 400 lines are read. */
export function exceptionOf(text: string): ThrownException | null {
  const lines = text.slice(0, MAX_TEXT).split(/\r?\n/, MAX_LINES);
  const python = pythonException(lines);
  if (python !== null) return python;
  for (const [index, line] of lines.entries()) {
    if (line.length === 0 || /^\s+(?:at|from|File|\.\.\.)\b/.test(line)) continue;
    const found = exceptionOfLine(line.trim(), lines[index + 1] ?? '');
    if (found !== null) return found;
  }
  return null;
}

const CAUSED_BY = /^\s*Caused by: (.{1,600})$/;

/** What the deepest cause of a trace says (`Caused by: …`), type and message; null where no cause is named. It is what failed first. */
export function deepestCause(text: string): string | null {
  const lines = text.slice(0, MAX_TEXT).split(/\r?\n/, MAX_LINES);
  return (
    lines
      .flatMap((line) => CAUSED_BY.exec(line)?.[1] ?? [])
      .at(-1)
      ?.trim() ?? null
  );
}

/** What is kept of the text of an exception; longer ones are documents. */
const MAX_THROWN_TEXT = 300;

/**
 * The attributes of a record with what its exception says, which the record's own message may leave out (`exception.message`), the deepest
 * cause of its `trace` included.
 */
export function withThrown(
  attributes: Readonly<Record<string, string>>,
  thrown: ThrownException | null,
  trace = '',
): Readonly<Record<string, string>> {
  const cause = deepestCause(trace);
  const parts = [thrown?.message ?? '', cause === null ? '' : `caused by ${cause}`];
  const said = parts
    .filter((part) => part !== '')
    .map((part) => part.slice(0, cause === null ? MAX_THROWN_TEXT : MAX_THROWN_TEXT / 2))
    .join('; ');
  return said === '' || attributes['exception.message'] !== undefined
    ? attributes
    : { ...attributes, 'exception.message': said };
}
