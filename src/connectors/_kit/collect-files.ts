/** Reads claimed files one after the other and merges what each gives: a bad file is a gap, an aborted run an error. It decodes nothing. */
import { ConnectorError } from '../../domain/error.ts';
import type { Gap } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { ConnectorContext, EvidenceFile } from '../../ports/connector.ts';

/** Above this a file of records is not read: V8 holds no string of more than 512 MiB. */
export const MAX_FILE_BYTES = 128 * 1024 * 1024;

export interface FileSource {
  /** Id of the connector. */
  readonly source: string;
  /** What the triage cannot tell when a file is missing: the effect of its gap. */
  readonly effect: string;
  /** YAML files are handed over as the JSON of the same values. */
  readonly yamlAsJson?: boolean;
}

export function isYamlPath(path: string): boolean {
  return /\.ya?ml(\.(gz|zst))?$/i.test(path);
}

/** Throws ConnectorError `timed-out` or `interrupted` once the signal is aborted. */
export function throwIfAborted(signal: AbortSignal, what: string): void {
  if (!signal.aborted) return;
  const reason: unknown = signal.reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  throw new ConnectorError({
    code: timedOut ? 'timed-out' : 'interrupted',
    what,
    why: timedOut ? 'the time for this source was up' : 'the run was interrupted',
    nextStep: timedOut ? 'Run again with fewer or smaller files.' : 'Run the command again.',
  });
}

export function mergeContributions(parts: readonly Contribution[]): Contribution {
  return {
    patterns: parts.flatMap((part) => part.patterns),
    streams: parts.flatMap((part) => part.streams),
    series: parts.flatMap((part) => part.series),
    traces: parts.flatMap((part) => part.traces),
    alerts: parts.flatMap((part) => part.alerts),
    platformFacts: parts.flatMap((part) => part.platformFacts),
    instances: parts.flatMap((part) => part.instances),
    changes: parts.flatMap((part) => part.changes),
    tags: parts.flatMap((part) => part.tags),
    repositories: parts.flatMap((part) => part.repositories),
    serviceFacts: parts.flatMap((part) => part.serviceFacts),
    edges: parts.flatMap((part) => part.edges),
    evidence: parts.flatMap((part) => part.evidence),
    gaps: parts.flatMap((part) => part.gaps),
    coverage: parts.flatMap((part) => part.coverage),
  };
}

/** What could not be read or asked. */
export function gapOf({ source, effect }: FileSource, error: ConnectorError): Gap {
  const reason = error.code === 'timed-out' ? 'timed-out' : 'failed';
  return { source, reason, detail: `${error.what}: ${error.why}.`, effect, nextStep: error.nextStep };
}

/** A server that cannot be asked is a gap beside what was read from files. Throws only once the signal is aborted. */
export async function contributionOrGap(
  fileSource: FileSource,
  signal: AbortSignal,
  ask: () => Promise<Contribution>,
): Promise<Contribution> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    throwIfAborted(signal, `${fileSource.source} was not asked to the end`);
    return { ...EMPTY_CONTRIBUTION, gaps: [gapOf(fileSource, error)] };
  }
}

async function toJson(text: string, path: string): Promise<string> {
  const { jsonOfYaml } = await import('./yaml-documents.ts');
  return jsonOfYaml(text, path);
}

/** `read` gets each file's whole text. What it throws as ConnectorError becomes a gap of that file alone. */
export async function collectFiles(
  files: readonly EvidenceFile[],
  context: ConnectorContext,
  fileSource: FileSource,
  read: (file: EvidenceFile, text: string) => Contribution | Promise<Contribution>,
): Promise<Contribution> {
  const parts: Contribution[] = [];
  for (const [index, file] of files.entries()) {
    throwIfAborted(context.signal, `${file.path} was not read`);
    context.progress('reading files', index, files.length);
    try {
      const text = await context.directory.readText(file, MAX_FILE_BYTES);
      const isYaml = fileSource.yamlAsJson === true && isYamlPath(file.path);
      parts.push(await read(file, isYaml ? await toJson(text, file.path) : text));
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      throwIfAborted(context.signal, `${file.path} was not read`);
      parts.push({ ...EMPTY_CONTRIBUTION, gaps: [gapOf(fileSource, error)] });
    }
  }
  return mergeContributions(parts);
}

/** The gap for records of a file that could not be used; none for zero. `unit` in the plural: `rows`. */
export function rejectedGaps(
  { source, effect }: FileSource,
  path: string,
  rejected: number,
  unit: string,
): readonly Gap[] {
  if (rejected === 0) return [];
  const detail = `${rejected} ${unit} of ${path} could not be read and were left out.`;
  return [{ source, reason: 'rejected', detail, effect, nextStep: `Look at ${path} for what is unusual.` }];
}

/** The gap for a file, or a server, that was read to a limit only. */
export function truncatedGaps(
  { source, effect }: FileSource,
  path: string,
  truncated: boolean,
  limit: string,
  nextStep = 'Cut the file to the time of the incident.',
): readonly Gap[] {
  if (!truncated) return [];
  const detail = `Only the first ${limit} of ${path} were read.`;
  return [{ source, reason: 'truncated', detail, effect, nextStep }];
}
