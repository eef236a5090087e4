/** One way in which a difference can have produced a failure. */
import type { DiffFeatureKind, ValueChange } from '../../domain/code.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { FailingPattern } from './facts.ts';
import type { WEIGHT } from './weights.ts';

export interface Match {
  readonly name: keyof typeof WEIGHT;
  readonly weight: number;
  /** What kind of difference it is about, where it is about one. */
  readonly kind?: DiffFeatureKind;
  readonly detail: string;
  readonly file: string;
  readonly line: number;
  readonly value: ValueChange | null;
  readonly pattern: FailingPattern;
  readonly evidence: readonly EvidenceRef[];
}
