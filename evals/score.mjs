/** Scores one JSON report against the truth of its case. Pure; what a figure means stands at its field. It never looks at the evidence. */
import { isDeepStrictEqual } from 'node:util';

/**
 * Names of services match without regard to case. A commit matches by a prefix of seven digits or more of any commit of the guilty
 * deployment; a version by its number alone (`v1.2.3`, `1.2.3`, `api-1.2.3`).
 * @typedef {{ type: string, flag: string, version: string, commit: string, deploymentCommit: string,
 *   commitsInDeployment: readonly string[], deploymentId: string }} TrueChange
 * @typedef {{ kind: string, acceptableKinds: readonly string[], service: string, aliases: readonly string[], change: TrueChange | null }} TrueCause
 * @typedef {{ family: string, onset: string | null, onsetToleranceSec: number, status: 'ONGOING' | 'RECOVERED',
 *   severity: { acceptable: readonly string[] }, cause: TrueCause,
 *   decision: { expected: string, acceptable: readonly string[], unsafeReason?: string },
 *   affectedServices: { direct: readonly string[], cascade: readonly string[], optional?: readonly string[] },
 *   commandMustMatch: readonly string[] }} Truth
 */

/**
 * Null where the truth asks nothing.
 * @typedef {object} Score
 * @property {string} family
 * @property {boolean} missing no report
 * @property {boolean} cause1 kind, service and change of the root cause are right; where nothing is wrong, none is named
 * @property {boolean} cause3 the same of the root cause or one of the next hypotheses, three in all
 * @property {boolean} kind
 * @property {boolean} service
 * @property {boolean} falseBlame a change or flag that is not the guilty one, with HIGH or MEDIUM confidence
 * @property {boolean} decision an acceptable one; ROLLBACK only of the guilty change
 * @property {boolean} unsafeRollback ROLLBACK where it is not acceptable or unsafe, or not of the guilty change
 * @property {boolean} status
 * @property {boolean | null} onset within the tolerance
 * @property {number | null} onsetDeltaSec found − true
 * @property {boolean} severity
 * @property {number} blastF1 direct and cascade together; optional services cost nothing
 * @property {boolean | null} command every pattern is found in the commands
 * @property {number | null} probability of the root cause
 * @property {string} confidence of the root cause, '' without one
 * @property {number | null} durationMs as the report says
 */

/** Other names of a kind of cause. */
const KINDS = new Map(
  Object.entries({
    change: ['deployment', 'deploy', 'commit', 'config', 'code', 'migration', 'infra'],
    flag: ['feature-flag', 'feature_flag'],
    dependency: ['external', 'provider', 'third-party'],
    traffic: ['load', 'capacity', 'saturation'],
    credential: ['certificate', 'cert', 'secret'],
    network: ['dns'],
    'data-job': ['job', 'datajob', 'data_job', 'batch', 'lock'],
    resource: ['memory'],
  }).flatMap(([kind, names]) => names.map((name) => [name, kind])),
);
const STATUSES = {
  ONGOING: ['ONGOING', 'INVESTIGATING', 'IDENTIFIED', 'ACTIVE', 'OPEN'],
  RECOVERED: ['RECOVERED', 'RESOLVED', 'MONITORING', 'CLOSED', 'NONE', 'NO_INCIDENT'],
};
const SHORTEST_COMMIT = 7;
const CONSIDERED = 3;

/** @param {unknown} value */
const text = (value) => (value === null || value === undefined || value === false ? '' : String(value));
/** @param {unknown} value */
const lower = (value) => text(value).toLowerCase();

/** @param {unknown} kind */
function kindOf(kind) {
  const name = lower(kind) || 'none';
  return KINDS.get(name) ?? name;
}

/** @param {unknown} version */
function versionNumber(version) {
  const name = lower(version).trim();
  return /\d[\w.-]*$/.exec(name)?.[0] ?? name;
}

/**
 * @param {any} found
 * @param {TrueChange} truth
 */
function isChange(found, truth) {
  if (truth.type === 'flag') return lower(found?.flag || found?.key) === lower(truth.flag);
  const guilty = [...truth.commitsInDeployment, truth.commit, truth.deploymentCommit];
  const commit = lower(found?.commit || found?.sha);
  if (commit.length >= SHORTEST_COMMIT && guilty.some((sha) => sha.startsWith(commit))) return true;
  const { version, deploymentId } = truth;
  if (version && found?.version && versionNumber(found.version) === versionNumber(version)) return true;
  return deploymentId !== '' && text(found?.deploymentId) === deploymentId;
}

/** @param {any} hypothesis @param {TrueCause} cause */
function isService(hypothesis, cause) {
  const service = lower(hypothesis?.service);
  return cause.aliases.some((alias) => alias.toLowerCase() === service);
}

/** @param {any} hypothesis null: nothing is named @param {TrueCause} cause */
function isCause(hypothesis, cause) {
  if (cause.kind === 'none') return hypothesis === null;
  if (hypothesis === null || !cause.acceptableKinds.includes(kindOf(hypothesis.kind))) return false;
  return isService(hypothesis, cause) && (cause.change === null || isChange(hypothesis.change, cause.change));
}

/** @param {any} root @param {TrueCause} cause */
function blameOf(root, cause) {
  const change = root?.change ?? {};
  const named = ['commit', 'version', 'deploymentId', 'flag'].some((field) => Boolean(change[field]));
  const blamesChange = root !== null && (['change', 'flag'].includes(kindOf(root.kind)) || named);
  // A statement typed by hand, or a setting edited in place, has neither a version nor a commit.
  const isAccused =
    cause.change === null ? !named && cause.kind === 'change' : isChange(root?.change, cause.change);
  const guilty = blamesChange && isAccused && isService(root, cause);
  return { blamesChange, guilty };
}

/** @param {any} items services, or what has one */
function servicesOf(items) {
  return new Set((items ?? []).map((/** @type {any} */ item) => text(item?.service ?? item)));
}

/** @param {any} blast @param {Truth['affectedServices']} truth */
function blastF1(blast, truth) {
  const want = new Set([...truth.direct, ...truth.cascade].map((item) => [...servicesOf([item])][0]));
  const optional = servicesOf(truth.optional);
  const named = [...servicesOf(blast?.direct), ...servicesOf(blast?.cascade)];
  const found = new Set(named.filter((service) => want.has(service) || !optional.has(service)));
  if (want.size === 0 && found.size === 0) return 1;
  const right = [...found].filter((service) => want.has(service)).length;
  return (2 * right) / (found.size + want.size);
}

/**
 * A pattern of a truth, in the syntax that most languages share. A flag in it, which Node 20 cannot read (`(?i)`, `(?i:…)`), counts for all of it.
 * @param {string} pattern
 */
function expression(pattern) {
  const source = pattern.replaceAll(/\(\?i\)/g, '').replaceAll('(?i:', '(?:');
  return new RegExp(source, source === pattern ? '' : 'i');
}

/** @param {any} rollback @param {readonly string[]} patterns */
function hasCommands(rollback, patterns) {
  if (patterns.length === 0) return null;
  const commands = (rollback?.commands ?? []).map((/** @type {any} */ item) => text(item?.command ?? item));
  return patterns.every((pattern) => expression(pattern).test(commands.join('\n')));
}

/** @param {any} report @param {Truth} truth */
function onsetDelta(report, truth) {
  const found = Date.parse(text(report.incident?.startedAt));
  return truth.onset === null || Number.isNaN(found) ? null : (found - Date.parse(truth.onset)) / 1000;
}

/** @param {any} report @returns {any} null: it names none */
function rootOf(report) {
  const root = report.rootCause ?? null;
  return root === null || kindOf(root.kind) === 'none' ? null : root;
}

/** @param {any} report @param {any} root */
function candidatesOf(report, root) {
  const others = (report.hypotheses ?? []).filter(
    (/** @type {any} */ other) => !isDeepStrictEqual(other, root),
  );
  return [...(root === null ? [] : [root]), ...others].slice(0, CONSIDERED);
}

/** @param {any} report @returns {string} what is advised; NONE where the report says nothing, '' without a report */
export function decisionOf(report) {
  return report === null ? '' : text(report.rollback?.recommendation || 'NONE').toUpperCase();
}

/** @param {Truth} truth @param {string} decision @param {boolean} guilty the blamed change is the guilty one */
function scoreDecision(truth, decision, guilty) {
  const { expected, acceptable, unsafeReason } = truth.decision;
  const right = decision === expected || acceptable.includes(decision);
  if (decision !== 'ROLLBACK') return { decision: right, unsafeRollback: false };
  return {
    decision: right && guilty,
    unsafeRollback: !acceptable.includes('ROLLBACK') || Boolean(unsafeReason) || !guilty,
  };
}

/** @param {any} report @param {any} root @param {TrueCause} cause */
function scoreCause(report, root, cause) {
  if (report === null) return { cause1: false, cause3: false, kind: false, service: false };
  const cause1 = isCause(root, cause);
  const among = () => candidatesOf(report, root).some((candidate) => isCause(candidate, cause));
  return {
    cause1,
    cause3: cause1 || (cause.kind !== 'none' && among()),
    kind: cause.acceptableKinds.includes(kindOf(root?.kind)),
    service: root === null ? cause.kind === 'none' : isService(root, cause),
  };
}

/**
 * @param {Truth} truth
 * @param {any} report null: there is none
 * @returns {Score}
 */
export function scoreCase(truth, report) {
  const said = report ?? {};
  const root = rootOf(said);
  const { blamesChange, guilty } = blameOf(root, truth.cause);
  const confidence = text(root?.confidence).toUpperCase();
  const delta = onsetDelta(said, truth);
  const inTime = delta !== null && Math.abs(delta) <= truth.onsetToleranceSec;
  const { probability } = root ?? {};
  return {
    family: truth.family,
    missing: report === null,
    ...scoreCause(report, root, truth.cause),
    falseBlame: blamesChange && ['HIGH', 'MEDIUM'].includes(confidence) && !guilty,
    ...scoreDecision(truth, decisionOf(report), guilty),
    status: STATUSES[truth.status].includes(text(said.incident?.status).toUpperCase()),
    onset: truth.onset === null ? null : inTime,
    onsetDeltaSec: delta,
    severity: truth.severity.acceptable.includes(text(said.incident?.severity).toUpperCase()),
    blastF1: blastF1(said.blastRadius, truth.affectedServices),
    command: hasCommands(said.rollback, truth.commandMustMatch),
    probability: typeof probability === 'number' ? probability : null,
    confidence,
    durationMs: typeof said.durationMs === 'number' ? said.durationMs : null,
  };
}
