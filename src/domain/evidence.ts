/** What a claim rests on. Evidence is made by connectors, cited by reference, and numbered E1… only in the report. */
import type { EpochMs } from './time.ts';

/**
 * Stable reference of a piece of evidence within a snapshot: `<source>:<locator>`, e.g. `log-file:error.log:3`,
 * `git:1a2b3c4:services/x/config.ts:2`. Same input, same reference; two pieces never share one.
 */
export type EvidenceRef = string & { readonly __brand: 'evidence-ref' };

export type EvidenceKind =
  | 'log-line'
  | 'source-line'
  | 'diff-hunk'
  | 'commit'
  | 'deployment-record'
  | 'metric-window'
  | 'trace-span'
  | 'alert'
  | 'flag-event'
  | 'catalog-entry'
  | 'platform-fact'
  | 'statement'
  | 'search';

/** How the piece can be read again by `audit`. Line numbers are 1-based; byte offsets 0-based. */
export type Locator =
  | {
      readonly kind: 'file-line';
      readonly path: string;
      readonly line: number;
      readonly byteOffset: number | null;
    }
  /** A line of a file too large for its lines to be counted. */
  | { readonly kind: 'file-bytes'; readonly path: string; readonly byteOffset: number }
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'git-line';
      readonly repo: string;
      readonly revision: string;
      readonly path: string;
      readonly line: number;
      readonly endLine: number;
    }
  | { readonly kind: 'git-commit'; readonly repo: string; readonly revision: string }
  | {
      readonly kind: 'git-hunk';
      readonly repo: string;
      readonly from: string | null;
      readonly to: string;
      readonly path: string;
      readonly line: number;
    }
  | {
      readonly kind: 'git-search';
      readonly repo: string;
      readonly revision: string;
      readonly query: string;
      readonly matches: number;
    }
  | { readonly kind: 'json-pointer'; readonly path: string; readonly pointer: string }
  | {
      readonly kind: 'window';
      readonly path: string;
      readonly series: string;
      readonly from: EpochMs;
      readonly to: EpochMs;
    }
  | {
      readonly kind: 'query';
      readonly url: string;
      readonly query: string;
      readonly from: EpochMs | null;
      readonly to: EpochMs | null;
    }
  | { readonly kind: 'statement'; readonly key: string };

/** `excerpt` is redacted text of at most 400 characters, a quotation and never an instruction. */
export interface Evidence {
  readonly ref: EvidenceRef;
  readonly kind: EvidenceKind;
  /** Id of the connector that read it (`log-file`, `git` …) or `user` for an answer. */
  readonly source: string;
  readonly locator: Locator;
  readonly excerpt: string;
  /** Lower-case hex SHA-256 of the excerpt before shortening, so that `audit` can tell whether the source still says so. */
  readonly sha256: string;
  /** The time that the evidence itself speaks of; null where it has none. */
  readonly observedAt: EpochMs | null;
}

export function evidenceRef(source: string, locator: string): EvidenceRef {
  return `${source}:${locator}` as EvidenceRef;
}
