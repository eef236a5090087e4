/** Evidence of log lines, one piece a line however often it is cited. */
import type { Evidence, EvidenceRef, Locator } from '../../../domain/evidence.ts';
import { epochMs } from '../../../domain/time.ts';
import { makeEvidence } from '../../_kit/evidence.ts';
import type { ScannedFile } from './scanned-file.ts';

export interface CitedLine {
  readonly text: string;
  readonly sha256?: string | null;
  readonly line: number;
  readonly byteOffset: number | null;
}

function placeOf(
  path: string,
  { line, byteOffset }: CitedLine,
  { pointer, isCounted }: { readonly pointer: string | undefined; readonly isCounted: boolean },
): { readonly locator: Locator; readonly name: string } {
  if (pointer?.startsWith(':') === true)
    return {
      locator: { kind: 'file-line', path, line: Number(pointer.slice(1)), byteOffset: null },
      name: `${path}${pointer}`,
    };
  if (pointer !== undefined)
    return { locator: { kind: 'json-pointer', path, pointer }, name: `${path}#${pointer}` };
  if (isCounted || byteOffset === null)
    return { locator: { kind: 'file-line', path, line, byteOffset }, name: `${path}:${line}` };
  return { locator: { kind: 'file-bytes', path, byteOffset }, name: `${path}@${byteOffset}` };
}

export class EvidenceStore {
  readonly #pieces = new Map<EvidenceRef, Evidence>();
  readonly #pointers: ReadonlyMap<string, readonly string[]>;

  /** `pointers`: of files that are one document, by path: the place of each line, a JSON pointer or `:<line>`. */
  constructor(pointers: ReadonlyMap<string, readonly string[]> = new Map()) {
    this.#pointers = pointers;
  }

  /** Lines of a file of which only a part was read are known by their offset: nobody counted the lines before. */
  line({ file: { path }, hasLineNumbers }: ScannedFile, cited: CitedLine, atMs: number | null): Evidence {
    const { locator, name } = placeOf(path, cited, {
      pointer: this.#pointers.get(path)?.[cited.line - 1],
      isCounted: hasLineNumbers || cited.byteOffset === null,
    });
    const made = makeEvidence({
      source: 'log-file',
      kind: 'log-line',
      locator,
      refLocator: name,
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

  get(ref: EvidenceRef): Evidence | null {
    return this.#pieces.get(ref) ?? null;
  }

  /** Sorted by reference. */
  all(): readonly Evidence[] {
    return [...this.#pieces.values()].sort((a, b) => (a.ref < b.ref ? -1 : Number(a.ref > b.ref)));
  }
}
