/** Evidence of log lines, one piece a line however often it is cited. */
import type { Evidence, EvidenceRef } from '../../../domain/evidence.ts';
import { epochMs } from '../../../domain/time.ts';
import { makeEvidence } from '../../_kit/evidence.ts';

export interface CitedLine {
  readonly text: string;
  readonly sha256?: string | null;
  readonly line: number;
  readonly byteOffset: number | null;
}

export class EvidenceStore {
  readonly #pieces = new Map<EvidenceRef, Evidence>();

  line(path: string, cited: CitedLine, atMs: number | null): Evidence {
    const made = makeEvidence({
      source: 'log-file',
      kind: 'log-line',
      locator: { kind: 'file-line', path, line: cited.line, byteOffset: cited.byteOffset },
      refLocator: `${path}:${cited.line}`,
      text: cited.text,
      observedAt: atMs === null ? null : epochMs(atMs),
    });
    return this.add(cited.sha256 == null ? made : { ...made, sha256: cited.sha256 });
  }

  add(piece: Evidence): Evidence {
    const known = this.#pieces.get(piece.ref);
    if (known !== undefined) return known;
    this.#pieces.set(piece.ref, piece);
    return piece;
  }

  /** Sorted by reference. */
  all(): readonly Evidence[] {
    return [...this.#pieces.values()].sort((a, b) => (a.ref < b.ref ? -1 : Number(a.ref > b.ref)));
  }
}
