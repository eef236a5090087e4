/** A hazard before it has a location and evidence. */
import type { RollbackHazardKind } from '../../../domain/code.ts';

export interface HazardDraft {
  readonly kind: RollbackHazardKind;
  readonly detail: string;
  readonly symbols: readonly string[];
  /** 1-based, on the new side unless `old` is set. */
  readonly line: number;
  readonly old: boolean;
  /** The way back, where the repository holds one. */
  readonly undoneBy: { readonly path: string; readonly line: number } | null;
  readonly losesData: boolean;
}

/** A hazard on the new side that nothing undoes and that loses no data. */
export function plainHazard(
  kind: RollbackHazardKind,
  detail: string,
  symbols: readonly string[],
  line: number,
  old = false,
): HazardDraft {
  return { kind, detail, symbols, line, old, undoneBy: null, losesData: false };
}
