/** A number that says where it comes from. */
import type { EvidenceRef } from './evidence.ts';

export type Basis = 'measured' | 'derived' | 'supplied' | 'assumed' | 'unknown';

/** `value` is null exactly when `basis` is `unknown`; then `need` says what would settle it. `low`/`high` bound the value where known. */
export interface Quantity {
  readonly value: number | null;
  readonly unit: string;
  readonly basis: Basis;
  /** How a derived value came about, with the numbers filled in. */
  readonly formula?: string;
  readonly low?: number;
  readonly high?: number;
  readonly need?: string;
  /** The counts behind a ratio: `events` of `trials`. */
  readonly counts?: { readonly events: number; readonly trials: number };
  readonly evidence: readonly EvidenceRef[];
}

export function unknownQuantity(unit: string, need: string): Quantity {
  return { value: null, unit, basis: 'unknown', need, evidence: [] };
}
