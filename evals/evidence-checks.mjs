/** What must be in the snapshot of a case: every file read, every deployment once, the guilty change with its commits, every affected service. It runs nothing. */

/**
 * @typedef {import('./named-deployments.mjs').Named} Named
 * @typedef {{ path: string, connector: string, kind: string | null }} DoctorFile
 * @typedef {{ id: string, service: string, version: string | null, commit: string | null, startedAt: number, finishedAt: number | null, commits: readonly { sha: string }[], reach: string }} Release
 * @typedef {{ releases: readonly Release[], flags: readonly { flag: string }[], services: ReadonlyMap<string, unknown>, resolve: (raw: string) => string }} Situation
 * @typedef {{ name: string, wanted: number, misses: readonly string[] }} Check
 */

/** Two systems tell of one rollout at most this far apart. */
const SAME_ROLLOUT_MS = 5 * 60_000;

/** @param {string} version `v2.4.1` and `checkout-2.4.1` are one */
function number(version) {
  return /\d[\w.+-]*$/.exec(version.toLowerCase())?.[0] ?? version.toLowerCase();
}

/**
 * @param {readonly string[]} wanted
 * @param {readonly DoctorFile[]} files
 * @returns {Check}
 */
export function checkFiles(wanted, files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const misses = wanted.flatMap((path) => {
    const file = byPath.get(path);
    if (file === undefined) return [`${path} was claimed by nobody`];
    return file.kind === null ? [`${path} gave nothing to ${file.connector}`] : [];
  });
  return { name: 'files', wanted: wanted.length, misses };
}

/** @param {Named} named @param {Release} release @param {Situation} situation */
function tellsOf(named, release, { resolve }) {
  if (resolve(named.service) !== release.service) return false;
  const { startedAt, finishedAt } = release;
  const end = finishedAt ?? startedAt;
  if (named.from > end + SAME_ROLLOUT_MS || named.to < startedAt - SAME_ROLLOUT_MS) return false;
  const sameVersion =
    named.version === null || release.version === null
      ? null
      : number(named.version) === number(release.version);
  const sameCommit =
    named.commit === null || release.commit === null
      ? null
      : named.commit.startsWith(release.commit) || release.commit.startsWith(named.commit);
  return sameVersion ?? sameCommit ?? true;
}

/** @param {{ service: string, version: string | null, commit: string | null }} one @param {number} at */
function title({ service, version, commit }, at) {
  return `${service} ${version ?? commit?.slice(0, 8) ?? ''} ${new Date(at).toISOString().slice(0, 19)}Z`;
}

/**
 * Each deployment is one release, each release is named by some file.
 * @param {readonly Named[]} named those up to the time of the triage
 * @param {Situation} situation
 * @returns {Check}
 */
export function checkDeployments(named, situation) {
  const { releases } = situation;
  const wrong = named.flatMap((one) => {
    const found = releases.filter((release) => tellsOf(one, release, situation));
    if (found.length === 1) return [];
    const what = found.length === 0 ? 'is no release' : `is ${found.length} releases`;
    return [`${title(one, one.from)} of ${one.file} ${what}`];
  });
  // A commit that stands in for a rollout nobody recorded claims none.
  const extra = releases.filter(
    (release) => release.reach !== 'merged' && !named.some((one) => tellsOf(one, release, situation)),
  );
  const invented = extra.map((release) => `${title(release, release.startedAt)} is named by no file`);
  return { name: 'deployments', wanted: named.length, misses: [...wrong, ...invented] };
}

/**
 * The guilty deployment with exactly the commits that it brought.
 * @param {any} truth
 * @param {Situation} situation
 * @returns {Check}
 */
export function checkGuiltyRelease(truth, situation) {
  const change = truth.cause?.change;
  if (change?.type !== 'deployment') return { name: 'release', wanted: 0, misses: [] };
  const service = situation.resolve(truth.cause.service);
  const release =
    situation.releases.findLast(
      (one) =>
        one.service === service && one.version !== null && number(one.version) === number(change.version),
    ) ?? situation.releases.find((one) => one.service === service && one.commit === change.deploymentCommit);
  if (release === undefined)
    return { name: 'release', wanted: 1, misses: [`${service} ${change.version} is no release`] };
  const got = new Set(release.commits.map(({ sha }) => sha));
  const want = new Set(change.commitsInDeployment);
  const short = (/** @type {Iterable<string>} */ shas) => [...shas].map((sha) => sha.slice(0, 8)).join(' ');
  const lacking = [...want].filter((sha) => !got.has(sha));
  const surplus = [...got].filter((sha) => !want.has(sha));
  const misses = [
    got.has(change.commit) ? '' : `the guilty commit ${change.commit.slice(0, 8)} is not in it`,
    lacking.length === 0 ? '' : `lacks ${short(lacking)}`,
    surplus.length === 0 ? '' : `has ${short(surplus)} too much`,
    release.reach === 'deployed' || release.reach === 'serving' ? '' : `reach is ${release.reach}`,
  ];
  return {
    name: 'release',
    wanted: 1,
    misses: misses.filter((miss) => miss !== '').map((miss) => `${service} ${change.version}: ${miss}`),
  };
}

/** @param {any} truth @param {Situation} situation @returns {Check} */
export function checkGuiltyFlag(truth, situation) {
  const flag = truth.cause?.change?.flag;
  if (!flag) return { name: 'flag', wanted: 0, misses: [] };
  const known = situation.flags.some((change) => change.flag === flag);
  return { name: 'flag', wanted: 1, misses: known ? [] : [`flag ${flag} is no change`] };
}

/**
 * Each affected service is one node, and no two of them are the same one.
 * @param {any} truth
 * @param {Situation} situation
 * @returns {Check}
 */
export function checkServices(truth, situation) {
  const { direct, cascade, optional = [] } = truth.affectedServices;
  const names = [...new Set([...direct, ...cascade, ...optional])];
  const homes = new Map();
  const misses = names.flatMap((name) => {
    const node = situation.resolve(name);
    const other = homes.get(node);
    homes.set(node, name);
    if (!situation.services.has(node)) return [`${name} is no node`];
    return other === undefined ? [] : [`${name} and ${other} are one node`];
  });
  return { name: 'services', wanted: names.length, misses };
}
