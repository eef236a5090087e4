/** What source code says: where a message is emitted, what governs it, and how two revisions differ. Read by connectors, weighed by the engine. */
import type { EvidenceRef } from './evidence.ts';
import type { EpochMs } from './time.ts';

/** A range of lines of one file at one revision; lines are 1-based and inclusive. `path` is relative to the repository's root. */
export interface CodeLocation {
  readonly repo: string;
  readonly revision: string;
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
}

/** A repository that belongs to the evidence. */
export interface Repository {
  /** Path relative to the evidence directory, `.` for the directory itself, `..` forms where it lies above. */
  readonly repo: string;
  /** Full commit id of HEAD; null in an empty repository. */
  readonly head: string | null;
  readonly branch: string | null;
  /** Tracked files at HEAD, relative to the repository's root, sorted. */
  readonly files: readonly string[];
  readonly commitCount: number;
  readonly firstCommitAt: EpochMs | null;
  readonly lastCommitAt: EpochMs | null;
  readonly shallow: boolean;
  /** Set where files are known from recorded differences: lines that none of them shows are empty. */
  readonly inPart?: true;
}

export type ValueUnit =
  | 'ms'
  | 's'
  | 'min'
  | 'h'
  | 'By'
  | 'kBy'
  | 'MBy'
  | 'GBy'
  | 'percent'
  | 'ratio'
  | 'count'
  | 'none';

/** A literal value as configuration holds it. `raw` is the source text without quotes. */
export interface ConfigValue {
  readonly raw: string;
  /** Numeric value in `unit`; null for text and for expressions that cannot be folded. */
  readonly number: number | null;
  readonly unit: ValueUnit;
  readonly kind: 'number' | 'string' | 'boolean' | 'null' | 'expression';
}

/** What a comment next to a value asserts. A claim is quoted and weighs little: nobody checked it. */
export interface CommentClaim {
  readonly text: string;
  /** Numbers that the comment names, in order. */
  readonly numbers: readonly number[];
  readonly location: CodeLocation;
  readonly evidence: EvidenceRef;
}

/** Where an identifier gets its value. */
export interface Definition {
  readonly identifier: string;
  /** Dotted key of the value within its file or object: `paymentTimeout`, `pool.max`. */
  readonly key: string;
  readonly kind: 'config-value' | 'constant' | 'env' | 'default' | 'function' | 'parameter' | 'unresolved';
  readonly location: CodeLocation;
  readonly text: string;
  readonly value: ConfigValue | null;
  /** Name of the environment variable where the value is read from one. */
  readonly env: string | null;
  readonly claims: readonly CommentClaim[];
  readonly evidence: EvidenceRef;
}

/** An identifier that governs an emitting statement: it is an argument, a condition or a value that reaches it. */
export interface Governor {
  readonly identifier: string;
  readonly role: 'condition' | 'argument' | 'assignment' | 'call';
  /** Callee and parameter name where it is passed to a call: `PaymentService` and `timeout`. */
  readonly passedTo: string | null;
  readonly parameter: string | null;
  readonly use: CodeLocation;
  readonly useText: string;
  readonly useEvidence: EvidenceRef;
  readonly definition: Definition | null;
}

/** One source literal that can have produced a log pattern, with everything that governs it. */
export interface Emitter {
  readonly patternId: string;
  readonly literal: CodeLocation;
  readonly literalText: string;
  /** Share of the template's constant words that stand in the literal, 0…1. */
  readonly match: number;
  readonly evidence: EvidenceRef;
  readonly function: { readonly name: string; readonly location: CodeLocation } | null;
  /** Lines of the branch or handler that is entered to give the message and left behind it; null where it is given in no such one. */
  readonly branch?: readonly [number, number] | null;
  readonly governors: readonly Governor[];
}

/** The value of one key in one revision of a file. */
export interface KeyRevision {
  readonly commit: string;
  readonly at: EpochMs;
  readonly subject: string;
  readonly line: number;
  readonly value: ConfigValue;
  readonly claims: readonly CommentClaim[];
  readonly evidence: EvidenceRef;
}

export type FileCategory =
  | 'code'
  | 'config'
  | 'manifest'
  | 'migration'
  | 'schema'
  | 'lockfile'
  | 'dependency-manifest'
  | 'test'
  | 'docs'
  | 'ci'
  | 'asset'
  | 'generated'
  | 'other';

/** Why a difference cannot act at run time; `none` when it can. */
export type InertReason =
  | 'none'
  | 'comment-only'
  | 'formatting'
  | 'docs'
  | 'test'
  | 'ci'
  | 'rename-only'
  /** Values got names, names changed: the same is done in other words. */
  | 'rephrased'
  | 'asset'
  /** Packages that only tests and checks use. */
  | 'development-packages'
  | 'log-text-only';

/** A value that differs between two revisions. `ratio` is new ÷ old in a common unit, null where it cannot be told. */
export interface ValueChange {
  readonly key: string;
  readonly oldValue: ConfigValue | null;
  readonly newValue: ConfigValue | null;
  readonly ratio: number | null;
  readonly direction: 'up' | 'down' | 'same' | 'added' | 'removed' | 'changed';
  readonly location: CodeLocation;
  readonly evidence: EvidenceRef;
}

/** What the shape of a difference means to somebody who runs the system, told from syntax trees. */
export type DiffFeatureKind =
  | 'guard-removed'
  | 'guard-added'
  | 'validation-tightened'
  | 'error-handling-removed'
  | 'error-handling-added'
  | 'fallback-removed'
  | 'await-removed'
  | 'close-removed'
  | 'lock-changed'
  | 'transaction-changed'
  | 'batch-removed'
  | 'call-in-loop'
  | 'cache-removed'
  | 'index-removed'
  | 'limit-removed'
  | 'unbounded-growth'
  | 'registration-removed'
  | 'call-added'
  | 'call-removed'
  | 'query-changed'
  | 'field-renamed'
  | 'route-changed'
  | 'topic-changed'
  | 'settling-changed'
  | 'env-renamed'
  | 'column-dropped'
  | 'column-renamed'
  | 'table-dropped'
  | 'constraint-added'
  | 'default-changed'
  | 'condition-changed'
  | 'arithmetic-changed'
  | 'type-changed'
  | 'type-declared'
  | 'package-changed'
  | 'delay-added'
  | 'loop-added'
  | 'throw-added'
  | 'error-swallowed'
  | 'jitter-removed'
  | 'retry-removed'
  | 'arguments-changed'
  | 'argument-dropped'
  | 'argument-replaced'
  | 'field-given-otherwise'
  | 'arguments-swapped'
  | 'result-missing'
  | 'value-emptied'
  | 'write-removed'
  | 'return-changed'
  | 'field-removed'
  | 'switch-turned'
  | 'unit-changed'
  | 'bound-changed'
  | 'key-narrowed'
  | 'pattern-backtracks'
  | 'state-shared'
  | 'order-changed'
  | 'query-narrowed'
  | 'query-widened'
  | 'blocking-call'
  | 'client-per-call'
  | 'ids-collide'
  | 'costly-work'
  | 'told-early'
  | 'setting-removed'
  | 'partition-changed'
  | 'image-changed'
  | 'files-left-out'
  | 'logic-changed';

export interface DiffFeature {
  readonly kind: DiffFeatureKind;
  /** One clause for a reader, naming the symbols: `the check "if (x == null)" before x.total was removed`. */
  readonly detail: string;
  /** Names that the feature concerns (symbols, columns, packages, routes), for matching against error text. */
  readonly symbols: readonly string[];
  readonly location: CodeLocation;
  readonly evidence: EvidenceRef;
}

/** One hunk. Line counts as in a unified diff; `removed` and `added` hold at most 40 lines each. */
export interface DiffHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Names of the functions or blocks that the hunk lies in. */
  readonly scopes: readonly string[];
  /** First and last line, on the new side, of the functions around the hunk, innermost first; those without a name too. Empty at the top level. */
  readonly around?: readonly (readonly [number, number])[];
  /** First line, on the new side, of the statement in the body of the innermost function in which the hunk begins; absent where that is not known. */
  readonly statement?: number;
  /** Set where the functions that it lies in do what they did, in other words. */
  readonly asBefore?: true;
  /** Set where all that differs stands in calls that write a log line. */
  readonly onlyLogs?: true;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly evidence: EvidenceRef;
}

export interface FileDiff {
  readonly path: string;
  readonly oldPath: string | null;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly category: FileCategory;
  readonly language: string | null;
  readonly inert: InertReason;
  readonly values: readonly ValueChange[];
  readonly features: readonly DiffFeature[];
  readonly hunks: readonly DiffHunk[];
}

/** The difference between two revisions, limited to `paths` where given. `from` null means the empty tree. */
export interface RevisionDiff {
  readonly repo: string;
  readonly from: string | null;
  readonly to: string;
  readonly files: readonly FileDiff[];
  /** Files left out because the difference was too large. */
  readonly omittedFiles: number;
}

/** A place where a name is read or used. */
export interface SymbolUse {
  readonly name: string;
  readonly kind: 'env-read' | 'flag-check' | 'config-read' | 'string' | 'identifier' | 'route' | 'sql';
  readonly location: CodeLocation;
  readonly text: string;
  readonly function: string | null;
  readonly evidence: EvidenceRef;
}

/**
 * What a difference left behind that going back does not take away, or that only the new side knows:
 * - `data-destroyed` a column, table or type is gone, renamed or emptied; `data-rewritten` rows were changed or deleted in place;
 * - `schema-narrowed` the store refuses what the earlier code writes; `schema-constrained` it refuses some of it; `schema-loosened` it may hold what the earlier code never met;
 * - `schema-added` only new tables, columns, indexes;
 * - `contract-unreadable` what the new side writes the old side cannot read; `contract-lossy` it reads it and loses a part;
 *   `contract-tightened` callers that follow the new contract are refused by the old one; `contract-added` names that only the new side serves;
 * - `setting-removed` a variable or secret that the earlier code may read is no longer provided outside the workload itself;
 * - `unversioned-config` a ConfigMap or Secret differs, which the platform's own rollback leaves as it is;
 * - `state-moved` a store's engine, size or identity changed; `state-removed` a store is gone from the definition; `state-added` a new one;
 * - `package-major` a library that reads or writes stored data changed its major version.
 */
export type RollbackHazardKind =
  | 'data-destroyed'
  | 'data-rewritten'
  | 'schema-narrowed'
  | 'schema-constrained'
  | 'schema-loosened'
  | 'schema-added'
  | 'contract-unreadable'
  | 'contract-lossy'
  | 'contract-tightened'
  | 'contract-added'
  | 'setting-removed'
  | 'unversioned-config'
  | 'state-moved'
  | 'state-removed'
  | 'state-added'
  | 'package-major';

/** One such thing with its place in the running revision (in the earlier one where the line is gone). */
export interface RollbackHazard {
  readonly kind: RollbackHazardKind;
  /** One clause: `column total of orders is dropped`. */
  readonly detail: string;
  /** Names that it concerns: tables, columns, fields, routes, variables. */
  readonly symbols: readonly string[];
  /** What takes it back, where the repository holds it: a down migration, a reverse operation. */
  readonly undoneBy: CodeLocation | null;
  /** True where not even the undo brings the stored data back. */
  readonly losesData: boolean;
  readonly location: CodeLocation;
  readonly evidence: EvidenceRef;
}

/** All hazards between two revisions of a whole repository, in order of path and line. */
export interface RollbackHazards {
  readonly repo: string;
  readonly from: string;
  readonly to: string;
  readonly hazards: readonly RollbackHazard[];
  /** Files that differ, and those among them that could not be read and may hide a hazard. */
  readonly changedFiles: number;
  readonly unreadFiles: readonly string[];
  /** Files of settings that differ, wherever they lie: sorted, at most 40. */
  readonly settingsFiles: readonly string[];
}
