/** A git history as a stream of `git fast-export`: parsed, changed by a variant, imported again. It knows nothing of what a change means. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `ops` are the lines of a commit's files (`M mode ref path`, `D path`, `deleteall`); `author` and `committer` what stands behind the word.
 * @typedef {{ kind: 'blob', mark: string, oid: string, data: Buffer }} Blob
 * @typedef {{ kind: 'commit', ref: string, mark: string, oid: string, author: string, committer: string, message: string,
 *   from: string, merges: readonly string[], ops: readonly string[] }} Commit
 * @typedef {{ kind: 'tag', name: string, from: string, tagger: string, message: string }} Tag
 * @typedef {{ kind: 'reset', ref: string, from: string }} Reset
 * @typedef {Blob | Commit | Tag | Reset} Entry
 */

const MAX_STREAM_BYTES = 1 << 30;
const MARKS = 'wicked-marks';
const NEWLINE = 10;

/**
 * @param {string} cwd
 * @param {readonly string[]} argv
 * @param {Buffer} [input]
 * @returns {Buffer} stdout
 */
export function git(cwd, argv, input) {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const { status, stdout, stderr } = spawnSync('git', ['-c', 'core.quotePath=false', ...argv], {
    cwd,
    env,
    ...(input && { input }),
    maxBuffer: MAX_STREAM_BYTES,
  });
  if (status !== 0) throw new Error(`git ${argv.join(' ')} failed in ${cwd}: ${String(stderr).trim()}`);
  return stdout;
}

/** @param {string} cwd @param {readonly string[]} argv a command that prints names, ended by NUL @returns {readonly string[]} */
export function gitNames(cwd, argv) {
  return git(cwd, argv).toString('utf8').split('\0').filter(Boolean);
}

/** @param {string} dir */
export function hasHistory(dir) {
  const { status } = spawnSync('git', ['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: dir });
  return existsSync(join(dir, '.git')) && status === 0;
}

class Reader {
  /** @param {Buffer} stream */
  constructor(stream) {
    this.stream = stream;
    this.at = 0;
  }

  get done() {
    return this.at >= this.stream.length;
  }

  peek() {
    const end = this.stream.indexOf(NEWLINE, this.at);
    return this.stream.toString('utf8', this.at, end === -1 ? this.stream.length : end);
  }

  line() {
    const line = this.peek();
    this.at += Buffer.byteLength(line) + 1;
    return line;
  }

  /** @param {string} word @returns {string} what stands behind the word, '' when the next line begins with another */
  field(word) {
    return !this.done && this.peek().startsWith(`${word} `) ? this.line().slice(word.length + 1) : '';
  }

  data() {
    const length = Number(this.field('data'));
    const data = this.stream.subarray(this.at, this.at + length);
    this.at += length;
    if (this.stream[this.at] === NEWLINE) this.at++;
    return data;
  }
}

/** @param {Reader} reader @param {string} ref @returns {Commit} */
function readCommit(reader, ref) {
  const [mark, oid] = [reader.field('mark'), reader.field('original-oid')];
  const [author, committer] = [reader.field('author'), reader.field('committer')];
  reader.field('encoding');
  const message = reader.data().toString('utf8');
  const from = reader.field('from');
  /** @type {string[]} */
  const merges = [];
  for (let merge = reader.field('merge'); merge !== ''; merge = reader.field('merge')) merges.push(merge);
  /** @type {string[]} */
  const ops = [];
  while (!reader.done && /^(?:[MD] |deleteall$)/.test(reader.peek())) ops.push(reader.line());
  return { kind: 'commit', ref, mark, oid, author, committer, message, from, merges, ops };
}

/** @param {Reader} reader @returns {Entry | null} null: an empty line */
function readEntry(reader) {
  const line = reader.line();
  const rest = line.slice(line.indexOf(' ') + 1);
  if (line === 'blob') {
    return {
      kind: 'blob',
      mark: reader.field('mark'),
      oid: reader.field('original-oid'),
      data: reader.data(),
    };
  }
  if (line.startsWith('commit ')) return readCommit(reader, rest);
  if (line.startsWith('reset ')) return { kind: 'reset', ref: rest, from: reader.field('from') };
  if (!line.startsWith('tag ')) return null;
  reader.field('mark');
  const from = reader.field('from');
  reader.field('original-oid');
  const tagger = reader.field('tagger');
  return { kind: 'tag', name: rest, from, tagger, message: reader.data().toString('utf8') };
}

/** @param {Buffer} stream @returns {readonly Entry[]} */
export function parseStream(stream) {
  const reader = new Reader(stream);
  /** @type {Entry[]} */
  const entries = [];
  while (!reader.done) {
    const entry = readEntry(reader);
    if (entry !== null) entries.push(entry);
  }
  return entries;
}

/** @param {string} dir @returns {readonly Entry[]} */
export function exportHistory(dir) {
  return parseStream(git(dir, ['fast-export', '--all', '--show-original-ids', '--signed-tags=strip']));
}

/** @param {string} word @param {string} value */
const field = (word, value) => (value === '' ? '' : `${word} ${value}\n`);
/** @param {Buffer | string} data */
const dataOf = (data) => {
  const bytes = Buffer.from(data);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
};

/** @param {Entry} entry @returns {Buffer} */
function serialiseEntry(entry) {
  switch (entry.kind) {
    case 'blob':
      return Buffer.concat([Buffer.from(`blob\nmark ${entry.mark}\n`), dataOf(entry.data)]);
    case 'commit': {
      const { ref, mark, author, committer, message, from, merges, ops } = entry;
      const head = `commit ${ref}\nmark ${mark}\n${field('author', author)}${field('committer', committer)}`;
      const parents = field('from', from) + merges.map((merge) => field('merge', merge)).join('');
      const files = ops.map((op) => `${op}\n`).join('');
      return Buffer.concat([Buffer.from(head), dataOf(message), Buffer.from(`${parents}${files}\n`)]);
    }
    case 'tag': {
      const head = `tag ${entry.name}\n${field('from', entry.from)}${field('tagger', entry.tagger)}`;
      return Buffer.concat([Buffer.from(head), dataOf(entry.message)]);
    }
    case 'reset':
      return Buffer.from(`reset ${entry.ref}\n${field('from', entry.from)}\n`);
  }
}

/** @param {readonly Entry[]} entries */
export function serialiseStream(entries) {
  return Buffer.concat(entries.map(serialiseEntry));
}

/** @param {string} dir @returns {{ ref: string, oid: string }} what is checked out; `ref` is HEAD where that is no branch */
export function headOf(dir) {
  const [ref, oid] = [['--symbolic-full-name'], []].map((options) =>
    git(dir, ['rev-parse', ...options, 'HEAD'])
      .toString('utf8')
      .trim(),
  );
  return { ref: ref ?? '', oid: oid ?? '' };
}

/**
 * Replaces the repository in `dir` by one with these entries; the work tree is not touched.
 * @param {string} dir
 * @param {readonly Entry[]} entries
 * @param {{ ref: string, oid: string }} head what is to be checked out: a branch of the entries, or a commit as it was
 * @returns {ReadonlyMap<string, string>} commit ids as they were → as they are
 */
export function importHistory(dir, entries, head) {
  const marks = join(dir, '.git', MARKS);
  const config = readFileSync(join(dir, '.git', 'config'));
  rmSync(join(dir, '.git'), { recursive: true, force: true });
  git(dir, ['init', '--quiet', '--template=']);
  writeFileSync(join(dir, '.git', 'config'), config);
  git(dir, ['fast-import', '--quiet', '--force', `--export-marks=${marks}`], serialiseStream(entries));
  const lines = readFileSync(marks, 'utf8').trim().split('\n');
  const shas = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
  rmSync(marks);
  const ids = new Map(
    entries.flatMap(
      (entry) =>
        /** @type {[string, string][]} */ (
          entry.kind === 'commit' && entry.oid !== '' ? [[entry.oid, shas.get(entry.mark) ?? '']] : []
        ),
    ),
  );
  if (head.ref === 'HEAD') git(dir, ['update-ref', '--no-deref', 'HEAD', ids.get(head.oid) ?? head.oid]);
  else git(dir, ['symbolic-ref', 'HEAD', head.ref]);
  return ids;
}
