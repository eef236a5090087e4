/** The output of `git log` and `git show` in its usual forms, and mails of `git format-patch`, as commits. Anything else in the text is passed over and counted. */
import type { FilePatch } from '../git-diff.ts';
import {
  BODY_LIMIT,
  filesOfPatches,
  MAX_RECORDED_COMMITS,
  type RecordedCommit,
  type RecordedCommits,
} from './commit.ts';
import { type ReadDate, readDate } from './dates.ts';
import { FileList } from './file-lists.ts';
import { type LineHeader, lineLayout } from './one-line.ts';
import { beginsPatch, readPatches } from './patch-text.ts';

const COMMIT =
  /^commit ([0-9a-f]{7,64})((?: [0-9a-f]{7,64})*)(?: \(from [0-9a-f]+\))?(?: \(([^()]*(?:\([^()]*\)[^()]*)*)\))?$/;
const MAIL_START =
  /^From ([0-9a-f]{40}|[0-9a-f]{64}) [A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4}$/;
const GRAPH = /^[ *|\\/_.-]*$/;

/** What a file's first lines say it is; null where they are no history. */
export type LogForm = 'log' | 'mail' | 'line' | 'patch';

/** Looks at the first lines only; what was typed to get the text may stand before it. */
export function formOfText(head: string): LogForm | null {
  const lines = head
    .slice(0, 8_192)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim() !== '' && !/^\s*[\w@~:./-]*[$#>%❯] ?git /.test(line));
  if (start < 0) return null;
  for (let at = start; at < Math.min(lines.length, start + 12); at += 1) {
    const line = lines[at] ?? '';
    if (COMMIT.test(line.replace(/^[*|\\/ ]* (?=commit )/, '')) && isHeaderLine(lines, at)) return 'log';
    if (MAIL_START.test(line)) return 'mail';
    if (at === start && beginsPatch(lines, at)) return 'patch';
  }
  return lineLayout(lines.slice(start)) === null ? null : 'line';
}

/** A line of a log may say `commit` and an id; the name of its author follows in a history alone. */
function isHeaderLine(lines: readonly string[], at: number): boolean {
  return lines
    .slice(at + 1, at + 6)
    .some((line) => /^[*|\\/ ]*(?:Author:|Merge:|AuthorDate:|author |tree [0-9a-f]{40})/.test(line));
}

interface Draft {
  sha: string;
  parents: string[] | null;
  isMerge: boolean;
  author: string;
  authored: ReadDate | null;
  committed: ReadDate | null;
  refs: readonly string[];
  message: string[];
  readonly files: FileList;
  patches: FilePatch[] | null;
  readonly line: number;
  readonly byteOffset: number;
  readonly text: string;
}

function draftOf(sha: string, at: { line: number; byteOffset: number; text: string }): Draft {
  return {
    sha: sha.toLowerCase(),
    parents: null,
    isMerge: false,
    author: '',
    authored: null,
    committed: null,
    refs: [],
    message: [],
    files: new FileList(),
    patches: null,
    ...at,
  };
}

function finish(draft: Draft): RecordedCommit {
  const message = draft.message.join('\n').trim();
  const end = message.indexOf('\n');
  const { files, patches } = draft;
  const listed = files.isThere ? files.list() : null;
  return {
    sha: draft.sha,
    parents: draft.parents,
    isMerge: draft.isMerge,
    author: draft.author,
    authoredAt: draft.authored?.at ?? draft.committed?.at ?? null,
    committedAt: draft.committed?.at ?? draft.authored?.at ?? null,
    zoneless: draft.authored?.zoneless === true || draft.committed?.zoneless === true,
    refs: draft.refs,
    subject: (end < 0 ? message : message.slice(0, end)).trim(),
    body:
      end < 0
        ? ''
        : message
            .slice(end + 1)
            .trim()
            .slice(0, BODY_LIMIT),
    files: patches === null ? listed : filesOfPatches(patches),
    filesCut: patches === null && files.isCut,
    patches,
    place: { kind: 'line', line: draft.line, byteOffset: draft.byteOffset },
    text: draft.text,
  };
}

class LogReader {
  private readonly lines: readonly string[];
  private readonly zone: string | null;
  private readonly commits: Draft[] = [];
  private readonly loose: FilePatch[] = [];
  private rejected = 0;
  private truncated = false;
  private at = 0;
  private byteOffset = 0;
  /** Columns of the graph before the text of the current commit. */
  private cut = 0;
  /** Where the current commit's text stands: its headers, its message, then what it touched. */
  private part: 'headers' | 'message' | 'files' = 'files';

  constructor(text: string, zone: string | null) {
    this.lines = text
      .replace(/^\uFEFF/, '')
      .split('\n')
      .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    this.zone = zone;
  }

  read(): RecordedCommits {
    const layout = this.lines.some(
      (line) => /^[*|\\/ ]*commit [0-9a-f]{7}/.test(line) || MAIL_START.test(line),
    )
      ? null
      : lineLayout(this.lines);
    for (; this.at < this.lines.length; this.at += 1) {
      const line = this.lines[this.at] ?? '';
      const before = this.at;
      if (!this.takeStart(line, layout)) this.takeLine(line);
      for (let passed = before; passed <= this.at; passed += 1)
        this.byteOffset += Buffer.byteLength(this.lines[passed] ?? '') + 1;
    }
    const { rejected, truncated, loose } = this;
    return { commits: this.commits.map(finish), loose, rejected, truncated };
  }

  private begin(draft: Draft, part: LogReader['part']): void {
    if (this.commits.length >= MAX_RECORDED_COMMITS) this.truncated = true;
    else this.commits.push(draft);
    this.part = part;
  }

  /** A line that begins a commit. */
  private takeStart(line: string, layout: LineHeader | null): boolean {
    const place = { line: this.at + 1, byteOffset: this.byteOffset, text: line.trim() };
    if (layout !== null) {
      const said = layout(line, this.zone);
      if (said === null) return false;
      this.begin({ ...draftOf(said.sha, place), ...said, message: [said.subject] }, 'files');
      return true;
    }
    const mail = MAIL_START.exec(line);
    if (mail?.[1] !== undefined) {
      this.cut = 0;
      this.begin(draftOf(mail[1], place), 'headers');
      return true;
    }
    const start = line.indexOf('commit ');
    if (start < 0 || !GRAPH.test(line.slice(0, start))) return false;
    const match = COMMIT.exec(line.slice(start));
    if (match?.[1] === undefined) return false;
    this.cut = start;
    const draft = draftOf(match[1], place);
    const parents = (match[2] ?? '').trim();
    if (parents !== '') draft.parents = parents.split(' ');
    draft.isMerge = (draft.parents?.length ?? 0) > 1;
    draft.refs = match[3] === undefined ? [] : match[3].split(', ');
    this.begin(draft, 'headers');
    return true;
  }

  private takeLine(whole: string): void {
    const draft = this.truncated ? undefined : this.commits.at(-1);
    const line = this.cut > 0 && GRAPH.test(whole.slice(0, this.cut)) ? whole.slice(this.cut) : whole;
    if (draft === undefined) this.takeLoose();
    else if (this.part === 'headers') this.takeHeader(line, draft);
    else if (this.part === 'message') this.takeMessage(line, draft);
    else this.takeFiles(line, draft);
  }

  private takeLoose(): void {
    if (this.truncated || !beginsPatch(this.lines, this.at)) return;
    const { patches, next } = readPatches(this.lines, this.at);
    this.loose.push(...patches);
    if (patches.length === 0) this.rejected += 1;
    this.at = Math.max(this.at, next - 1);
  }

  private takeHeader(line: string, draft: Draft): void {
    if (line.trim() === '') {
      this.part = 'message';
      return;
    }
    const [, name = '', value = ''] = /^([A-Za-z]+):? +(.*)$/.exec(line) ?? [];
    this.setHeader(name, value.trim(), draft);
  }

  private setHeader(name: string, value: string, draft: Draft): void {
    switch (name) {
      case 'Merge':
        draft.parents = value.split(' ').filter((id) => /^[0-9a-f]{4,64}$/.test(id));
        draft.isMerge = true;
        return;
      case 'parent':
        draft.parents = [...(draft.parents ?? []), value];
        draft.isMerge = draft.parents.length > 1;
        return;
      case 'Author':
      case 'From':
        draft.author = personOf(value);
        return;
      case 'author':
      case 'committer':
        this.setRawPerson(name, value, draft);
        return;
      case 'Date':
      case 'AuthorDate':
        draft.authored = this.dateOf(value) ?? draft.authored;
        return;
      case 'CommitDate':
        draft.committed = this.dateOf(value) ?? draft.committed;
        return;
      case 'Subject':
        this.setSubject(value, draft);
        return;
      default:
    }
  }

  private dateOf(value: string): ReadDate | null {
    const date = readDate(value, this.zone);
    if (date === null) this.rejected += 1;
    return date;
  }

  /** `Name <mail> 1705326600 +0000` */
  private setRawPerson(name: string, value: string, draft: Draft): void {
    const seconds = / (\d{9,11}) [+-]\d{4}$/.exec(value)?.[1];
    const date = seconds === undefined ? null : readDate(seconds, this.zone);
    if (name === 'author') {
      draft.author = personOf(value.replace(/ \d+ [+-]\d{4}$/, ''));
      draft.authored = date;
    } else draft.committed = date;
  }

  /** A mail's subject goes on in the next lines as long as they are indented. */
  private setSubject(value: string, draft: Draft): void {
    let subject = value;
    while (/^[ \t]+\S/.test(this.lines[this.at + 1] ?? '')) {
      this.at += 1;
      subject += ` ${(this.lines[this.at] ?? '').trim()}`;
    }
    draft.message.push(decodedWords(subject).replace(/^\[[^\]]*PATCH[^\]]*\] ?/, ''), '');
  }

  private isMail(draft: Draft): boolean {
    return MAIL_START.test(draft.text);
  }

  private takeMessage(line: string, draft: Draft): void {
    const isMail = this.isMail(draft);
    if (isMail ? line === '---' : line.trim() !== '' && !/^(?: {4}|\t)/.test(line)) {
      this.part = 'files';
      if (!isMail) this.takeFiles(line, draft);
      return;
    }
    if (isMail && beginsPatch(this.lines, this.at)) {
      this.part = 'files';
      this.takeFiles(line, draft);
      return;
    }
    if (draft.message.length < 200) draft.message.push(isMail ? line : line.replace(/^(?: {4}|\t)/, ''));
  }

  private takeFiles(line: string, draft: Draft): void {
    if (line.trim() === '') return;
    const lines = this.cut === 0 ? this.lines : this.withoutGraph();
    const from = this.cut === 0 ? this.at : 0;
    if (beginsPatch(lines, from)) {
      const { patches, next } = readPatches(lines, from);
      draft.patches = [...(draft.patches ?? []), ...patches];
      this.at += Math.max(1, next - from) - 1;
      return;
    }
    if (draft.files.take(line) || this.isMail(draft) || GRAPH.test(line)) return;
    if (/^Notes(?: \(.*\))?:$/.test(line) || /^ {4}/.test(line)) return;
    if (!draft.files.takeName(line)) this.rejected += 1;
  }

  /** The lines from here to the next commit, as they would stand without the graph. */
  private withoutGraph(): readonly string[] {
    const own: string[] = [];
    for (let at = this.at; at < this.lines.length; at += 1) {
      const line = this.lines[at] ?? '';
      if (at > this.at && /^[*|\\/ ]*\*[*|\\/ ]* commit [0-9a-f]{7}/.test(line)) break;
      own.push(GRAPH.test(line.slice(0, this.cut)) ? line.slice(this.cut) : line);
    }
    return own;
  }
}

/** `Ana Lima <ana@shop.example>` → `Ana Lima` */
function personOf(value: string): string {
  const name = decodedWords(value)
    .replace(/\s*<[^>]*>\s*$/, '')
    .replace(/^"(.*)"$/, '$1')
    .trim();
  return name === '' ? value.replace(/[<>]/g, '') : name;
}

/** Words that a mail writes in another alphabet: `=?UTF-8?q?f=C3=BCr?=`. */
function decodedWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : Buffer.from(
            word
              .replace(/_/g, ' ')
              .replace(/=([0-9A-F]{2})/gi, (__, hex: string) =>
                String.fromCharCode(Number.parseInt(hex, 16)),
              ),
            'latin1',
          ).toString('utf8'),
    );
}

/** Commits in the order of the text. `zone` is assumed for dates without one. */
export function readLogText(text: string, zone: string | null): RecordedCommits {
  return new LogReader(text, zone).read();
}
