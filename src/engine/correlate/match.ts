/** One way in which a difference can have produced a failure. */
import type { ValueChange } from '../../domain/code.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { FailingPattern } from './facts.ts';
import type { WEIGHT } from './weights.ts';

export interface Match {
  readonly name: keyof typeof WEIGHT;
  readonly weight: number;
  readonly detail: string;
  readonly file: string;
  readonly line: number;
  readonly value: ValueChange | null;
  readonly pattern: FailingPattern;
  readonly evidence: readonly EvidenceRef[];
}
