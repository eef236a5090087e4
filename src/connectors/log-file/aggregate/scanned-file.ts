/** A scanned file with what is needed to speak of it. */
import type { EvidenceFile } from '../../../ports/connector.ts';
import type { ClockSkew } from '../clock-skew.ts';
import type { FileAggregate } from './file-aggregate.ts';

export interface ScannedFile {
  readonly file: EvidenceFile;
  readonly aggregate: FileAggregate;
  /** Zone that was assumed for stamps without one; null where every stamp had its own. */
  readonly assumedZone: string | null;
  /** What other logs show of its clock; null where they show nothing amiss. */
  readonly skew: ClockSkew | null;
  /** False where the file was read from some place on: then `line` of a record counts from there. */
  readonly hasLineNumbers: boolean;
  /** Why that zone, where other logs showed it; null where it was given or is the default. */
  readonly zoneReason: string | null;
  /** True where stamps without a year were given that of the other logs. */
  readonly isYearFromOthers: boolean;
  /** Files that hold the same records; then these are not counted. */
  readonly copyOf: readonly string[];
}
