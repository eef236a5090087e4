/** Evidence and coverage for records of a file, as most connectors of change sources need them. It decodes nothing. */
import type { Change } from '../../domain/change.ts';
import type { Evidence, EvidenceKind } from '../../domain/evidence.ts';
import type { Coverage } from '../../domain/gap.ts';
import type { Contribution } from '../../domain/snapshot.ts';
import type { EpochMs } from '../../domain/time.ts';
import { placeOf } from './deployments.ts';
import { makeEvidence } from './evidence.ts';
import type { RecordPlace } from './records.ts';

export interface CitedPlace {
  readonly source: string;
  readonly kind: EvidenceKind;
  readonly path: string;
  readonly place: RecordPlace;
  /** The record's line as it stands, or the compact JSON of what the pointer names. */
  readonly text: string;
  readonly observedAt: EpochMs | null;
}

/** The reference is `<source>:<path>:<line>` or `<source>:<path>#<pointer>`. */
export function citeRecord({ source, kind, path, place, text, observedAt }: CitedPlace): Evidence {
  const { locator, name } = placeOf(path, place);
  return makeEvidence({ source, kind, locator, refLocator: name, text, observedAt });
}

export interface CoveredItem {
  readonly at: EpochMs | null;
  readonly service: string | null;
}

/** What a file gave: the interval spans the items that have a time, null where none has. */
export function coverageOfItems(
  fields: Pick<Coverage, 'source' | 'what' | 'path' | 'unit' | 'rejected' | 'notes'>,
  items: readonly CoveredItem[],
): Coverage {
  let from: EpochMs | null = null;
  let to: EpochMs | null = null;
  const services = new Set<string>();
  for (const { at, service } of items) {
    if (service !== null) services.add(service);
    if (at === null) continue;
    if (from === null || at < from) from = at;
    if (to === null || at > to) to = at;
  }
  return {
    ...fields,
    items: items.length,
    interval: from === null || to === null ? null : { from, to },
    services: [...services].sort(),
  };
}

/** The remark on zone-less times; none where every time carried its zone. */
export function zoneNotes(zoneless: boolean, zone: string | null): readonly string[] {
  return zoneless ? [`times without a zone were read as ${zone ?? 'UTC'}`] : [];
}

/** Exports overlap: a change that stands in two files is one, cited where it came first. */
export function withoutRepeatedChanges(contribution: Contribution): Contribution {
  const changes = new Map<string, Change>();
  for (const change of contribution.changes) if (!changes.has(change.id)) changes.set(change.id, change);
  return { ...contribution, changes: [...changes.values()] };
}
