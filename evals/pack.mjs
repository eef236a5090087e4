/** Where cases come from: a pack (`cases/<id>/case.json`, `truth/<id>.json`) or our own scenarios, both as cases with the truth of a pack. It only reads the pack. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSources } from '../scripts/load.mjs';
import { ROOT } from '../scripts/workspace.mjs';

/**
 * `dir` holds the evidence. `truth` is null where the pack keeps it back.
 * @typedef {import('./score.mjs').Truth} Truth
 * @typedef {{ id: string, dir: string, symptom: string, now: string, truth: Truth | null }} Case
 */

/** The day on which relative dates of a scenario fall. Fixed, so that two runs measure the same repositories. */
const BUILT_AT = Date.parse('2026-03-02T10:00:00Z');
/** A status of ours → the two states that are scored: an incident goes on until it is being watched. */
const OVER = new Set(['MONITORING', 'RESOLVED']);
const SHA = /^[0-9a-f]{40}$/;

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @param {string} folder @returns {readonly string[]} names of the folders in it, sorted */
function foldersIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/**
 * Cases of the pack in the order of their ids. A folder without case.json is no case.
 * @param {string} packDir
 * @returns {readonly Case[]}
 */
export function readPack(packDir) {
  const cases = join(packDir, 'cases');
  const ids = foldersIn(cases).filter((id) => existsSync(join(cases, id, 'case.json')));
  return ids.map((id) => {
    const { symptom, now } = readJson(join(cases, id, 'case.json'));
    const truthFile = join(packDir, 'truth', `${id}.json`);
    const truth = existsSync(truthFile) ? readJson(truthFile) : null;
    return { id, dir: join(cases, id), symptom, now, truth };
  });
}

/** A host outside is known by its first label too. @param {string} service */
function namesOf(service) {
  const [label = service] = service.split('.');
  return label === service ? [service] : [service, label];
}

/**
 * The truth of a scenario in the form of a pack. A commit is named by its id in history.yaml.
 * @param {any} truth truth.json of a scenario
 * @param {ReadonlyMap<string, string>} commits id in history.yaml → full commit id
 * @returns {Truth}
 */
export function truthOfScenario(truth, commits) {
  const { cause, decision, affected } = truth;
  const change = cause?.change;
  const named = change?.commit === undefined ? '' : (commits.get(change.commit) ?? change.commit);
  const commit = SHA.test(named) ? named : '';
  return {
    family: truth.family ?? 'founding',
    onset: truth.onset,
    onsetToleranceSec: truth.onsetToleranceSec,
    status: OVER.has(truth.status) ? 'RECOVERED' : 'ONGOING',
    severity: { acceptable: truth.severity },
    cause: {
      kind: cause?.kind ?? 'none',
      acceptableKinds: [cause?.kind ?? 'none', ...(cause?.kinds ?? [])],
      service: cause?.service ?? '',
      aliases: cause === null ? [] : [...namesOf(cause.service), ...(cause.aliases ?? [])],
      change:
        change === undefined
          ? null
          : {
              type: change.type,
              flag: change.flag ?? '',
              version: change.version ?? '',
              commit,
              deploymentCommit: '',
              commitsInDeployment: [],
              deploymentId: '',
            },
    },
    decision: { expected: decision[0], acceptable: decision },
    affectedServices: affected,
    commandMustMatch: [],
  };
}

/**
 * Lays the scenarios out below `target` and returns them as cases.
 * @param {string} target a folder that exists
 * @param {(id: string) => boolean} wanted
 * @returns {Promise<readonly Case[]>}
 */
export async function layOutScenarios(target, wanted) {
  const source = join(ROOT, 'scenarios');
  const { scenario } = await loadSources({ scenario: 'src/faces/cli/scenario/build-scenario.ts' });
  /** @type {Case[]} */
  const cases = [];
  for (const id of foldersIn(source).filter(wanted)) {
    const dir = join(target, id);
    mkdirSync(dir, { recursive: true });
    const commits = await scenario.buildScenario(join(source, id), dir, { now: BUILT_AT });
    const truth = readJson(join(source, id, 'truth.json'));
    cases.push({ id, dir, symptom: truth.symptom, now: truth.now, truth: truthOfScenario(truth, commits) });
  }
  return cases;
}
