/** Everything that somebody altered: candidates for a cause, each with how far it verifiably reached. */
import type { EvidenceRef } from './evidence.ts';
import type { DeployTarget, ServiceName } from './service.ts';
import type { EpochMs } from './time.ts';

/** Highest rung that evidence proves, in ascending order. */
export type Reach = 'merged' | 'built' | 'deployed' | 'serving';

interface ChangeBase {
  /** Unique within a snapshot: `<source>:<native id>`. */
  readonly id: string;
  readonly service: ServiceName | null;
  /** When it began to act or was made; null where the source does not say. */
  readonly at: EpochMs | null;
  readonly summary: string;
  readonly actor: string | null;
  readonly source: string;
  readonly evidence: readonly EvidenceRef[];
}

export interface Deployment extends ChangeBase {
  readonly type: 'deployment';
  /** Version as written, without the service prefix: `v2.4.1`. */
  readonly version: string | null;
  /** Full or abbreviated commit id as given by the source; null where it gives none. */
  readonly commit: string | null;
  readonly finishedAt: EpochMs | null;
  readonly status: 'started' | 'succeeded' | 'failed' | 'cancelled' | 'unknown';
  readonly environment: string | null;
  /** The platform's own revision number or history id (`kubectl rollout history`, Helm, Argo CD). */
  readonly platformRevision: string | null;
  /** The source's native id, e.g. of the GitHub Deployments API. */
  readonly deploymentId: string | null;
  /** True when the source itself calls it a rollback. */
  readonly rollback: boolean;
  /** Share of instances or traffic 0…1 that it covered; null when whole or unknown. */
  readonly share: number | null;
  readonly target: DeployTarget | null;
  readonly images: readonly string[];
}

export interface CommitFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type-changed';
  readonly oldPath: string | null;
  /** Lines; null for a binary file. */
  readonly added: number | null;
  readonly deleted: number | null;
}

/** Seven digits of a commit id, with the `^` of a parent that has no other name: `1a2b3c4^`. Other text stays as it is. */
export function shortRevision(revision: string): string {
  return revision.replace(/^([0-9a-f]{7})[0-9a-f]{5,}(\^?)$/i, '$1$2');
}

/** `at` is the committer date. Merge commits list the files of their first-parent difference. */
export interface Commit extends ChangeBase {
  readonly type: 'commit';
  /** Path of the repository relative to the evidence directory, `.` for itself. */
  readonly repo: string;
  readonly sha: string;
  /** Ids; `<own id>^` where there is one that the source does not name. */
  readonly parents: readonly string[];
  readonly authoredAt: EpochMs;
  readonly subject: string;
  readonly body: string;
  readonly files: readonly CommitFile[];
  /** Set where the source does not list the files, or not all of them: that `files` lacks one says nothing. */
  readonly filesUnknown?: true;
  /** True when reachable from HEAD. */
  readonly onHead: boolean;
}

/** A tag that names a release. `service` is read from `svc/v1.2.3`, `svc-v1.2.3`, `svc@1.2.3`; null for plain versions. */
export interface ReleaseTag {
  readonly repo: string;
  readonly tag: string;
  readonly sha: string;
  readonly service: ServiceName | null;
  readonly version: string;
  readonly annotated: boolean;
  readonly at: EpochMs | null;
  readonly message: string;
  readonly evidence: readonly EvidenceRef[];
}

export interface FlagChange extends ChangeBase {
  readonly type: 'flag';
  readonly flag: string;
  readonly environment: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** A change that some source reports besides deployments, commits and flags. */
export interface OtherChange extends ChangeBase {
  readonly type: 'config' | 'infrastructure' | 'migration' | 'credential' | 'scaling' | 'data-job';
  readonly finishedAt: EpochMs | null;
  readonly attributes: Readonly<Record<string, string>>;
}

export type Change = Deployment | Commit | FlagChange | OtherChange;
