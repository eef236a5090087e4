/** A scanned file with what is needed to speak of it. */
import type { EvidenceFile } from '../../../ports/connector.ts';
import type { FileAggregate } from './file-aggregate.ts';

export interface ScannedFile {
  readonly file: EvidenceFile;
  readonly aggregate: FileAggregate;
  /** Added to every instant of the file: its clock is off by that much against the others. */
  readonly shiftMs: number;
  /** Zone that was assumed for stamps without one; null where every stamp had its own. */
  readonly assumedZone: string | null;
}
