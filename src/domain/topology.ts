/** Who calls whom. Every edge says where it was seen. */
import type { EvidenceRef } from './evidence.ts';
import type { ServiceName } from './service.ts';

export type EdgeSource =
  | 'catalog'
  | 'import'
  | 'client-call'
  | 'log-wording'
  | 'trace'
  | 'manifest'
  | 'compose'
  | 'config';

/** `from` depends on (calls, reads from) `to`. */
export interface DependencyEdge {
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly source: EdgeSource;
  readonly evidence: readonly EvidenceRef[];
}
