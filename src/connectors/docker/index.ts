/** Containers as Docker tells of them: events, and the lists of `docker ps` and `docker compose ps`. No daemon is asked. */
import type { Evidence } from '../../domain/evidence.ts';
import type { Coverage } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { asSeenAt } from '../_kit/deployments.ts';
import { plainPath } from '../_kit/record-file.ts';
import { sampleOf } from '../_kit/records.ts';
import { deploymentsOf, factOf, instancesOf, serviceOf } from './decode.ts';
import {
  type ContainerRecord,
  isEventJson,
  isInspected,
  isListedJson,
  isPrintedDocker,
  readContainerRecords,
} from './records.ts';

const SOURCE = 'docker';
const MAX_RECORDS = 50_000;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'Containers that ended or were killed there are not part of this triage.',
};

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  const path = plainPath(file.path);
  if (
    /\.(jsonl?|ndjson)$/.test(path) &&
    sampleOf(file).some((record) => isEventJson(record) || isListedJson(record) || isInspected(record))
  )
    return 0.95;
  return /(\.(txt|log|out|jsonl?|ndjson)|(^|\/)[^./]+)$/.test(path) &&
    isPrintedDocker(file.head().slice(0, 4_000))
    ? 0.95
    : 0;
}

function cite(path: string, { place, text, at }: ContainerRecord, kind: Evidence['kind']): Evidence {
  return citeRecord({ source: SOURCE, kind, path, place, text, observedAt: at });
}

/** When each container was last told to end, as it goes through the records. */
function factsOf(records: readonly ContainerRecord[]) {
  const signalled = new Map<string, EpochMs>();
  return records.flatMap((record) => {
    if (/^(kill|stop)$/.test(record.action) && record.at !== null) signalled.set(record.name, record.at);
    const fact = factOf(record, signalled.get(record.name) ?? null);
    return fact === null ? [] : [{ fact, record }];
  });
}

function read({ path }: EvidenceFile, text: string, { asOf }: CollectRequest): Contribution {
  const input = readContainerRecords(text, MAX_RECORDS);
  const records = input.records.filter(({ at }) => at === null || asOf === null || at <= asOf);
  const evidence = new Map<string, Evidence>();
  const ref = (record: ContainerRecord, kind: Evidence['kind']) => {
    const cited = cite(path, record, kind);
    if (!evidence.has(cited.ref)) evidence.set(cited.ref, cited);
    return cited.ref;
  };
  const facts = new Set<string>();
  const platformFacts = factsOf(records).map(({ fact, record }) => {
    const cited = ref(record, 'platform-fact');
    // A record of `docker inspect` tells of several things.
    const id = facts.has(cited) ? `${cited}:${fact.kind}` : cited;
    facts.add(id);
    return { ...fact, id, evidence: [cited] };
  });
  const instances = instancesOf(records).map(({ record, ...instance }) => ({
    ...instance,
    evidence: [ref(record, 'platform-fact')],
  }));
  const changes = deploymentsOf(records).flatMap(({ record, ...told }) => {
    const cited = ref(record, 'platform-fact');
    return asSeenAt({ ...told, id: cited, evidence: [cited] }, asOf) ?? [];
  });
  const isListed = records.length > 0 && records.every(({ action }) => action === 'listed');
  const fields = {
    source: SOURCE,
    what: isListed ? 'containers' : 'container events',
    path,
    unit: isListed ? 'containers' : 'events',
    rejected: input.rejected,
    notes: isListed ? ['times are relative to when it was printed; docker events gives times'] : [],
  };
  const coverage: Coverage = coverageOfItems(
    fields,
    records.map((record) => ({ at: record.at, service: serviceOf(record) })),
  );
  return {
    ...EMPTY_CONTRIBUTION,
    platformFacts,
    instances,
    changes,
    evidence: [...evidence.values()],
    gaps: [
      ...rejectedGaps(FILES, path, input.rejected, 'records'),
      ...truncatedGaps(FILES, path, input.truncated, `${MAX_RECORDS} records`),
    ],
    coverage: [coverage],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Containers that ended, were killed or fail their health check: docker events, docker ps, docker compose ps, docker inspect.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
