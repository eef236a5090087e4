/** Places in code that a message names outright: frames for patterns whose trace was not split off, and the folders that they prove a service runs. */
import type { LogPattern, StackFrame } from '../../domain/signal.ts';

const PLACE = /(?:at\s+([\w$.<>]+)\s+\()?((?:[\w@.-]+\/)+[\w@.-]+\.[a-z]{1,5}):(\d+)/g;

/** The pattern with frames read from its first sample where it has none of its own. */
export function withFrames(pattern: LogPattern): LogPattern {
  if (pattern.frames.length > 0) return pattern;
  const frames = [...(pattern.samples[0]?.message ?? '').matchAll(PLACE)].map(
    (match): StackFrame => ({
      file: match[2] ?? '',
      line: Number(match[3]),
      function: match[1] ?? null,
      inApp: !/node_modules|site-packages|vendor\//.test(match[2] ?? ''),
    }),
  );
  return frames.length === 0 ? pattern : { ...pattern, frames };
}

/** Folders of repository files that stand in the traces of each service: what it runs beyond its own folder. */
export function foldersInTraces(
  patterns: readonly LogPattern[],
  byName: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const pattern of patterns) {
    if (pattern.service === null) continue;
    for (const frame of pattern.frames) {
      const path = frame.inApp === false ? null : fileOf(frame.file, byName);
      if (path === null || !path.includes('/')) continue;
      found.set(
        pattern.service,
        (found.get(pattern.service) ?? new Set()).add(path.slice(0, path.lastIndexOf('/'))),
      );
    }
  }
  return new Map([...found.entries()].map(([service, folders]) => [service, [...folders].sort()]));
}

/**
 * Shared code of a monorepo is installed like a library: `site-packages/wire/decode.py` is ours where exactly one file of the repository
 * ends so, below a folder of that name.
 */
export function withOwnLibraries(pattern: LogPattern, files: readonly string[]): LogPattern {
  if (!pattern.frames.some((frame) => frame.inApp === false && INSTALLED.test(frame.file))) return pattern;
  const frames = pattern.frames.map((frame) => {
    const tail = frame.inApp === false ? INSTALLED.exec(frame.file)?.[1] : undefined;
    if (tail === undefined || !tail.includes('/')) return frame;
    const own = files.filter((file) => `/${file}`.endsWith(`/${tail}`) && !INSTALLED.test(`/${file}`));
    return own.length === 1 ? { ...frame, inApp: true } : frame;
  });
  return { ...pattern, frames };
}

const INSTALLED = /(?:site-packages|dist-packages|node_modules|\/gems\/[^/]+\/lib|vendor)\/(.+)$/;

/** Folders that a compiler of TypeScript writes into, and the one that it reads. */
const BUILT = /\/(?:dist|build|lib|out|\.next\/server|\.output\/server)\/(?=.*\.[cm]?js$)/;
const SCRIPT = /\.[cm]?[jt]sx?$/;

/** `…/money/src/index.ts` and `…/money/dist/index.js` are `money/index`. */
function unbuilt(path: string): string {
  return `/${path}`
    .replace(BUILT, '/')
    .replace(/\/src\//, '/')
    .replace(SCRIPT, '');
}

/**
 * Frames of compiled scripts as frames of their sources, where exactly one source of the repository ends so and the compiled file
 * itself is no part of it. Lines are those of the compiled file, and so are not kept; functions keep their names.
 */
export function withSources(pattern: LogPattern, files: readonly string[]): LogPattern {
  if (!pattern.frames.some((frame) => BUILT.test(`/${frame.file}`))) return pattern;
  const sources = files.filter((file) => /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file));
  const frames = pattern.frames.map((frame) => {
    if (!BUILT.test(`/${frame.file}`)) return frame;
    const tail = `/${unbuilt(frame.file.replace(/\\/g, '/')).split('/').filter(Boolean).slice(-2).join('/')}`;
    if (!/^\/.+\/.+/.test(tail)) return frame;
    const installed = /node_modules\/(?:@[^/]+\/)?([^/]+)\//.exec(frame.file)?.[1];
    const [source, ...others] = sources.filter(
      (file) =>
        unbuilt(file).endsWith(tail) && (installed === undefined || `/${file}`.includes(`/${installed}/`)),
    );
    if (source === undefined || others.length > 0) return frame;
    return { ...frame, file: source, line: null, inApp: true };
  });
  return { ...pattern, frames };
}

/**
 * Frames of a container by their files of the repository: an image lays a service's folder under a root of its own (`/usr/src/app/charge.js`
 * for `services/payments/charge.js`). Where no folder of the service is known, the only file of that name is meant.
 */
export function withOwnFiles(
  pattern: LogPattern,
  folders: readonly string[],
  files: ReadonlySet<string>,
  byName: ReadonlyMap<string, readonly string[]>,
): LogPattern {
  if (!pattern.frames.some(({ inApp }) => inApp !== false)) return pattern;
  const frames = pattern.frames.map((frame) => {
    if (frame.inApp === false || files.has(frame.file)) return frame;
    const path = ownFileOf(frame.file, folders, files, byName);
    return path === null ? frame : { ...frame, file: path };
  });
  return { ...pattern, frames };
}

function ownFileOf(
  frame: string,
  folders: readonly string[],
  files: ReadonlySet<string>,
  byName: ReadonlyMap<string, readonly string[]>,
): string | null {
  // an address of a browser's script, and the name alone of a Java file, say nothing of where they lie
  if (!/^(?:\/|[A-Za-z]:\\|\.\/)/.test(frame)) return null;
  const parts = frame.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  for (let from = 0; from < parts.length; from++) {
    const tail = parts.slice(from).join('/');
    if (files.has(tail)) return tail;
    const own = folders.filter((folder) => files.has(`${folder}/${tail}`));
    if (own.length === 1) return `${own[0]}/${tail}`;
    if (own.length > 1) return null;
  }
  const named = folders.length === 0 ? (byName.get(parts.at(-1) ?? '') ?? []) : [];
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** The files of repositories by their own names. */
export function filesByName(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const file of files) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    const named = byName.get(name);
    if (named === undefined) byName.set(name, [file]);
    else named.push(file);
  }
  return byName;
}

/** The one repository file whose last two names are the frame's; null where none or several are. */
function fileOf(frame: string, byName: ReadonlyMap<string, readonly string[]>): string | null {
  const parts = frame.split(/[\\/]/);
  if (parts.length < 2) return null;
  const tail = `/${parts.slice(-2).join('/')}`;
  const matches = (byName.get(parts.at(-1) ?? '') ?? []).filter((file) => `/${file}`.endsWith(tail));
  return matches.length === 1 ? (matches[0] ?? null) : null;
}

const DETAIL =
  /"?\b(err|error|errmsg|error\.message|exception|exception\.message|exc_info|cause|reason|detail|failure)"?\s*[=:]\s*("(?:[^"\\]|\\.){1,300}"|'[^']{1,300}'|[^\s,}]{3,200})/gi;

/** The message of an error that is an object of its own: `"err":{"type":"Error","message":"…"}`. */
const NESTED =
  /"(?:err|error|exception|exc_info|cause)"\s*:\s*\{[^{}]{0,400}?"(?:message|msg|value)"\s*:\s*("(?:[^"\\]|\\.){1,300}")/gi;

/**
 * What the record's own error fields and its exception say, which its message leaves out (`msg="publish failed" err="certificate has expired"`).
 * Kept as the attribute `error.detail`; absent where the record has none.
 */
export function withDetail(pattern: LogPattern, excerptOf: (ref: string) => string | null): LogPattern {
  if (pattern.severity !== 'error' && pattern.severity !== 'fatal' && pattern.severity !== 'warn')
    return pattern;
  const first = pattern.samples[0];
  const excerpt = first === undefined ? null : excerptOf(first.evidence);
  const text = excerpt ?? '';
  const values = [
    ...[...text.matchAll(NESTED)].map((match) => match[1] ?? ''),
    ...[...text.matchAll(DETAIL)].map((match) => match[2] ?? '').filter((value) => !value.startsWith('{')),
  ];
  const found = [...new Set(values.map((value) => value.replace(/^["']|["']$/g, '')))];
  const thrown = pattern.attributes['exception.message'];
  if (thrown !== undefined) found.push(thrown);
  const fresh = found.filter(
    (value) => /[a-z]{3}/i.test(value) && first !== undefined && !first.message.includes(value),
  );
  return fresh.length === 0
    ? pattern
    : { ...pattern, attributes: { ...pattern.attributes, 'error.detail': fresh.join('; ').slice(0, 400) } };
}
