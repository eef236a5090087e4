/** Fan-out over connectors: one failing source becomes a gap, never a failed triage. It decides nothing about what they found. */
import { setMaxListeners } from 'node:events';
import { ConnectorError, PlatformError } from '../domain/error.ts';
import type { Coverage, Gap } from '../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../domain/snapshot.ts';
import type { EpochMs } from '../domain/time.ts';
import type {
  CollectRequest,
  Connector,
  ConnectorContext,
  EvidenceDirectory,
  EvidenceFile,
} from '../ports/connector.ts';
import { compareText, mergeContributions } from './order.ts';
import type { Platform } from './platform.ts';
import { sanitise, type TextPolicy } from './sanitise.ts';
import type { Sources } from './sources.ts';
import { waysToRead } from './ways-to-read.ts';

/** A source that has not answered by then is better left out: a triage is awaited by a person. */
export const DEFAULT_DEADLINE_MS = 20_000;
/** What a connector may take to hand over what it has once its deadline has passed. */
const GRACE_MS = 500;
const MAX_UNCLAIMED_NAMED = 10;
/** Names under which code keeps nothing. */
const EVIDENCE_LIKE =
  /\.(log|log\.\d+|out|err|jsonl|ndjson|csv|tsv|om|prom|metrics|gz|zst|lp|influx|parquet|avro|orc|xlsx?|ods|sqlite3?|pcapng?|evtx|etl|har|tar|tgz|zip|bz2|xz|lz4|7z|hprof|jfr|dmp|bundle)$/i;
const EVIDENCE_NAME = /(^|\/)(deployments|flags)\.json$/i;
/** Names under which code keeps its settings, and operations their records: these tell of times. */
const EITHER = /\.(json|ya?ml|txt|toml|xml|line)$|(^|\/)[^./]+$/i;
const TIME =
  /\b(19[89]|20\d)\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d|\b1[4-9]\d{8}(\d{3}){0,3}\b|\b\d{1,2} [A-Z][a-z]{2} 20\d\d \d{2}:\d{2}|\b[A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2} 20\d\d\b/;
/** The header of what command-line tools print: `NAME   READY   STATUS`. */
const TABLE = /^[A-Z][A-Z-]+(?: [A-Z]+)?(?: {2,}|\t) *[A-Z]/m;
const SAMPLE = /(^|\/)(tests?|__tests__|__mocks__|specs?|fixtures?|testdata|examples?|samples?|mocks?)\//i;

export interface CollectOptions {
  readonly directory: EvidenceDirectory;
  readonly connectors: readonly Connector[];
  /** Paths that were read already, such as wicked-platform.yaml. */
  readonly taken: ReadonlySet<string>;
  readonly asOf: EpochMs | null;
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
  readonly zone: string | null;
  readonly knownServices: readonly string[];
  /** What the user wrote about live sources, by their names. */
  readonly sources: Sources;
  readonly policy: TextPolicy;
  readonly deadlineMs?: number;
}

/** Merged, sorted and cleaned. Throws PlatformError `interrupted`, and whatever is a bug. */
export async function collect(options: CollectOptions, platform: Platform): Promise<Contribution> {
  const files = (await options.directory.files()).filter((file) => !options.taken.has(file.path));
  const { claimed, unclaimed } = assignFiles(files, options.connectors);
  const working = options.connectors.filter(
    (connector) =>
      connector.always ||
      (claimed.get(connector.id)?.length ?? 0) > 0 ||
      sectionOf(connector, options) !== null,
  );
  const parts = await Promise.all(
    working.map((connector) => runConnector(connector, claimed.get(connector.id) ?? [], options, platform)),
  );
  stopIfInterrupted(platform.signal);
  const merged = mergeContributions([...parts, { ...EMPTY_CONTRIBUTION, coverage: unrecognised(unclaimed) }]);
  return sanitise(merged, options.policy);
}

export function stopIfInterrupted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new PlatformError({
    code: 'interrupted',
    what: 'The triage was interrupted',
    why: 'it was asked to stop',
    nextStep: 'Run the command again; nothing was left half-written.',
  });
}

/** The surest connector gets a file; ties go to the first id in the alphabet. */
export function assignFiles(candidates: readonly EvidenceFile[], connectors: readonly Connector[]) {
  const claimed = new Map<string, EvidenceFile[]>();
  const unclaimed: EvidenceFile[] = [];
  const byId = [...connectors].sort((a, b) => compareText(a.id, b.id));
  for (const file of candidates) {
    let winner: Connector | null = null;
    let surest = 0;
    for (const connector of byId) {
      const sure = connector.recognise(file);
      if (sure > surest) {
        surest = sure;
        winner = connector;
      }
    }
    if (winner === null) unclaimed.push(file);
    else {
      const files = claimed.get(winner.id);
      if (files === undefined) claimed.set(winner.id, [file]);
      else files.push(file);
    }
  }
  return { claimed, unclaimed };
}

/** A file that somebody would expect to be read: by its name, or because it tells of times. */
export function looksLikeEvidence(file: EvidenceFile): boolean {
  const { explicitLog, path } = file;
  if (explicitLog || EVIDENCE_LIKE.test(path) || EVIDENCE_NAME.test(path)) return true;
  if (!EITHER.test(path) || SAMPLE.test(path)) return false;
  return TIME.test(file.head()) || (/\.txt$/i.test(path) && TABLE.test(file.head()));
}

function unrecognised(files: readonly EvidenceFile[]): readonly Coverage[] {
  const likely = files.filter(looksLikeEvidence);
  if (likely.length === 0) return [];
  const named = likely.slice(0, MAX_UNCLAIMED_NAMED).map((file) => file.path);
  const more = likely.length - named.length;
  return [
    {
      source: 'evidence-directory',
      what: 'files in no known format',
      path: null,
      items: likely.length,
      unit: 'files',
      rejected: likely.length,
      interval: null,
      services: [],
      notes: [
        `Not read: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
        ...waysToRead(likely.map(({ path }) => path)),
      ],
    },
  ];
}

function sectionOf({ live }: Connector, { sources }: CollectOptions): Sources[string] | null {
  return (live === undefined ? undefined : sources[live.name]) ?? null;
}

async function runConnector(
  connector: Connector,
  files: readonly EvidenceFile[],
  options: CollectOptions,
  platform: Platform,
): Promise<Contribution> {
  const { asOf, since, until, zone, knownServices } = options;
  const config = sectionOf(connector, options);
  const request: CollectRequest = { files, asOf, since, until, zone, knownServices, config };
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const outcome = await withDeadline(deadlineMs, platform.signal, (signal) =>
    connector.collect(request, connectorContext(connector.id, options.directory, platform, signal)),
  ).catch((error: unknown) => {
    if (error instanceof ConnectorError) return error;
    throw error;
  });
  if (outcome instanceof ConnectorError) return { ...EMPTY_CONTRIBUTION, gaps: [failed(connector, outcome)] };
  if (!outcome.timedOut) return outcome.value;
  if (!platform.signal.aborted)
    platform.logger.warn('a source did not answer in time', { source: connector.id, deadlineMs });
  const late = outcome.value ?? EMPTY_CONTRIBUTION;
  return { ...late, gaps: [...late.gaps, timedOut(connector, deadlineMs, outcome.value !== null)] };
}

export function connectorContext(
  id: string,
  directory: EvidenceDirectory,
  platform: Platform,
  signal: AbortSignal,
): ConnectorContext {
  return {
    directory,
    logger: platform.logger,
    signal,
    environment: platform.environment,
    progress: (message, done, total) => platform.progress(id, message, done, total),
  };
}

type Outcome<T> =
  | { readonly timedOut: false; readonly value: T }
  | { readonly timedOut: true; readonly value: T | null };

/**
 * Runs work that ends at its deadline or when the user interrupts. After the deadline what the work still hands over
 * within the grace time is kept; a failure that the abort itself brought about is no more than the time-out.
 */
export async function withDeadline<T>(
  deadlineMs: number,
  interrupt: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Outcome<T>> {
  const controller = new AbortController();
  // A round of questions listens a hundred times to one signal; that is no leak.
  setMaxListeners(0, controller.signal, interrupt);
  const stop = () => controller.abort();
  interrupt.addEventListener('abort', stop, { once: true });
  if (interrupt.aborted) stop();
  const timers: NodeJS.Timeout[] = [];
  const after = (delayMs: number) =>
    new Promise<void>((resolve) => {
      timers.push(setTimeout(resolve, delayMs));
    });
  const aborted = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  timers.push(setTimeout(stop, deadlineMs));
  const running = work(controller.signal).then(
    (value): Outcome<T> => ({ timedOut: controller.signal.aborted, value }),
    (error: unknown): Outcome<T> => {
      if (controller.signal.aborted) return { timedOut: true, value: null };
      throw error;
    },
  );
  const late = aborted
    .then(() => (interrupt.aborted ? undefined : after(GRACE_MS)))
    .then((): Outcome<T> => ({ timedOut: true, value: null }));
  try {
    return await Promise.race([running, late]);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    interrupt.removeEventListener('abort', stop);
  }
}

function failed(connector: Connector, error: ConnectorError): Gap {
  return {
    source: connector.id,
    reason: error.code === 'timed-out' ? 'timed-out' : 'failed',
    detail: `${error.what}: ${error.why}`,
    effect: `Nothing from ${connector.id} is in this triage.`,
    nextStep: error.nextStep,
  };
}

function timedOut(connector: Connector, deadlineMs: number, hasPart: boolean): Gap {
  return {
    source: connector.id,
    reason: 'timed-out',
    detail: `${connector.id} was stopped after ${deadlineMs / 1000} s.`,
    effect: hasPart
      ? `Only a part of what ${connector.id} reads is in this triage.`
      : `Nothing from ${connector.id} is in this triage.`,
    nextStep: 'Name a smaller directory, or limit the time with --since and --until.',
  };
}
