/** What a source of evidence must offer. One required method; the rest is declared. */

import type { Probe, ProbeAnswer, ProbeKind } from '../domain/probe.ts';
import type { Contribution } from '../domain/snapshot.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Logger } from './logger.ts';

/** A file that may hold evidence. Paths are relative to the evidence directory with `/`, or absolute where it lies outside. */
export interface EvidenceFile {
  readonly path: string;
  readonly absolutePath: string;
  /** Bytes on disk. */
  readonly size: number;
  readonly modifiedAt: EpochMs;
  readonly compression: 'none' | 'gzip' | 'zstd';
  /** True where the user named it (`--logs`): then it is a log whatever its name. */
  readonly explicitLog: boolean;
  /**
   * The first 64 KiB after decompression, decoded as UTF-8 (UTF-16 where a byte-order mark says so), invalid bytes replaced.
   * Read once and kept. Empty for an unreadable file: reading it in `collect` gives the error.
   */
  head(): string;
}

/** The evidence directory: walked once, shared by all connectors, `.git`, `node_modules` and ignored build output left out. */
export interface EvidenceDirectory {
  readonly root: string;
  /** Further repositories that the user named (`--repo`), absolute. */
  readonly repos: readonly string[];
  /** Whether an absolute path, links resolved, may be read for this caller; absent: whatever the user may read. */
  readonly mayRead?: (absolutePath: string) => boolean;
  /** Sorted by path. */
  files(): Promise<readonly EvidenceFile[]>;
  /** Whole text, decompressed. Throws ConnectorError `unreadable`, or `malformed` above `maxBytes`. */
  readText(file: EvidenceFile, maxBytes: number): Promise<string>;
}

export interface CollectRequest {
  /** Files that this connector claimed, sorted by path. */
  readonly files: readonly EvidenceFile[];
  /** Evidence after this instant does not exist for this triage. */
  readonly asOf: EpochMs | null;
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
  /** Assumed zone for zone-less stamps, IANA name or offset; null: work it out. */
  readonly zone: string | null;
  /** Names of services that are known already (from wicked-platform.yaml), canonical. */
  readonly knownServices: readonly string[];
  /** What the user wrote about the connector's live source, unvalidated; null where the source is not named. */
  readonly config: unknown;
}

/** A server that a connector asks, only where the user names it: under `sources:` of wicked-platform.yaml or with `--source`. */
export interface LiveDeclaration {
  /** The name under which it is asked for: `prometheus`. */
  readonly name: string;
  /** Settings beside `url`. */
  readonly settings: readonly string[];
  /** Its address where `url` is not given; null where it has to be. */
  readonly defaultUrl: string | null;
  /** Environment variables that may hold its token; the first that is set wins. */
  readonly tokens: readonly string[];
}

export interface ConnectorContext {
  readonly directory: EvidenceDirectory;
  readonly logger: Logger;
  /** Aborted at the connector's deadline or when the user interrupts. */
  readonly signal: AbortSignal;
  /** Environment variables, for tokens of live sources only. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How far the work is, for the progress line: constant message, varying detail. */
  progress(message: string, done: number, total: number | null): void;
}

export interface Connector {
  /** Equal to the folder's name. */
  readonly id: string;
  /** One line for `doctor` and the reference. */
  readonly summary: string;
  /** Probes that `answer` takes. */
  readonly probes: readonly ProbeKind[];
  /**
   * How sure it is, 0…1, that a file is its kind of evidence; 0 where it does not read files. Looks at the path only to save reading the head.
   * The surest connector gets the file, ties go to the first id in the alphabet. By convention .9 for a content match, .5 for a plausible one, .2 for a fallback.
   */
  recognise(file: EvidenceFile): number;
  /** Called when it claimed a file or its live source is named, and always where `always` is set (repositories). */
  readonly always: boolean;
  readonly live?: LiveDeclaration;
  /** Throws ConnectorError when it cannot work at all; a bad file among good ones is a gap in the contribution. */
  collect(request: CollectRequest, context: ConnectorContext): Promise<Contribution>;
  /** Null where the question is not for this connector (another repository). */
  answer?(
    probe: Probe,
    context: ConnectorContext,
  ): Promise<{
    readonly answer: ProbeAnswer;
    readonly contribution: Pick<Contribution, 'evidence' | 'gaps'>;
  } | null>;
}

/** Entry of the generated registry. */
export interface ConnectorLoader {
  readonly id: string;
  readonly load: () => Promise<Connector>;
}
