/** Alerts from saved notifications: Alertmanager, Grafana, PagerDuty, Opsgenie, clouds, Datadog, New Relic, Sentry, status pages and others, and the answers of their APIs. Who was paged and how is left out. */
import type { Evidence } from '../../domain/evidence.ts';
import type { Coverage } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { citePart } from '../_kit/nested.ts';
import { plainPath } from '../_kit/record-file.ts';
import { readRecords, sampleOf, sampleUnder } from '../_kit/records.ts';
import { type CitedNotice, decodeRecord, mergeNotices, shapeOf } from './decode.ts';
import { isNagiosLog, readNagiosLog } from './nagios-log.ts';

const SOURCE = 'alerts';
const MAX_RECORDS = 20_000;
const FILES: FileSource = { source: SOURCE, effect: 'Alerts that stand there are not part of the triage.' };

/** Keys under which answers of APIs hold alerts or incidents. */
const LISTS = [
  'incidents',
  'data',
  'MetricAlarms',
  'AlarmHistoryItems',
  'monitors',
  'items',
  'result/items',
  'result',
  'results',
  'events',
];

/** A status page names itself beside its incidents, so that the document is read as a whole. */
function isStatusPage(text: string): boolean {
  return /^\s*\{/.test(text) && /"page"\s*:\s*\{/.test(text) && /"incident_updates"|"impact"/.test(text);
}

const PERIODS = /^\s*\{[^[]{0,200}"data"\s*:\s*\[\s*\{[^{}]{0,400}"ended_at"\s*:/;
const BEATS = /^\s*\{[\s\S]{0,20000}"heartbeatList"\s*:\s*\{\s*"\d+"\s*:\s*\[\s*\{/;
const OUTAGES = /"summary"\s*:\s*\{\s*"states"\s*:\s*\[\s*\{[^{}]*"timefrom"\s*:/;

/** `aws rds describe-events`. */
const STORE_EVENTS = /"Events"\s*:\s*\[\s*\{[^{}]{0,2000}"SourceType"\s*:/;

/** Spells of up and down make sense together only. */
function isOfUptime(head: string): boolean {
  const start = head.slice(0, 40_000);
  return PERIODS.test(start) || BEATS.test(start) || OUTAGES.test(start) || STORE_EVENTS.test(start);
}

function isWhole(text: string): boolean {
  return isStatusPage(text) || isOfUptime(text);
}

/** Alerts of a document too long for its head are looked for behind the key of their list. */
function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  if (/\.(?:log|txt)$/.test(plainPath(file.path))) return isNagiosLog(file.head()) ? 0.94 : 0;
  if (!/\.(json|jsonl|ndjson)$/.test(plainPath(file.path))) return 0;
  if (isOfUptime(file.head()) || sampleOf(file).some((record) => shapeOf(record) !== null)) return 0.95;
  const alert = sampleUnder(file.head(), 'alerts')[0];
  if (alert !== undefined && shapeOf({ alerts: [alert] }) !== null) return 0.95;
  const listed = LISTS.flatMap((key) => sampleUnder(file.head(), key));
  return listed.some((record) => /^(pagerduty-incident|other-vendor)$/.test(shapeOf(record) ?? ''))
    ? 0.95
    : 0;
}

interface Reading {
  readonly notices: CitedNotice[];
  readonly evidence: Map<string, Evidence>;
}

/** The log of a monitoring system: what it found, line by line. */
function readLog(path: string, text: string, request: CollectRequest, all: Reading): Contribution {
  const { notices, rejected } = readNagiosLog(text, MAX_RECORDS);
  const own: CitedNotice[] = [];
  for (const { notice, line, byteOffset, text: said } of notices) {
    const observedAt = notice.noticedAt ?? notice.firedAt;
    if (request.asOf !== null && observedAt > request.asOf) continue;
    const place = { kind: 'line', line, byteOffset } as const;
    const cited = citeRecord({ source: SOURCE, kind: 'alert', path, place, text: said, observedAt });
    all.evidence.set(cited.ref, cited);
    own.push({ notice, evidence: cited.ref });
  }
  all.notices.push(...own);
  return {
    ...EMPTY_CONTRIBUTION,
    gaps: rejectedGaps(FILES, path, rejected, 'lines'),
    coverage: [coverage(path, own, rejected, request)],
  };
}

function read(file: EvidenceFile, text: string, request: CollectRequest, all: Reading): Contribution {
  if (/^\s*\[\d{10}\] /.test(text)) return readLog(file.path, text, request, all);
  const input = readRecords(text, isWhole(text) ? [] : LISTS, MAX_RECORDS);
  let { rejected } = input;
  const own: CitedNotice[] = [];
  for (const record of input.records) {
    const decoded = decodeRecord(record.value);
    if (decoded === null) rejected += 1;
    for (const { pointer, value, notice } of decoded ?? []) {
      if (notice === null) rejected += 1;
      else {
        const observedAt = notice.noticedAt ?? notice.firedAt;
        if (request.asOf !== null && observedAt > request.asOf) continue;
        const place = { source: SOURCE, kind: 'alert', path: file.path, record, pointer, value } as const;
        const cited = citePart({ ...place, observedAt });
        if (!all.evidence.has(cited.ref)) all.evidence.set(cited.ref, cited);
        own.push({ notice, evidence: cited.ref });
      }
    }
  }
  all.notices.push(...own);
  return {
    ...EMPTY_CONTRIBUTION,
    gaps: [
      ...rejectedGaps(FILES, file.path, rejected, 'entries'),
      ...truncatedGaps(FILES, file.path, input.truncated, `${MAX_RECORDS} entries`),
    ],
    coverage: [coverage(file.path, own, rejected, request)],
  };
}

function coverage(
  path: string,
  own: readonly CitedNotice[],
  rejected: number,
  request: CollectRequest,
): Coverage {
  const fields = { source: SOURCE, what: 'alerts', path, unit: 'alerts', rejected, notes: [] };
  const alerts = mergeNotices(own, request.asOf);
  return coverageOfItems(
    fields,
    alerts.map(({ firedAt, service }) => ({ at: firedAt, service })),
  );
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Alerts that fired and were resolved, from notifications and API answers of sixteen vendors; status pages.',
  probes: [],
  always: false,
  recognise,
  collect: async (request, context) => {
    const all: Reading = { notices: [], evidence: new Map() };
    const files = await collectFiles(request.files, context, FILES, (file, text) =>
      read(file, text, request, all),
    );
    const alerts = mergeNotices(all.notices, request.asOf);
    return { ...files, alerts, evidence: [...all.evidence.values()] };
  },
};
