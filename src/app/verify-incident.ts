/** One verification of a stored incident: gather again, measure its criteria after the mitigation, write the outcome down. */
import { PlatformError } from '../domain/error.ts';
import type { Incident, VerifiedEvent } from '../domain/incident.ts';
import type { Report, VerificationReport } from '../domain/report.ts';
import { type EpochMs, parseIso, toIso } from '../domain/time.ts';
import type { IncidentStore } from '../ports/incident-store.ts';
import { stopIfInterrupted } from './collect.ts';
import { type GatherOptions, gather } from './gather.ts';
import type { Platform } from './platform.ts';
import { ACTOR, withoutReports } from './record.ts';
import { buildSnapshot } from './snapshot.ts';
import { currentIncident, incidentById, lastReportOf } from './stored-incidents.ts';

export interface VerifyOptions extends Omit<GatherOptions, 'since' | 'until'> {
  /** Null: the current incident of the directory. */
  readonly incident: string | null;
  readonly mitigatedAt: EpochMs | null;
  readonly requiredQuietSeconds: number;
}

/** Throws PlatformError `not-found` without a stored triage, `usage` where there is nothing to verify, and what `gather` throws. */
export async function verifyIncident(
  options: VerifyOptions,
  platform: Platform,
): Promise<VerificationReport> {
  const store = await platform.openStore();
  const incident =
    options.incident === null
      ? await currentIncident(store, await platform.workspaceOf(options.dir))
      : await incidentById(store, options.incident);
  const report = lastReportOf(incident);
  const onsetAt = onsetOf(report, options.mitigatedAt);
  const gathered = await gather({ ...options, since: null, until: null }, platform);
  try {
    const { asOf, asOfBasis, config, contribution } = gathered;
    const record = withoutReports(incident.events).filter(({ at }) => at <= asOf);
    const { symptom, id } = incident;
    const request = {
      symptom,
      asOf,
      asOfBasis,
      service: null,
      since: null,
      until: null,
      answers: [],
      incidentId: id,
    };
    const snapshot = buildSnapshot(request, config.context, contribution, record);
    const { verify } = await import('../engine/verification.ts');
    const { requiredQuietSeconds, mitigatedAt } = options;
    const verification = verify(snapshot, { report, onsetAt, mitigatedAt, requiredQuietSeconds });
    stopIfInterrupted(platform.signal);
    await writeDown(store, incident, report, verification, asOf, platform);
    return verification;
  } finally {
    await gathered.place.close();
  }
}

function onsetOf(report: Report, mitigatedAt: EpochMs | null): EpochMs {
  const { startedAt, id } = report.incident;
  const onsetAt = startedAt === null ? null : parseIso(startedAt);
  if (onsetAt === null)
    throw new PlatformError({
      code: 'usage',
      what: `${id} has nothing to verify`,
      why: 'its last triage found no symptom, so there is no criterion to measure again',
      nextStep: `Triage it with more evidence: wicked-platform incident ${JSON.stringify(report.incident.symptom)}`,
    });
  if (mitigatedAt === null || mitigatedAt > onsetAt) return onsetAt;
  throw new PlatformError({
    code: 'usage',
    what: `--since ${toIso(mitigatedAt)} is before the incident began`,
    why: `with --verify it is the time of the mitigation, and ${id} began at ${toIso(onsetAt)}`,
    nextStep: 'Give the time at which the rollback was done, or leave it out: it is found in the evidence.',
  });
}

/** The same outcome and status are not told twice; a store that fails is a problem of the platform, not of the verification. */
async function writeDown(
  store: IncidentStore,
  incident: Incident,
  report: Report,
  verification: VerificationReport,
  asOf: EpochMs,
  platform: Platform,
): Promise<void> {
  const body = eventOf(report, verification);
  const last = incident.events.findLast(({ body: { type } }) => type === 'verified')?.body;
  const same =
    last?.type === 'verified' &&
    last.outcome === body.outcome &&
    last.status === body.status &&
    last.mitigatedAt === body.mitigatedAt;
  if (same && incident.status === body.status) return;
  try {
    await store.append(incident.id, [{ at: asOf, actor: ACTOR, body }]);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    platform.onProblem(error);
  }
}

function eventOf(report: Report, verification: VerificationReport): VerifiedEvent {
  const { outcome, status, reason, mitigation, checks } = verification;
  const cause = report.rootCause;
  return {
    type: 'verified',
    outcome,
    status,
    reason,
    mitigatedAt: mitigation.at,
    mitigation: mitigation.summary,
    basis: mitigation.basis,
    accused:
      cause === null
        ? null
        : {
            service: cause.service,
            version: cause.change?.version ?? null,
            commit: cause.change?.commit ?? null,
            flag: cause.change?.flag ?? null,
          },
    checks: checks.map(({ id, service, result, during, after }) => ({ id, service, result, during, after })),
  };
}
