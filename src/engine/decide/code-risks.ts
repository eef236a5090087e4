/** Risks that stand in the service's own code: names of topics and variables, defaults, and the form of what outlives a process (caches, sessions, tokens). */
import type { DiffHunk, FileDiff, ValueChange } from '../../domain/code.ts';
import type { SafetyFinding } from '../../domain/decision.ts';

/** What is kept outside the process and read back by name. */
const STORED =
  /cache|session|cookie|redis|memcached?|jwt|token|serial[iy]|pickle|codec|encod|cipher|crypt|digest|hash|signature/i;
/** A name or version under which it is kept: the earlier code looks elsewhere and finds its own. */
const KEPT_UNDER =
  /prefix|version|namespace|(^|[._])name$|Name$|_NAME$|key_?(prefix|space)|db_?(index|number)?$/i;
/** How it is written: the earlier code looks in the same place and cannot read it. */
const WRITTEN_AS =
  /serializ|serialis|format|codec|encod|compress|algorithm|algo$|cipher|digest|hash(er|ing)?$|rounds?$|signing|secret/i;
const SIZE_OR_TIME = /ttl|max|min|size|timeout|expir|age$|limit|count|seconds|_ms$|Ms$/i;
/** Where data is kept for good: it cannot be flushed. */
const DURABLE = /password|credential|encrypt|cipher|bcrypt|argon|scrypt|pbkdf|at_?rest/i;
/** Ways of writing that do not read each other. */
const CODECS =
  /\b(json|JSON|orjson|ujson|msgpack|msgpackr|MessagePack|pickle|cPickle|marshal|Marshal|protobuf|cbor|CBOR|bson|BSON|avro|kryo|Kryo|gob|gzip|lz4|snappy|zstd|brotli|deflate)\b(?=\.|\(|::|\s*:)/g;
const KEY_LITERAL = /["'`]([A-Za-z][\w-]*(?:[:/][\w{}$.%-]*)+)/g;
const FLAG = /flag|feature|enable|disable|toggle|experiment/i;

function raw(change: ValueChange): { readonly before: string; readonly after: string } {
  return { before: change.oldValue?.raw ?? '', after: change.newValue?.raw ?? '' };
}

function at(file: FileDiff, line: number): string {
  return `${file.path}:${line}`;
}

/** A setting that names or shapes stored entries. */
function storedValue(file: FileDiff, change: ValueChange): SafetyFinding | null {
  if (
    change.direction === 'added' ||
    change.direction === 'removed' ||
    !STORED.test(`${change.key} ${file.path}`)
  )
    return null;
  if (SIZE_OR_TIME.test(change.key)) return null;
  const { before, after } = raw(change);
  const what = `${at(file, change.location.line)}: ${change.key} went from ${before} to ${after}`;
  if (WRITTEN_AS.test(change.key))
    return unreadable(what, `${change.key} ${before} ${after}`, change.evidence);
  return KEPT_UNDER.test(change.key) ? separate(what, change.evidence) : null;
}

function unreadable(what: string, names: string, evidence: SafetyFinding['evidence'][number]): SafetyFinding {
  return DURABLE.test(names)
    ? {
        verdict: 'danger',
        statement: `${what}; what was stored since in the new form cannot be read by the earlier code`,
        evidence: [evidence],
      }
    : {
        verdict: 'step',
        statement: `${what}; flush what was cached or issued since, or the earlier code meets entries that it cannot read`,
        evidence: [evidence],
      };
}

function separate(what: string, evidence: SafetyFinding['evidence'][number]): SafetyFinding {
  return {
    verdict: 'step',
    statement: `${what}; the earlier code looks under the earlier name: expect a cold cache, or users who are signed out`,
    evidence: [evidence],
  };
}

function codecsIn(lines: readonly string[]): ReadonlySet<string> {
  return new Set(
    lines.flatMap((line) => [...line.matchAll(CODECS)].map((match) => (match[1] ?? '').toLowerCase())),
  );
}

function keysIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => [...line.matchAll(KEY_LITERAL)].map((match) => match[1] ?? ''));
}

function withoutDigits(text: string): string {
  return text.replace(/\d+/g, '#');
}

/** A hunk that writes stored entries in another form, or under another key. */
function storedHunk(file: FileDiff, hunk: DiffHunk): SafetyFinding | null {
  const text = [...hunk.removed, ...hunk.added, ...hunk.scopes, file.path].join('\n');
  const where = at(file, Math.max(hunk.newStart, 1));
  const [was, is] = [codecsIn(hunk.removed), codecsIn(hunk.added)];
  const [gone] = [...was].filter((codec) => !is.has(codec));
  const [came] = [...is].filter((codec) => !was.has(codec));
  const [removed, added] = [keysIn(hunk.removed), keysIn(hunk.added)];
  const moved = added.find(
    (key) => !removed.includes(key) && removed.some((old) => withoutDigits(old) === withoutDigits(key)),
  );
  const keyMoves = moved !== undefined && /cache|session|redis|memcache|store|cookie|key/i.test(text);
  if (gone !== undefined && came !== undefined && (STORED.test(text) || DURABLE.test(text)) && !keyMoves)
    return unreadable(
      `${where}: what is stored is written as ${came}, formerly as ${gone}`,
      text,
      hunk.evidence,
    );
  return keyMoves
    ? separate(
        `${where}: the key ${removed.find((old) => withoutDigits(old) === withoutDigits(moved))} became ${moved}`,
        hunk.evidence,
      )
    : null;
}

function isFlagDefault(change: ValueChange): boolean {
  const { before, after } = raw(change);
  return FLAG.test(change.key) && /^(true|false|on|off|0|1)$/i.test(before) && before !== after;
}

function featureFindings(file: FileDiff, accusedKey: string | null): readonly SafetyFinding[] {
  return file.features.flatMap((feature): readonly SafetyFinding[] => {
    const where = at(file, feature.location.line);
    const evidence = [feature.evidence];
    if (accusedKey !== null && feature.symbols.includes(accusedKey)) return [];
    if (feature.kind === 'topic-changed')
      return [
        {
          verdict: 'step',
          statement: `${where}: ${feature.detail}; drain what was sent under the new name, the earlier code does not read it`,
          evidence,
        },
      ];
    if (feature.kind === 'env-renamed' && !/is now read/.test(feature.detail))
      return [
        {
          verdict: 'step',
          statement: `${where}: ${feature.detail}; check that the former name is still set`,
          evidence,
        },
      ];
    return [];
  });
}

export function codeFindings(
  files: readonly FileDiff[],
  accusedKey: string | null,
): readonly SafetyFinding[] {
  return files
    .filter(({ inert, category }) => inert === 'none' && ['code', 'config', 'manifest'].includes(category))
    .flatMap((file) => {
      const values = file.values.filter(({ key }) => key !== accusedKey);
      const stored = values.flatMap((change) => storedValue(file, change) ?? []);
      const hunks = stored.length > 0 ? [] : file.hunks.flatMap((hunk) => storedHunk(file, hunk) ?? []);
      const defaults = values.filter(isFlagDefault).map(
        (change): SafetyFinding => ({
          verdict: 'step',
          statement: `${at(file, change.location.line)}: ${change.key} goes back from ${raw(change).after} to ${raw(change).before}: check who relies on it`,
          evidence: [change.evidence],
        }),
      );
      return [...stored, ...hunks, ...defaults, ...featureFindings(file, accusedKey)];
    });
}
