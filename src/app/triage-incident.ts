/** One triage from the symptom to the recorded report: gather, think, write down. The thinking is the engine's, the writing the store's. */
import { PlatformError } from '../domain/error.ts';
import type { IncidentEvent, TriageScope } from '../domain/incident.ts';
import type { Report } from '../domain/report.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { EpochMs } from '../domain/time.ts';
import type { IncidentStore, NewEvent } from '../ports/incident-store.ts';
import { toAnswers, unusedAnswers } from './answers.ts';
import { unknownService } from './asked-service.ts';
import { stopIfInterrupted } from './collect.ts';
import { type Gathered, type GatherOptions, gather } from './gather.ts';
import type { Platform } from './platform.ts';
import { answerProbes, type ProbeOptions } from './probes.ts';
import {
  ACTOR,
  answerEvents,
  findOpenIncident,
  isAlreadyTold,
  numbered,
  openedEvent,
  responseEvents,
  withoutReports,
} from './record.ts';
import { stripControls } from './sanitise.ts';
import { buildSnapshot, readSnapshot, snapshotAt, writeSnapshot } from './snapshot.ts';
import { incidentById } from './stored-incidents.ts';
import { situationOf } from './survey-situation.ts';

export interface TriageOptions extends GatherOptions {
  readonly symptom: string;
  readonly service: string | null;
  readonly answers: Readonly<Record<string, string>>;
  /** Where the snapshot is written after the triage; null: nowhere. */
  readonly saveSnapshot: string | null;
  /** Into this incident; default: the open one of the workspace with the same symptom, else a new one. */
  readonly incidentId?: string;
}

/** The id of an incident that could not be recorded. */
export const UNRECORDED = 'unrecorded';

interface Case {
  readonly store: IncidentStore | null;
  readonly incidentId: string;
  readonly record: readonly IncidentEvent[];
  readonly answers: Readonly<Record<string, string>>;
}

/** Throws what `gather` throws, and PlatformError `unreadable` where the snapshot cannot be written. A store that fails is a problem of the platform, not of the triage. */
export async function triageIncident(options: TriageOptions, platform: Platform): Promise<Report> {
  const startedMs = platform.clock.elapsedMs();
  const symptom = stripControls(options.symptom).trim();
  const gathered = await withAskedService(options.service, await gather(options, platform), platform);
  try {
    platform.progress('engine', 'weighing the evidence', 0, null);
    const kase = await openCase({ ...options, symptom }, gathered, platform);
    const probing = { ...gathered, triage: await platform.loadTriage(), directory: gathered.place.directory };
    const first = snapshotOf({ ...options, symptom }, gathered, kase);
    const { report, snapshot, planned } = await think(first, kase, probing, platform);
    stopIfInterrupted(platform.signal);
    const timed = { ...report, durationMs: Math.round(platform.clock.elapsedMs() - startedMs) };
    for (const problem of unusedAnswers(report, options.answers)) platform.onProblem(problem);
    const told = { report: timed, scope: await scopeOf(options, platform) };
    await writeDown(kase, planned, told, gathered.asOf, platform);
    if (options.saveSnapshot !== null)
      await platform.writeTextFile(options.saveSnapshot, writeSnapshot(snapshot));
    return timed;
  } finally {
    await gathered.place.close();
  }
}

/** A service that nobody knows is told to the person at once, and stays in the record as a gap. */
async function withAskedService(
  service: string | null,
  gathered: Gathered,
  platform: Platform,
): Promise<Gathered> {
  if (service === null) return gathered;
  const gap = unknownService(service, await situationOf(gathered));
  if (gap === null) return gathered;
  const { detail, effect, nextStep } = gap;
  platform.onProblem(
    new PlatformError({ code: 'usage', what: detail, why: effect, nextStep: nextStep ?? '' }),
  );
  const { contribution } = gathered;
  return { ...gathered, contribution: { ...contribution, gaps: [...contribution.gaps, gap] } };
}

async function openCase(options: TriageOptions, gathered: Gathered, platform: Platform): Promise<Case> {
  const { asOf, place } = gathered;
  const opened = openedEvent(options.symptom, place.workspace, asOf);
  try {
    const store = await platform.openStore();
    const current =
      options.incidentId === undefined
        ? await findOpenIncident(store, place.workspace, options.symptom)
        : await incidentById(store, options.incidentId);
    stopIfInterrupted(platform.signal);
    const record = current?.events ?? (await store.open([opened]));
    const incidentId = current?.id ?? record[0]?.incidentId ?? UNRECORDED;
    return { store, incidentId, record, answers: { ...current?.answers, ...options.answers } };
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code === 'interrupted') throw error;
    platform.onProblem(error);
    const record = numbered([opened], UNRECORDED, 0);
    return { store: null, incidentId: UNRECORDED, record, answers: options.answers };
  }
}

/** What the engine sees of `kase`, without its record. */
export function snapshotOf(
  options: Pick<TriageOptions, 'symptom' | 'service' | 'since' | 'until'>,
  gathered: Gathered,
  kase: Pick<Case, 'incidentId' | 'answers'>,
): Snapshot {
  const { asOf, asOfBasis, config, contribution } = gathered;
  const { answers, evidence } = toAnswers(kase.answers);
  const { symptom, service, since, until } = options;
  return buildSnapshot(
    { symptom, asOf, asOfBasis, service, since, until, answers, incidentId: kase.incidentId },
    config.context,
    { ...contribution, evidence: [...contribution.evidence, ...evidence] },
    [],
  );
}

/**
 * The report tells of the events that it brings about itself, so it is made twice: once to learn them, once with them.
 * The second pass asks nothing new and costs no I/O.
 */
async function think(bare: Snapshot, kase: Case, probing: ProbeOptions, platform: Platform) {
  const { asOf, answers } = bare.request;
  const last = kase.record.at(-1)?.sequence ?? 0;
  const given = Object.fromEntries(answers.map(({ key, value }) => [key, value]));
  const answered = answerEvents(kase.record, given, asOf);
  const withRecord = (snapshot: Snapshot, planned: readonly NewEvent[]): Snapshot => {
    const record = [...kase.record, ...numbered(planned, kase.incidentId, last)];
    return { ...snapshot, record: withoutReports(record).filter(({ at }) => at <= asOf) };
  };
  const first = await answerProbes(withRecord(bare, answered), probing, platform);
  const planned = [...answered, ...responseEvents(kase.record, first.report, asOf)];
  if (planned.length === answered.length) return { ...first, planned };
  const second = await answerProbes(withRecord(first.snapshot, planned), probing, platform);
  return { ...second, planned };
}

/** What flowed in from standard input cannot be looked at again. */
async function scopeOf(options: TriageOptions, platform: Platform): Promise<TriageScope> {
  const { dir, logs, repos, service, zone, asOf, since, until } = options;
  const absolute = (paths: readonly string[]) =>
    Promise.all(paths.filter((path) => path !== '-').map((path) => platform.workspaceOf(path)));
  return {
    dir: await platform.workspaceOf(dir),
    logs: await absolute(logs),
    repos: await absolute(repos),
    service,
    zone,
    asOf,
    since,
    until,
  };
}

async function writeDown(
  kase: Case,
  planned: readonly NewEvent[],
  told: { readonly report: Report; readonly scope: TriageScope },
  asOf: EpochMs,
  platform: Platform,
): Promise<void> {
  if (kase.store === null) return;
  const triaged: NewEvent = { at: asOf, actor: ACTOR, body: { type: 'triaged', ...told } };
  const events = isAlreadyTold(kase.record, told, asOf) ? planned : [...planned, triaged];
  if (events.length === 0) return;
  try {
    await kase.store.append(kase.incidentId, events);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    platform.onProblem(error);
  }
}

/** A stored snapshot again, perhaps as of an earlier time. It touches neither the evidence nor the store. */
export async function replaySnapshot(
  path: string,
  options: { readonly asOf: EpochMs | null; readonly answers: Readonly<Record<string, string>> },
  platform: Platform,
): Promise<Report> {
  const startedMs = platform.clock.elapsedMs();
  const stored = readSnapshot(await platform.readTextFile(path), path);
  const cut = options.asOf === null ? stored : snapshotAt(stored, options.asOf);
  const known = Object.fromEntries(cut.request.answers.map(({ key, value }) => [key, value]));
  const { answers, evidence } = toAnswers({ ...known, ...options.answers });
  const snapshot: Snapshot = {
    ...cut,
    request: { ...cut.request, answers },
    evidence: { ...cut.evidence, ...Object.fromEntries(evidence.map((piece) => [piece.ref, piece])) },
  };
  const triage = await platform.loadTriage();
  const policy = await platform.textPolicy([]);
  const { report } = await answerProbes(
    snapshot,
    { triage, connectors: [], directory: null, policy },
    platform,
  );
  for (const problem of unusedAnswers(report, options.answers)) platform.onProblem(problem);
  return { ...report, durationMs: Math.round(platform.clock.elapsedMs() - startedMs) };
}
