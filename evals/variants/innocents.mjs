/** Five more deployments of other services shortly before the onset, of commits that can do no harm: the last deploy is never the guilty one. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isText, rewriteHistory } from './folder.mjs';
import { exportHistory, hasHistory, headOf } from './history.mjs';
import { isSource, serviceOf } from './places.mjs';
import { randomFrom } from './random.mjs';
import { rewriteTruth } from './truth.mjs';

/**
 * @typedef {import('./history.mjs').Entry} Entry
 * @typedef {import('./history.mjs').Commit} Commit
 * @typedef {import('./take-away.mjs').KnownCase} KnownCase
 * @typedef {{ path: string, content: string, subject: string }} Edit
 * @typedef {{ oid: string, service: string, version: string, at: number }} Deployment
 */

const MINUTE_MS = 60_000;
/** Before the onset. */
const LEADS_MS = [47, 31, 22, 11, 4].map((minutes) => minutes * MINUTE_MS);
/** From the commit to its deployment, and from its start to its end. */
const BUILD_MS = 6 * MINUTE_MS;
const ROLLOUT_MS = 70_000;
const PERSON = 'Robin Vale <robin.vale@example.org>';
const EVIDENCE = 'more-deployments.jsonl';

/** A function of its own file, called by nobody, in the language of the neighbour. @type {Readonly<Record<string, (neighbour: string) => string>>} */
const HELPERS = {
  go: (neighbour) =>
    `${/^package \w+/m.exec(neighbour)?.[0] ?? 'package internal'}\n\nfunc initials(first, last string) string {\n\treturn first[:1] + last[:1]\n}\n`,
  java: (neighbour) =>
    `${/^package [\w.]+;/m.exec(neighbour)?.[0] ?? ''}\n\nfinal class Initials {\n  static String of(String first, String last) {\n    return first.substring(0, 1) + last.substring(0, 1);\n  }\n}\n`,
  py: () => 'def initials(first: str, last: str) -> str:\n    return first[:1] + last[:1]\n',
  ts: () =>
    'export function initials(first: string, last: string): string {\n  return first.slice(0, 1) + last.slice(0, 1);\n}\n',
};

/** @param {string} path */
const folderOf = (path) => path.slice(0, path.lastIndexOf('/') + 1);
/** @param {string} path */
const extensionOf = (path) => path.slice(path.lastIndexOf('.') + 1);

/**
 * The n-th harmless change: a text, a comment, a helper that nobody calls, a test, a workflow.
 * @param {number} n
 * @param {{ service: string, path: string, text: string }} source a file of the service
 * @returns {Edit}
 */
function harmlessEdit(n, { service, path, text }) {
  const extension = extensionOf(path);
  const mark = ['py', 'rb'].includes(extension) ? '#' : '//';
  const root = path.slice(0, path.indexOf(service) + service.length);
  const edits = [
    {
      path: `${root}/RUNBOOK.md`,
      content: `# ${service}\n\nWho to call at night: the team on duty.\n`,
      subject: `docs(${service}): who to call`,
    },
    {
      path,
      content: `${text.trimEnd()}\n\n${mark} Kept in one file on purpose.\n`,
      subject: `chore(${service}): say why this is one file`,
    },
    {
      path: `${folderOf(path)}${extension === 'java' ? 'Initials' : 'initials'}.${extension}`,
      content: (HELPERS[extension] ?? (() => `${mark} initials\n`))(text),
      subject: `feat(${service}): initials, for the new header`,
    },
    {
      path: `${root}/test/fixtures/person.json`,
      content: '{ "first": "Ada", "last": "Park" }\n',
      subject: `test(${service}): a fixture`,
    },
    {
      path: `.github/workflows/nightly-${service}.yml`,
      content: `name: nightly ${service}\non:\n  schedule:\n    - cron: '0 3 * * *'\n`,
      subject: `ci(${service}): a nightly run`,
    },
  ];
  return /** @type {Edit} */ (edits[n % edits.length]);
}

/** @param {readonly Entry[]} entries @param {string} tip commit id @returns {readonly Commit[]} first parents, oldest first */
function mainLine(entries, tip) {
  const commits = entries.filter((entry) => entry.kind === 'commit');
  const byMark = new Map(commits.map((commit) => [commit.mark, commit]));
  /** @type {Commit[]} */
  const line = [];
  for (let at = commits.find(({ oid }) => oid === tip); at !== undefined; at = byMark.get(at.from))
    line.unshift(at);
  return line;
}

/** @param {Commit} commit milliseconds */
const committedAt = ({ committer }) => Number(/ (\d+) [+-]\d{4}$/.exec(committer)?.[1]) * 1000;

/** @param {readonly Commit[]} line @returns {ReadonlyMap<string, string>} path → mark of its blob, at the end of the line */
function treeOf(line) {
  /** @type {Map<string, string>} */
  const tree = new Map();
  for (const op of line.flatMap(({ ops }) => ops)) {
    const [, ref, path] = /^M \d+ (\S+) (.*)$/.exec(op) ?? [];
    if (op === 'deleteall') tree.clear();
    else if (ref !== undefined && path !== undefined) tree.set(path, ref);
    else tree.delete(op.slice(2));
  }
  return tree;
}

/** @param {KnownCase} one @param {readonly Commit[]} line @returns {readonly { service: string, path: string, mark: string }[]} a source a service */
function harmlessServices({ id, truth }, line) {
  const guilty = new Set([truth.cause.service, ...truth.cause.aliases]);
  /** @type {Map<string, { service: string, path: string, mark: string }>} */
  const found = new Map();
  for (const [path, mark] of [...treeOf(line)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const service = serviceOf(path);
    if (service !== null && !guilty.has(service) && isSource(path))
      found.set(service, { service, path, mark });
  }
  const random = randomFrom(id);
  return [...found.values()]
    .map((source) => ({ source, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ source }) => source);
}

/**
 * A commit with the edit behind `after`, and everything that stood on `after` on it.
 * @param {readonly Entry[]} entries @param {Commit} after @param {Edit} edit @param {number} at @param {string} key makes marks of its own
 * @returns {{ entries: readonly Entry[], commit: Commit }}
 */
function insertCommit(entries, after, edit, at, key) {
  const [blob, mark] = [`:9${key}0`, `:9${key}1`];
  const person = `${PERSON} ${Math.floor(at / 1000)} +0000`;
  /** @type {Commit} */
  const commit = {
    kind: 'commit',
    ref: after.ref,
    mark,
    oid: `innocent-${key}`,
    author: person,
    committer: person,
    message: `${edit.subject}\n`,
    from: after.mark,
    merges: [],
    ops: [`M 100644 ${blob} ${edit.path}`],
  };
  const moved = entries.map((entry) => {
    const onBranch =
      entry.kind === 'commit' || (entry.kind === 'reset' && entry.ref.startsWith('refs/heads/'));
    return onBranch && entry.from === after.mark ? { ...entry, from: mark } : entry;
  });
  const index = moved.findIndex((entry) => entry.kind === 'commit' && entry.mark === after.mark);
  /** @type {Entry} */
  const content = { kind: 'blob', mark: blob, oid: '', data: Buffer.from(edit.content) };
  return { entries: [...moved.slice(0, index + 1), content, commit, ...moved.slice(index + 1)], commit };
}

/**
 * @param {KnownCase} one
 * @param {readonly Entry[]} original
 * @param {string} tip
 * @returns {{ entries: readonly Entry[], deployments: readonly Deployment[] }}
 */
export function injectInnocents(one, original, tip) {
  const onset = Date.parse(one.truth.onset ?? one.now);
  const services = harmlessServices(one, mainLine(original, tip));
  /** @type {Deployment[]} */
  const deployments = [];
  let entries = original;
  let last = tip;
  for (const [n, lead] of LEADS_MS.entries()) {
    const at = onset - lead;
    const blobs = new Map(
      entries.flatMap((entry) => (entry.kind === 'blob' ? [[entry.mark, entry.data]] : [])),
    );
    const source = services[n % Math.max(1, services.length)];
    const line = mainLine(entries, last).filter((commit) => committedAt(commit) <= at - BUILD_MS);
    const after = line.at(-1);
    const data = blobs.get((source && treeOf(line).get(source.path)) ?? '');
    if (source === undefined || after === undefined || data === undefined || !isText(data)) continue;
    const edit = harmlessEdit(n, { ...source, text: data.toString('utf8') });
    const inserted = insertCommit(entries, after, edit, at - BUILD_MS, String(1000 + n));
    entries = inserted.entries;
    if (after.oid === last) last = inserted.commit.oid;
    deployments.push({ oid: inserted.commit.oid, service: source.service, version: `v7.${n}.0`, at });
  }
  return { entries, deployments };
}

/** @param {Deployment} deployment @param {ReadonlyMap<string, string>} ids */
function record({ oid, service, version, at }, ids) {
  const times = {
    startedAt: new Date(at).toISOString(),
    finishedAt: new Date(at + ROLLOUT_MS).toISOString(),
  };
  return JSON.stringify({
    service,
    version,
    commit: ids.get(oid),
    ...times,
    status: 'success',
    environment: 'production',
  });
}

/** @type {import('./take-away.mjs').Variant} */
export function moreInnocents(one) {
  if (!hasHistory(one.dir) || existsSync(join(one.dir, EVIDENCE))) return null;
  const { entries, deployments } = injectInnocents(one, exportHistory(one.dir), headOf(one.dir).oid);
  if (deployments.length === 0) return null;
  const ids = rewriteHistory(one.dir, () => entries);
  const lines = deployments.map((deployment) => `${record(deployment, ids)}\n`);
  writeFileSync(join(one.dir, EVIDENCE), lines.join(''));
  return { ...one, truth: rewriteTruth(one.truth, ids) };
}
