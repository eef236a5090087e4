/** Evidence of log lines, one piece a line however often it is cited. */
import type { Evidence, EvidenceRef } from '../../../domain/evidence.ts';
import { epochMs } from '../../../domain/time.ts';
import { makeEvidence } from '../../_kit/evidence.ts';
import type { ScannedFile } from './scanned-file.ts';

export interface CitedLine {
  readonly text: string;
  readonly sha256?: string | null;
  readonly line: number;
  readonly byteOffset: number | null;
}

export class EvidenceStore {
  readonly #pieces = new Map<EvidenceRef, Evidence>();

  /** Lines of a file of which only a part was read are known by their offset: nobody counted the lines before. */
  line({ file: { path }, hasLineNumbers }: ScannedFile, cited: CitedLine, atMs: number | null): Evidence {
    const { line, byteOffset } = cited;
    const isCounted = hasLineNumbers || byteOffset === null;
    const made = makeEvidence({
      source: 'log-file',
      kind: 'log-line',
      locator: isCounted
        ? { kind: 'file-line', path, line, byteOffset }
        : { kind: 'file-bytes', path, byteOffset },
      refLocator: isCounted ? `${path}:${line}` : `${path}@${byteOffset}`,
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
