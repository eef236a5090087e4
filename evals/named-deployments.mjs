/** The deployments that the files of a case name, read as plainly as a person would and by none of the product's code: what its answer is compared with. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `from` and `to`: start and end in milliseconds, equal where the file tells one of them.
 * @typedef {{ service: string, version: string | null, commit: string | null, from: number, to: number, file: string }} Named
 */

/** @param {string} text */
function json(text) {
  return JSON.parse(text);
}

/** @param {string | undefined} first @param {string | null | undefined} last @returns {{ from: number, to: number }} */
function span(first, last) {
  const from = Date.parse(first ?? last ?? '');
  return { from, to: Math.max(from, Date.parse(last ?? first ?? '')) };
}

/** `ts LEVEL service Deployment service-v1.2.3 started`: each start is one deployment. @type {Reader} */
function fromLog(text, file) {
  return text.split('\n').flatMap((line) => {
    const found = /^(\S+) \w+ (\S+) (?:Deployment|Rollback to|Rolling back to) (\S+?)-(v?\d\S*) started/.exec(
      line,
    );
    if (found === null) return [];
    return [
      { service: found[3] ?? '', version: found[4] ?? '', commit: null, ...span(found[1], null), file },
    ];
  });
}

/** @type {Reader} */
function fromGitHub(text, file) {
  return json(text).map((/** @type {any} */ item) => ({
    service: item.payload.service,
    version: item.payload.version ?? null,
    commit: item.sha,
    ...span(item.created_at, null),
    file,
  }));
}

/** @param {any} item @param {string} service @param {string} at @param {string} file @returns {Named} */
function fromTemplate(item, service, at, file) {
  const [container] = item.spec.template.spec.containers;
  const env = new Map((container.env ?? []).map((/** @type {any} */ entry) => [entry.name, entry.value]));
  return {
    service,
    version: container.image.split(':').at(-1),
    commit: env.get('GIT_SHA') ?? null,
    ...span(at, null),
    file,
  };
}

/** A replica set is made when a version is first rolled out; that an earlier one came back only its Deployment tells. @type {Reader} */
function fromReplicaSets(text, file) {
  return json(text).items.flatMap((/** @type {any} */ item) => {
    const { metadata, status } = item;
    if (item.kind === 'ReplicaSet')
      return [fromTemplate(item, metadata.ownerReferences[0].name, metadata.creationTimestamp, file)];
    const cause = metadata.annotations?.['kubernetes.io/change-cause'] ?? '';
    const progress = (status.conditions ?? []).find((/** @type {any} */ one) => one.type === 'Progressing');
    return / rollout undo /.test(cause)
      ? [fromTemplate(item, metadata.name, progress.lastUpdateTime, file)]
      : [];
  });
}

/** @type {Reader} */
function fromArgoCd(text, file) {
  const { metadata, status } = json(text);
  return status.history.map((/** @type {any} */ entry) => ({
    service: metadata.name,
    version: null,
    commit: entry.revision,
    ...span(entry.deployStartedAt, entry.deployedAt),
    file,
  }));
}

/** @type {Reader} */
function fromHelm(text, file) {
  const service = file.replace(/^.*\//, '').replace(/\.history\.json$/, '');
  return json(text).map((/** @type {any} */ entry) => ({
    service,
    version: entry.app_version,
    commit: null,
    ...span(entry.updated, null),
    file,
  }));
}

/** @type {Reader} */
function fromCdEvents(text, file) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map(json).map((event) => ({
    service: event.data.subject.id,
    version: /[?&]tag=([^&]+)/.exec(event.data.subject.content.artifactId ?? '')?.[1] ?? null,
    commit: event.data.customData?.git?.commit ?? null,
    ...span(event.data.customData?.startedAt, event.time),
    file,
  }));
}

/** @typedef {(text: string, file: string) => readonly Named[]} Reader */

/** @type {readonly (readonly [RegExp, Reader])[]} */
const READERS = [
  [/(^|\/)deploy\.log$/, fromLog],
  [/(^|\/)deployments\.json$/, fromGitHub],
  [/(^|\/)replicasets\.json$/, fromReplicaSets],
  [/^argocd\/[^/]+\.json$/, fromArgoCd],
  [/^helm\/[^/]+\.history\.json$/, fromHelm],
  [/(^|\/)cdevents\.jsonl$/, fromCdEvents],
];

/**
 * @param {string} dir
 * @param {readonly string[]} files relative to it
 * @returns {readonly Named[]} in the order of the files
 */
export function namedDeployments(dir, files) {
  return files.flatMap((file) => {
    const reader = READERS.find(([pattern]) => pattern.test(file))?.[1];
    return reader === undefined ? [] : reader(readFileSync(join(dir, file), 'utf8'), file);
  });
}

/** Tracked files that describe services. */
const CATALOG = /(^|\/)(catalog-info\.ya?ml|(docker-)?compose[^/]*\.ya?ml)$/;

/**
 * What lies untracked in the work tree, and the catalogs that are tracked; the question itself is no evidence.
 * @param {string} dir
 * @returns {readonly string[]} sorted
 */
export function evidenceFiles(dir) {
  const git = (/** @type {readonly string[]} */ ...argv) =>
    execFileSync('git', ['-C', dir, '--no-optional-locks', ...argv], { encoding: 'utf8' })
      .split('\0')
      .filter((path) => path !== '');
  const untracked = git('ls-files', '-z', '--others', '--exclude-standard');
  const catalogs = git('ls-files', '-z').filter((path) => CATALOG.test(path));
  return [...untracked, ...catalogs].filter((path) => path !== 'case.json').sort();
}
