/** The first two stages, remembered: probe answers enlarge a snapshot, but what is wrong, and since when, stays. Pure but for the saved work. */
import type { Situation } from '../domain/situation.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Detection } from '../domain/symptom.ts';
import { detect } from './detect/detect.ts';
import { normalise } from './normalise/normalise.ts';

interface Perceived {
  readonly situation: Situation;
  readonly detection: Detection;
}

/**
 * Fields of a snapshot that neither stage reads. Of `evidence` they read the pieces that a pattern names, which came with the pattern;
 * probes only add to it. Of `probeAnswers` the first reads what a service imports.
 */
const UNREAD = {
  evidence: true,
  gaps: true,
  coverage: true,
  probeAnswers: true,
  record: true,
} as const;

/** By the changes of a snapshot: an object that all snapshots of one triage share. */
const remembered = new WeakMap<Snapshot['changes'], { readonly snapshot: Snapshot } & Perceived>();

export function perceive(snapshot: Snapshot): Perceived {
  const known = remembered.get(snapshot.changes);
  const isSame = known !== undefined && isSameEvidence(known.snapshot, snapshot);
  if (isSame && haveSameImports(known.snapshot, snapshot))
    return { situation: { ...known.situation, snapshot }, detection: known.detection };
  const situation = normalise(snapshot);
  const detection =
    isSame && haveSameRollouts(known.situation, situation) ? known.detection : detect(situation);
  remembered.set(snapshot.changes, { snapshot, situation, detection });
  return { situation, detection };
}

/** What a service imports tells which commits a release brought, and nothing else. Detection reads of releases when they ran, and no commit. */
function haveSameRollouts(a: Situation, b: Situation): boolean {
  const [left, right] = [a, b].map(({ releases }) =>
    JSON.stringify(releases.map(({ commits: _, ...rollout }) => rollout)),
  );
  return left === right;
}

function isSameEvidence(a: Snapshot, b: Snapshot): boolean {
  const keys = Object.keys({ ...a, ...b }) as (keyof Snapshot)[];
  return keys.every((key) => key in UNREAD || a[key] === b[key]);
}

function haveSameImports(a: Snapshot, b: Snapshot): boolean {
  const [left, right] = [a, b].map(({ probeAnswers }) =>
    probeAnswers.filter((answer) => answer.kind === 'imports'),
  );
  return left?.length === right?.length && left?.every((answer, at) => answer === right?.[at]) === true;
}
