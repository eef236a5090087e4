/** Questions that the engine asks once something is suspected, and what came back. */
import type { CodeLocation, Emitter, KeyRevision, RevisionDiff, RollbackHazards, SymbolUse } from './code.ts';
import type { EvidenceRef } from './evidence.ts';
import type { ServiceName } from './service.ts';
import type { EpochMs } from './time.ts';

/**
 * `id` is a function of the content, so that asking twice is one question.
 * `revision` is a commit id or `HEAD`; `pathHints` are folders to prefer, never a filter.
 */
export type Probe =
  | {
      readonly kind: 'find-emitters';
      readonly id: string;
      readonly repo: string;
      readonly revision: string;
      readonly patterns: readonly {
        readonly patternId: string;
        readonly template: string;
        readonly sample: string;
        readonly service: ServiceName | null;
      }[];
      readonly pathHints: readonly string[];
    }
  | {
      readonly kind: 'key-history';
      readonly id: string;
      readonly repo: string;
      readonly revision: string;
      readonly path: string;
      readonly key: string;
    }
  | {
      readonly kind: 'revision-diff';
      readonly id: string;
      readonly repo: string;
      readonly from: string | null;
      readonly to: string;
      readonly paths: readonly string[];
    }
  | {
      readonly kind: 'symbol-uses';
      readonly id: string;
      readonly repo: string;
      readonly revision: string;
      readonly names: readonly string[];
    }
  | {
      readonly kind: 'imports';
      readonly id: string;
      readonly repo: string;
      readonly revision: string;
      readonly service: ServiceName;
      /** Own folders of the service. */
      readonly folders: readonly string[];
    }
  | {
      /** What the lines of a failing stack work with; `file` as the frame names it, `into` the function that the line calls in the stack. */
      readonly kind: 'reached-code';
      readonly id: string;
      readonly repo: string;
      readonly revision: string;
      readonly places: readonly {
        readonly patternId: string;
        readonly file: string;
        readonly line: number;
        readonly into: string | null;
        /** The line writes the message; of a stack it only was on the way. */
        readonly isEmitter?: boolean;
        /** Where the code of whoever fails lies: a stack may tell the path within a container. */
        readonly folders?: readonly string[];
      }[];
    }
  | {
      readonly kind: 'line-history';
      readonly id: string;
      readonly repo: string;
      readonly revision: string;
      readonly path: string;
      readonly line: number;
      readonly endLine: number;
    }
  | {
      readonly kind: 'rollback-hazards';
      readonly id: string;
      readonly repo: string;
      readonly from: string;
      readonly to: string;
    }
  | {
      /** Lines `line` to `endLine` (1-based, inclusive, cut to the file) as they stand at the revision. */
      readonly kind: 'source-lines';
      readonly id: string;
      readonly repo: string;
      readonly revision: string;
      readonly path: string;
      readonly line: number;
      readonly endLine: number;
    };

export type ProbeKind = Probe['kind'];

/** A commit that touched a range of lines, newest first. */
export interface LineRevision {
  readonly commit: string;
  readonly at: EpochMs;
  readonly subject: string;
  readonly evidence: EvidenceRef;
}

/** A folder outside the service's own that its code imports from, and the line that shows it. */
export interface ImportedFolder {
  readonly folder: string;
  readonly location: CodeLocation;
  readonly evidence: EvidenceRef;
}

/**
 * A function whose work a failing line uses, `steps` calls away; `via` is the call on the failing line that leads there.
 * 0 steps: only the rest of the function around the line leads to it, or is it. Line 0 stands for a file that those of the functions import,
 * with nothing in it that a call by name leads to.
 */
export interface ReachedFunction {
  readonly patternId: string;
  readonly failing: CodeLocation;
  readonly function: string | null;
  readonly location: CodeLocation;
  readonly steps: number;
  readonly via: string;
  readonly evidence: EvidenceRef;
}

/**
 * What may have a part in a failing line, taken too widely: functions of the program by name, with the lines that they stand on, and all names
 * that these mention. Of what else stands in `files` nothing leads to the line by name.
 */
export interface Closure {
  readonly patternId: string;
  readonly files: readonly string[];
  readonly functions: readonly {
    readonly path: string;
    readonly name: string;
    readonly line: number;
    readonly endLine: number;
  }[];
  readonly words: readonly string[];
}

/** `searched` says in words what was looked through, so that "nothing" can be quoted as evidence. */
export type ProbeAnswer =
  | {
      readonly kind: 'find-emitters';
      readonly probeId: string;
      readonly emitters: readonly Emitter[];
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'key-history';
      readonly probeId: string;
      readonly path: string;
      readonly key: string;
      readonly revisions: readonly KeyRevision[];
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'revision-diff';
      readonly probeId: string;
      readonly diff: RevisionDiff;
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'symbol-uses';
      readonly probeId: string;
      readonly names: readonly string[];
      readonly uses: readonly SymbolUse[];
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'imports';
      readonly probeId: string;
      readonly service: ServiceName;
      readonly folders: readonly ImportedFolder[];
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'reached-code';
      readonly probeId: string;
      readonly reached: readonly ReachedFunction[];
      /** Only of lines that write a message, where the program is small enough to be read. */
      readonly closures?: readonly Closure[];
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'line-history';
      readonly probeId: string;
      readonly revisions: readonly LineRevision[];
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'rollback-hazards';
      readonly probeId: string;
      readonly found: RollbackHazards;
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'source-lines';
      readonly probeId: string;
      readonly location: CodeLocation;
      readonly lines: readonly string[];
      /** Lines of the whole file; its last line ends with a line break unless `openEnd`. */
      readonly fileLines: number;
      readonly openEnd: boolean;
      readonly searched: string;
      readonly evidence: readonly EvidenceRef[];
    }
  | {
      readonly kind: 'unanswered';
      readonly probeId: string;
      readonly probeKind: ProbeKind;
      readonly why: string;
    };
