/** What an image is made of: its base, and the files that are put into it. A program whose files are not there fails where it reads them. */
import type { FeatureDraft } from './feature-draft.ts';

const FROM = /^\s*FROM\s+(?:--\S+\s+)?(\S+)/i;
const PUT = /^\s*(?:COPY|ADD)\s+(.+)$/i;
const INSTALL = /\b(?:apt-get|apt|apk|yum|dnf|microdnf)\s+(?:-\S+\s+)*(?:install|add)\b([^&|;]*)/gi;
const MAX_LINES = 2_000;

interface Line {
  readonly text: string;
  readonly line: number;
}

/** Instructions with their continued lines joined; comments are none. */
function instructions(text: string): Line[] {
  const found: Line[] = [];
  let open: Line | null = null;
  for (const [index, raw] of text.split(/\r?\n/).slice(0, MAX_LINES).entries()) {
    if (/^\s*#/.test(raw)) continue;
    const part = raw.replace(/\\\s*$/, ' ');
    const line: Line =
      open === null ? { text: part, line: index + 1 } : { text: open.text + part, line: open.line };
    open = part === raw ? null : line;
    if (open === null && line.text.trim() !== '') found.push(line);
  }
  return open === null ? found : [...found, open];
}

/** What is put into the image: sources and where they go, without flags. */
function putIn(line: Line): readonly string[] {
  const given = PUT.exec(line.text)?.[1];
  if (given === undefined) return [];
  const words = given.startsWith('[')
    ? [...given.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '')
    : given.split(/\s+/);
  return words.filter((word) => word !== '' && !word.startsWith('--'));
}

function packages(lines: readonly Line[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { text, line } of lines)
    for (const match of text.matchAll(INSTALL))
      for (const word of (match[1] ?? '').split(/\s+/))
        if (/^[a-z0-9][\w.+:-]+/i.test(word)) found.set(word.replace(/[=~<>].*$/, ''), line);
  return found;
}

/** Names in a path by which an error may call it. */
function pathNames(path: string): readonly string[] {
  const plain = path.replace(/^\.?\//, '').replace(/\/+$/, '');
  return [plain, ...plain.split('/')].filter((part) => /\w{3,}/.test(part) && !part.includes('*'));
}

function bases(lines: readonly Line[]): readonly { readonly image: string; readonly line: number }[] {
  const stages = new Set(
    lines.flatMap(({ text }) => /\sAS\s+(\S+)\s*$/i.exec(text)?.[1]?.toLowerCase() ?? []),
  );
  return lines.flatMap(({ text, line }) => {
    const image = FROM.exec(text)?.[1];
    return image === undefined || stages.has(image.toLowerCase()) ? [] : [{ image, line }];
  });
}

/** Bases that changed, files that are no longer put in, packages that are no longer installed. */
export function imageFeatures(before: string, after: string): FeatureDraft[] {
  const [old, now] = [instructions(before), instructions(after)];
  const features: FeatureDraft[] = [];
  const [oldBases, newBases] = [bases(old), bases(now)];
  // The last stage is what runs.
  const [was, is] = [oldBases.at(-1), newBases.at(-1)];
  if (was !== undefined && is !== undefined && was.image !== is.image)
    features.push({
      kind: 'image-changed',
      detail: `the image stands on ${is.image} instead of ${was.image}`,
      symbols: [is.image, was.image],
      line: is.line,
      old: false,
    });
  const stillPut = new Set(now.flatMap((line) => putIn(line).slice(0, -1)));
  const copiesAll = [...stillPut].some((path) => /^\.\/?$/.test(path));
  for (const line of old) {
    const [source, ...rest] = putIn(line);
    if (source === undefined || rest.length === 0 || copiesAll || stillPut.has(source)) continue;
    features.push({
      kind: 'files-left-out',
      detail: `${source} is no longer put into the image`,
      symbols: [...new Set([source, ...rest].flatMap(pathNames))].slice(0, 12),
      line: line.line,
      old: true,
    });
  }
  const installed = packages(now);
  const gone = [...packages(old)].filter(([name]) => !installed.has(name));
  const [first] = gone;
  if (first !== undefined)
    features.push({
      kind: 'files-left-out',
      detail: `${gone.map(([name]) => name).join(', ')} ${gone.length === 1 ? 'is' : 'are'} no longer installed in the image`,
      symbols: gone.map(([name]) => name).slice(0, 12),
      line: first[1],
      old: true,
    });
  return features;
}

/** Patterns that came into a list of what is left out of the build (`.dockerignore`, `.npmignore`). */
export function ignoredFeatures(before: string, after: string): FeatureDraft[] {
  const known = new Set(before.split(/\r?\n/).map((line) => line.trim()));
  return after
    .split(/\r?\n/)
    .slice(0, MAX_LINES)
    .flatMap((raw, index): FeatureDraft[] => {
      const pattern = raw.trim();
      if (pattern === '' || /^[#!]/.test(pattern) || known.has(pattern)) return [];
      return [
        {
          kind: 'files-left-out',
          detail: `${pattern} is left out of the image`,
          symbols: [...new Set(pathNames(pattern.replace(/\*+/g, '')))],
          line: index + 1,
          old: false,
        },
      ];
    });
}
