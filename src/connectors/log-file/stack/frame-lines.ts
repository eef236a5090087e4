/** One frame from one line of a trace, per language. Each pattern is anchored and bounded, so that a hostile line costs no more than its length. */

export interface RawFrame {
  readonly file: string;
  readonly line: number | null;
  readonly function: string | null;
}

type FrameReader = (line: string, previous: string) => RawFrame | null;

function frame(
  file: string | undefined,
  line: string | undefined,
  name: string | null | undefined,
): RawFrame {
  return {
    file: file ?? '',
    line: line === undefined ? null : Number(line),
    function: name === undefined || name === '' ? null : name,
  };
}

const JAVA = /^\s*at (?:[\w.@-]{1,200}\/{1,2}){0,3}([\w.$<>]{1,300})\(([^():]{1,200})(?::(\d{1,7}))?\)/;

/** `at java.base/java.lang.Thread.run(Thread.java:840)`; the file is the class's path, because the bare file name says little. */
const java: FrameReader = (line) => {
  const found = JAVA.exec(line);
  if (
    found === null ||
    !/\.(java|kt|scala|groovy|clj)$|^(Unknown Source|Native Method|<generated>)$/.test(found[2] ?? '')
  )
    return null;
  const owner = (found[1] ?? '').split('.').slice(0, -1);
  const folder = owner.slice(0, -1).join('/');
  const named = /\.\w+$/.test(found[2] ?? '')
    ? (found[2] ?? '')
    : `${(owner.at(-1) ?? '').replace(/\$.*$/, '')}.java`;
  return frame(folder === '' ? named : `${folder}/${named}`, found[3], found[1]);
};

const NODE_NAMED = /^\s*at (?:async )?(.{1,300}?) \((.{1,500}?):(\d{1,7})(?::\d{1,7})?\)$/;
const NODE_BARE =
  /^\s*at (?:async )?((?:file:\/\/|node:|\/|[A-Za-z]:[\\/]|webpack|https?:\/\/|<anonymous>|\.{0,2}[\w@.-]+\/)[^\s()]{0,500}?):(\d{1,7})(?::\d{1,7})?$/;

const javascript: FrameReader = (line) => {
  const named = NODE_NAMED.exec(line);
  if (named !== null) return frame(named[2], named[3], (named[1] ?? '').replace(/^new /, ''));
  const bare = NODE_BARE.exec(line);
  return bare === null ? null : frame(bare[1], bare[2], null);
};

const python: FrameReader = (line) => {
  const found = /^[\s|]{0,40}File "([^"]{1,500})", line (\d{1,7})(?:, in (.{1,200}))?$/.exec(line);
  return found === null ? null : frame(found[1], found[2], found[3]);
};

/** Go prints the function on the line before the file. */
const go: FrameReader = (line, previous) => {
  const found = /^\s{1,8}(\S.{0,500}\.(?:go|s)):(\d{1,7})(?: \+0x[0-9a-f]+)?$/.exec(line);
  if (found === null) return null;
  const name = /^(?:created by )?([\w./*()[\]{}·@~-]{1,300}?)(?:\([^()]*\))?(?: in goroutine \d+)?$/.exec(
    previous.trim(),
  );
  return frame(found[1], found[2], name?.[1]);
};

const RUBY =
  /^\s*(?:from )?((?:\/|\.{0,2}\/|[A-Za-z]:|<internal:|[\w@-]+\/|[\w-]+\.rb)[^:\s]{0,400}):(\d{1,7}):in [`']([^`']{1,200})'/;

const ruby: FrameReader = (line) => {
  const found = RUBY.exec(line);
  return found === null ? null : frame(found[1], found[2], found[3]);
};

const DOTNET = /^\s*at ([\w.`<>[\],+|$ ]{1,400}?)\(.{0,600}?\)(?: in (.{1,500}?):line (\d{1,7}))?$/;

/** Without debug symbols .NET gives no file: the type's name stands for it. */
const dotnet: FrameReader = (line) => {
  const found = DOTNET.exec(line);
  if (found === null || !(found[1] ?? '').includes('.')) return null;
  const owner = (found[1] ?? '').replace(/\.[^.]*$/, '');
  return frame(found[2] ?? owner, found[3], found[1]);
};

/** Rust prints the file on the line after the numbered function. */
const rust: FrameReader = (line, previous) => {
  const found = /^\s+at (\S.{0,500}\.rs):(\d{1,7})(?::\d{1,7})?$/.exec(line);
  if (found === null) return null;
  const name = /^\s*\d{1,4}:\s+(?:0x[0-9a-f]+ - )?(.{1,300})$/.exec(previous);
  return frame(found[1], found[2], name?.[1]?.replace(/::h[0-9a-f]{16}$/, ''));
};

/** `App\\Services\\Price->gross` as others write it: `Price.gross`. */
function plainName(name: string): string {
  return name.replace(/^.*\\/, '').replace(/->|::/, '.');
}

const php: FrameReader = (line) => {
  const found = /^\s*#\d{1,4} {1,3}(\S.{0,400}?)\((\d{1,7})\): (.{1,300}?)(?:\(|$)/.exec(line);
  if (found !== null) return frame(found[1], found[2], plainName(found[3] ?? ''));
  const thrown = /(?:^\s*thrown| in) in (\S{1,400}) on line (\d{1,7})$/.exec(line);
  return thrown === null ? null : frame(thrown[1], thrown[2], null);
};

/**
 * Where PHP's exception was thrown by its first line, Monolog's or its own: `(TypeError(code: 0): … at /srv/Price.php:10)`,
 * `Uncaught Error: … in /srv/Price.php:10`. No line of a trace: a record begins with it.
 */
export function phpThrower(line: string): RawFrame | null {
  const found =
    /(?:\(code: ?-?\d{1,9}\): .{0,1500} at|\bUncaught .{0,1500} in) (\/\S{1,400}|[A-Z]:\\\S{1,400}):(\d{1,7})\)?$/.exec(
      line,
    );
  return found === null ? null : frame(found[1], found[2], null);
}

/** Order matters where two languages look alike: Java before .NET, Rust before the bare JavaScript form. */
export const FRAME_READERS: readonly { readonly language: string; readonly read: FrameReader }[] = [
  { language: 'python', read: python },
  { language: 'java', read: java },
  { language: 'rust', read: rust },
  { language: 'javascript', read: javascript },
  { language: 'dotnet', read: dotnet },
  { language: 'ruby', read: ruby },
  { language: 'go', read: go },
  { language: 'php', read: php },
];
