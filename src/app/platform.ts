/** What the operations need from the outside world. composition.ts fills it; nothing here knows an adapter. */
import type { PlatformError } from '../domain/error.ts';
import type { Gap } from '../domain/gap.ts';
import type { Probe } from '../domain/probe.ts';
import type { Report } from '../domain/report.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConnectorLoader, EvidenceDirectory } from '../ports/connector.ts';
import type { IncidentStore } from '../ports/incident-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { Narrator, NarratorSettings } from '../ports/narrator.ts';
import type { TextPolicy } from './sanitise.ts';
import type { Sources } from './sources.ts';

export type Triage = (snapshot: Snapshot) => { readonly report: Report; readonly probes: readonly Probe[] };

/** Where to look. Relative paths are relative to the working directory. */
export interface Place {
  readonly dir: string;
  /** Files, folders, globs, `-` for standard input. */
  readonly logs: readonly string[];
  readonly repos: readonly string[];
}

export interface OpenedPlace {
  readonly directory: EvidenceDirectory;
  /** The directory's real path: what tells one team's incidents from another's on the same machine. */
  readonly workspace: string;
  gaps(): Promise<readonly Gap[]>;
  close(): Promise<void>;
}

/** `source` is a connector id or a stage; `total` null where it cannot be told. */
export type Progress = (source: string, message: string, done: number, total: number | null) => void;

export interface Platform {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly connectors: readonly ConnectorLoader[];
  /**
   * Servers that whoever started the program allows to be asked, beside those of wicked-platform.yaml. They are no input of an operation:
   * a caller from afar must not choose where a token is sent.
   */
  readonly sources: Sources;
  readonly progress: Progress;
  /** Something went wrong beside the triage, such as the incident store: the person is told, the report stands. */
  onProblem(problem: PlatformError): void;
  loadTriage(): Promise<Triage>;
  /** With the team's own patterns (`policy.redact`). Throws PlatformError `config` for a broken one. */
  textPolicy(patterns: readonly string[]): Promise<TextPolicy>;
  /** Throws PlatformError `usage` where a place does not exist. */
  openPlace(place: Place): Promise<OpenedPlace>;
  /** The real path of a folder, without searching it. */
  workspaceOf(dir: string): Promise<string>;
  /** One store a platform, opened at the first call. Throws PlatformError `store`. */
  openStore(): Promise<IncidentStore>;
  /** The language model of `--explain`. Throws PlatformError `config` where none is set up. */
  openNarrator(settings: NarratorSettings): Promise<Narrator>;
  readTextFile(path: string): Promise<string>;
  /** Whole or not at all. */
  writeTextFile(path: string, text: string): Promise<void>;
  close(): Promise<void>;
}
