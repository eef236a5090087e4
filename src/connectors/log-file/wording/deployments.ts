/** From rollout records of a log to deployments: start and end of one rollout are one change. */
import type { Deployment } from '../../../domain/change.ts';
import type { Evidence, EvidenceRef } from '../../../domain/evidence.ts';
import { type EpochMs, epochMs } from '../../../domain/time.ts';
import { type RolloutWording, readRollout } from './rollout-wording.ts';

/** A rollout record with the evidence of its line. */
export interface RolloutEvent {
  readonly at: number;
  /** Service of the record, for messages that name none. */
  readonly service: string | null;
  readonly message: string;
  readonly version: string | null;
  /** `<path>:<line>`, total and unique. */
  readonly place: string;
  readonly evidence: () => Evidence;
}

/** Longest time between the start and the end of a rollout. */
const MAX_DURATION_MS = 6 * 3_600_000;

/** Programs that deploy others: their own name is never the service that was deployed. */
const DEPLOYER =
  /^(?:argo-?cd|argo|argo-rollouts|flux|helm|spinnaker|jenkins|deployer|deploy|deploy-bot|deployments?|ci|cd|cicd|gitlab-runner|github-actions|kubectl|kubernetes|octopus|ansible|terraform|pipeline|release-manager)$/;

interface Draft {
  readonly wording: RolloutWording;
  readonly service: string | null;
  readonly version: string | null;
  readonly startedAt: number;
  finishedAt: number | null;
  status: Deployment['status'];
  readonly place: string;
  readonly message: string;
  readonly evidence: Evidence[];
  isOpen: boolean;
}

export interface FoundDeployments {
  readonly deployments: readonly Deployment[];
  readonly evidence: readonly Evidence[];
}

/** Events in any order; deployments come in order of time, then place. */
export function deploymentsOf(events: readonly RolloutEvent[]): FoundDeployments {
  const drafts: Draft[] = [];
  const sorted = [...events].sort((a, b) => a.at - b.at || comparePlaces(a.place, b.place));
  for (const event of sorted) {
    const wording = readRollout(event.message);
    if (wording === null) continue;
    const ownName = event.service !== null && !DEPLOYER.test(event.service) ? event.service : null;
    const service = wording.service ?? ownName;
    if (service === null && wording.version === null && wording.leftVersion === null) continue;
    const open = drafts.findLast((draft) => isSameRollout(draft, wording, service, event));
    if (open === undefined) drafts.push(newDraft(event, wording, service, drafts));
    else continueDraft(open, wording, event);
  }
  return { deployments: drafts.map(toDeployment), evidence: drafts.flatMap((draft) => draft.evidence) };
}

function comparePlaces(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The same record may stand in two files, and a rollout may report its progress: neither makes a second change. */
function isSameRollout(
  draft: Draft,
  wording: RolloutWording,
  service: string | null,
  event: RolloutEvent,
): boolean {
  const isSame =
    draft.service === service &&
    draft.wording.isRollback === wording.isRollback &&
    (draft.wording.version === wording.version || endsUnnamed(draft, wording)) &&
    draft.wording.leftVersion === wording.leftVersion &&
    isSameCommit(draft.wording.commit, wording.commit);
  if (!isSame || event.at - draft.startedAt > MAX_DURATION_MS) return false;
  return draft.isOpen || (event.at === draft.finishedAt && event.message === draft.message);
}

/** One of them may be written shorter, or not at all. */
function isSameCommit(one: string | null, other: string | null): boolean {
  return one === null || other === null || one.startsWith(other) || other.startsWith(one);
}

/** What a tool answers in the end names the service alone. */
function endsUnnamed(draft: Draft, wording: RolloutWording): boolean {
  return draft.isOpen && wording.version === null && wording.state !== 'started';
}

function newDraft(
  event: RolloutEvent,
  wording: RolloutWording,
  service: string | null,
  before: readonly Draft[],
): Draft {
  const isOver = wording.state !== 'started';
  return {
    wording,
    service,
    version:
      wording.version ??
      (wording.isRollback ? versionBefore(service, wording.leftVersion, before) : event.version),
    startedAt: event.at,
    finishedAt: isOver ? event.at : null,
    status: wording.state,
    place: event.place,
    message: event.message,
    evidence: [event.evidence()],
    isOpen: !isOver,
  };
}

/** The version that ran before `left`, as far as this log tells. */
function versionBefore(service: string | null, left: string | null, before: readonly Draft[]): string | null {
  const earlier = before.filter((draft) => draft.service === service && draft.version !== null);
  const leaving = left ?? earlier.at(-1)?.version ?? null;
  return (
    earlier.findLast((draft) => draft.version !== leaving && draft.status === 'succeeded')?.version ?? null
  );
}

function continueDraft(draft: Draft, wording: RolloutWording, event: RolloutEvent): void {
  if (draft.evidence.length < 4) draft.evidence.push(event.evidence());
  if (wording.state === 'started') return;
  draft.finishedAt = event.at;
  draft.status = wording.state;
  draft.isOpen = false;
}

function toDeployment(draft: Draft): Deployment {
  const { wording } = draft;
  const finishedAt: EpochMs | null = draft.finishedAt === null ? null : epochMs(draft.finishedAt);
  const refs: readonly EvidenceRef[] = [...new Set(draft.evidence.map((piece) => piece.ref))];
  const what = wording.isRollback ? 'Rollback' : 'Deployment';
  const name = [draft.service, draft.version].filter((part) => part !== null).join(' ');
  return {
    id: `log-file:${draft.place}`,
    type: 'deployment',
    service: draft.service,
    at: epochMs(draft.startedAt),
    summary: `${what} of ${name === '' ? 'an unnamed service' : name}`,
    actor: null,
    source: 'log-file',
    evidence: refs,
    version: draft.version,
    commit: wording.commit,
    finishedAt,
    status: draft.status,
    environment: wording.environment,
    platformRevision: null,
    deploymentId: null,
    rollback: wording.isRollback,
    share: wording.share,
    target: null,
    images: [],
  };
}
