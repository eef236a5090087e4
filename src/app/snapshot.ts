/** Builds, writes and reads snapshots, and cuts a stored one at a time. A snapshot holds all that a triage knew, so that it can be replayed anywhere. */
import type { TeamContext } from '../domain/context.ts';
import { PlatformError } from '../domain/error.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { IncidentEvent } from '../domain/incident.ts';
import type { Contribution, Snapshot, TriageRequest } from '../domain/snapshot.ts';
import { type EpochMs, epochMs } from '../domain/time.ts';
import { knownAt } from './as-of.ts';
import { cutAnswer } from './cut.ts';

const SCHEMA_VERSION = 1;

export function buildSnapshot(
  request: TriageRequest,
  context: TeamContext,
  contribution: Contribution,
  record: readonly IncidentEvent[],
): Snapshot {
  const evidence: Record<string, Evidence> = {};
  for (const piece of contribution.evidence) evidence[piece.ref] ??= piece;
  return {
    ...contribution,
    schemaVersion: SCHEMA_VERSION,
    request,
    context,
    record,
    probeAnswers: [],
    evidence,
  };
}

/** JSON with a final line end; the same snapshot gives the same text. */
export function writeSnapshot(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot)}\n`;
}

/** Throws PlatformError `malformed` for anything that this version did not write; `path` is only for the message. */
export function readSnapshot(text: string, path: string): Snapshot {
  const value = parse(text, path);
  if (!isObject(value) || !('schemaVersion' in value) || !('probeAnswers' in value)) {
    throw malformed(path, 'it is JSON, but not a snapshot', 'Give a file that --save-snapshot wrote.');
  }
  const version = value['schemaVersion'];
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw malformed(
      path,
      `it has version ${version}, this program reads ${SCHEMA_VERSION}`,
      'Update wicked-platform.',
    );
  }
  const problem =
    version === SCHEMA_VERSION ? firstProblem(value) : `its version is ${JSON.stringify(version)}`;
  if (problem !== null) throw malformed(path, problem, 'Save the snapshot again with --save-snapshot.');
  return value as unknown as Snapshot;
}

type Json = Readonly<Record<string, unknown>>;

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = text.trim() === '' ? 'it is empty' : 'it is not complete JSON';
    throw malformed(path, why, 'Give a file that --save-snapshot wrote.', cause);
  }
}

function malformed(path: string, why: string, nextStep: string, cause?: unknown): PlatformError {
  return new PlatformError({
    code: 'malformed',
    what: `The snapshot ${path} cannot be read`,
    why,
    nextStep,
    cause,
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What each item of a list must carry for the engine to work on it: the fields that it sorts and links by. */
const ITEM_FIELDS: Readonly<Record<string, Readonly<Record<string, 'string' | 'number' | 'object'>>>> = {
  patterns: { id: 'string', template: 'string', count: 'number', firstSeenAt: 'number', buckets: 'object' },
  streams: { interval: 'object', buckets: 'object' },
  series: { id: 'string', at: 'object', values: 'object' },
  traces: { to: 'string', interval: 'object', buckets: 'object' },
  alerts: { id: 'string', firedAt: 'number' },
  platformFacts: { id: 'string', summary: 'string' },
  instances: { pod: 'string', service: 'string' },
  changes: { id: 'string', type: 'string', summary: 'string' },
  tags: { repo: 'string', tag: 'string' },
  repositories: { repo: 'string', files: 'object' },
  serviceFacts: { name: 'string', aliases: 'object' },
  edges: { from: 'string', to: 'string' },
  gaps: { source: 'string', detail: 'string' },
  coverage: { source: 'string', what: 'string' },
  record: { incidentId: 'string', sequence: 'number', body: 'object' },
  probeAnswers: { kind: 'string', probeId: 'string' },
};

function firstProblem(value: Json): string | null {
  const request = value['request'];
  if (!isObject(request) || typeof request['symptom'] !== 'string' || typeof request['asOf'] !== 'number')
    return 'its request is damaged';
  if (!isObject(value['context']) || !isObject(value['context']['policy'])) return 'its context is damaged';
  const evidence = value['evidence'];
  if (!isObject(evidence) || !Object.values(evidence).every((piece) => hasFields(piece, { ref: 'string' })))
    return 'its evidence is damaged';
  for (const [name, fields] of Object.entries(ITEM_FIELDS)) {
    const list = value[name];
    if (!Array.isArray(list) || !list.every((item) => hasFields(item, fields)))
      return `its ${name} are damaged`;
  }
  return null;
}

function hasFields(item: unknown, fields: Readonly<Record<string, string>>): boolean {
  if (!isObject(item)) return false;
  return Object.entries(fields).every(([name, type]) => typeof item[name] === type && item[name] !== null);
}

/** The snapshot as it would have been at `asOf`, which becomes the time of the triage. Answers of a person stay. */
export function snapshotAt(snapshot: Snapshot, asOf: EpochMs): Snapshot {
  const { evidence, ...lists } = snapshot;
  const whole: Contribution = { ...lists, evidence: Object.values(evidence) };
  const known = knownAt(whole, { asOf, asOfBasis: 'given' }, snapshot.request.asOf);
  return {
    ...snapshot,
    ...known,
    evidence,
    request: { ...snapshot.request, asOf: epochMs(asOf), asOfBasis: 'given' },
    record: snapshot.record.filter(({ at }) => at <= asOf),
    probeAnswers: snapshot.probeAnswers.map((answer) => cutAnswer(answer, asOf)),
  };
}
