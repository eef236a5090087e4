/** What wicked-platform.yaml comes down to, and how a value leads back to its line. The reading is in config.ts. */
import { DEFAULT_CONTEXT, type TeamContext } from '../domain/context.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../domain/snapshot.ts';
import type { NarratorSettings } from '../ports/narrator.ts';

export interface TeamConfig {
  /** Path of the file; null where there is none. */
  readonly path: string | null;
  readonly context: TeamContext;
  /** Service facts, edges and their evidence. */
  readonly contribution: Contribution;
  readonly sources: Readonly<Record<string, unknown>>;
  readonly narrator: NarratorSettings;
  readonly redact: readonly string[];
  /** Canonical, sorted. */
  readonly knownServices: readonly string[];
}

export const NO_CONFIG: TeamConfig = {
  path: null,
  context: DEFAULT_CONTEXT,
  contribution: EMPTY_CONTRIBUTION,
  sources: {},
  narrator: {},
  redact: [],
  knownServices: [],
};

/** The line of a value, and its text, by the path of keys that leads to it. */
export interface Source {
  readonly path: string;
  lineOf(keys: readonly (string | number)[]): number;
  textOf(line: number): string;
  /** The scalar that stands there, as written; null for anything else. */
  valueOf(keys: readonly (string | number)[]): string | null;
}
