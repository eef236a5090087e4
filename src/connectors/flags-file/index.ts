/** Feature flags that were switched: audit logs of LaunchDarkly, Unleash, Flagsmith, ConfigCat, Split, Statsig, Flipt, GrowthBook and PostHog, plain JSON, JSON lines and CSV. What a flag guards is found in the code, not here. */
import type { FlagChange } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems, withoutRepeatedChanges, zoneNotes } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { plainPath, readRecordFile, sampleRecord } from '../_kit/record-file.ts';
import type { JsonObject, JsonRecord } from '../_kit/records.ts';
import { type Decoded, SOURCE, type Switch } from './change.ts';
import {
  decodeLaunchDarkly,
  decodeLaunchDarklyFlag,
  isLaunchDarklyEntry,
  isLaunchDarklyFlag,
} from './launch-darkly.ts';
import { decodeOtherVendor, isOtherVendorEntry } from './other-vendors.ts';
import { decodePlain, flagLikeness } from './plain.ts';
import { countFlags, isFlagStates } from './states.ts';
import { decodeUnleash, isUnleashEvent } from './unleash.ts';

const MAX_RECORDS = 20_000;
const WRAPPERS =
  'items events flags changes flag_changes flagChanges audit history results data objects auditLogs'.split(
    ' ',
  );
const FILES: FileSource = {
  source: SOURCE,
  effect: 'A flag that was switched there is not among the candidates.',
};

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  const ofChanges = recogniseChanges(file);
  const mayBeStates = ofChanges === 0 && /\.json$/.test(plainPath(file.path));
  return mayBeStates && isFlagStates(file.head()) ? 0.9 : ofChanges;
}

function recogniseChanges(file: EvidenceFile): number {
  const sample = sampleRecord(file, WRAPPERS);
  if (sample === null) return /^\s*\{[^[\]]*"\/api\/v2\/auditlog/.test(file.head()) ? 0.9 : 0;
  if (isLaunchDarklyFlag(sample)) return 0.95;
  if (isLaunchDarklyEntry(sample) || isUnleashEvent(sample) || isOtherVendorEntry(sample)) return 0.95;
  return flagLikeness(sample, /flag|toggle|feature/i.test(file.path.split('/').at(-1) ?? ''));
}

function decode(record: JsonObject, zone: string | null): Decoded {
  if (isLaunchDarklyFlag(record)) return decodeLaunchDarklyFlag(record);
  if (isLaunchDarklyEntry(record)) return decodeLaunchDarkly(record);
  if (isUnleashEvent(record)) return decodeUnleash(record);
  if (isOtherVendorEntry(record)) return decodeOtherVendor(record);
  return decodePlain(record, zone);
}

/** Entries without an id of their own are named by their place. */
function changeOf(item: Switch, cited: Evidence): FlagChange {
  const { vendor, nativeId, zoneless: _, ...fields } = item;
  const id = nativeId === null ? cited.ref : `${vendor}:${nativeId}`;
  return { type: 'flag', id, ...fields, source: vendor, evidence: [cited.ref] };
}

interface Reading {
  readonly changes: Map<string, FlagChange>;
  readonly evidence: Map<string, Evidence>;
  rejected: number;
  ignored: number;
  repeated: number;
  zoneless: boolean;
}

function readInto(reading: Reading, path: string, record: JsonRecord, request: CollectRequest): void {
  const decoded = decode(record.value, request.zone);
  if (decoded.kind === 'rejected') reading.rejected += 1;
  if (decoded.kind === 'ignored') reading.ignored += 1;
  if (decoded.kind !== 'switches') return;
  for (const item of decoded.switches) {
    if (request.asOf !== null && item.at > request.asOf) continue;
    const cited = citeRecord({
      source: SOURCE,
      kind: 'flag-event',
      path,
      place: record.place,
      text: record.text,
      observedAt: item.at,
    });
    const change = changeOf(item, cited);
    if (reading.changes.has(change.id)) reading.repeated += 1;
    else {
      reading.changes.set(change.id, change);
      reading.evidence.set(cited.ref, cited);
      reading.zoneless ||= item.zoneless;
    }
  }
}

function counted(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

/** A list of how flags stand: null for a file of changes. */
function readStates(path: string, text: string): Contribution | null {
  const flags = isFlagStates(text) ? countFlags(text) : null;
  if (flags === null) return null;
  const notes = ['it says how flags stand, not when they were switched: add the audit log'];
  const fields = { source: SOURCE, what: 'flags', path, unit: 'flags', rejected: 0, notes };
  return { ...EMPTY_CONTRIBUTION, coverage: [{ ...coverageOfItems(fields, []), items: flags }] };
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const input = readRecordFile(file.path, text, WRAPPERS, MAX_RECORDS);
  const reading: Reading = {
    changes: new Map(),
    evidence: new Map(),
    rejected: input.rejected,
    ignored: 0,
    repeated: 0,
    zoneless: false,
  };
  for (const record of input.records) readInto(reading, file.path, record, request);
  const states = reading.changes.size === 0 ? readStates(file.path, text) : null;
  if (states !== null) return states;
  const { rejected, ignored, repeated, zoneless } = reading;
  const changes = [...reading.changes.values()];
  const notes = [
    ...counted(ignored, 'entries that switch no flag were left out'),
    ...counted(repeated, 'entries came twice'),
    ...zoneNotes(zoneless, request.zone),
  ];
  const coverage = { source: SOURCE, what: 'flags', path: file.path, unit: 'flag changes', rejected, notes };
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    evidence: [...reading.evidence.values()],
    gaps: [
      ...rejectedGaps(FILES, file.path, rejected, 'entries'),
      ...truncatedGaps(FILES, file.path, input.truncated, `${MAX_RECORDS} entries`),
    ],
    coverage: [coverageOfItems(coverage, changes)],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Feature flags that were switched: audit logs of six flag services, plain JSON, JSON lines, CSV.',
  probes: [],
  always: false,
  recognise,
  collect: async (request, context) =>
    withoutRepeatedChanges(
      await collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
    ),
};
