/** What commands print for people about units, machines, containers and databases, kept as text: facts at one moment, and series where readings carry times. */
import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { toIso } from '../../domain/time.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, mergeContributions, rejectedGaps } from '../_kit/collect-files.ts';
import { metricContribution } from '../_kit/metric-contribution.ts';
import { printedAt } from '../_kit/printed-at.ts';
import { plainPath } from '../_kit/record-file.ts';
import { BROKERS } from './kinds/brokers.ts';
import { DATABASES } from './kinds/databases.ts';
import { LISTS } from './kinds/lists.ts';
import { MACHINE } from './kinds/machine.ts';
import { SAMPLES } from './kinds/samples.ts';
import { SESSIONS } from './kinds/sessions.ts';
import { UNITS } from './kinds/units.ts';
import { USAGE } from './kinds/usage.ts';
import { type Line, linesOf, type PrintedKind } from './printed.ts';

const SOURCE = 'command-output';
const FILES: FileSource = { source: SOURCE, effect: 'What the command told is not part of this triage.' };
const KINDS: readonly PrintedKind[] = [
  ...UNITS,
  ...MACHINE,
  ...USAGE,
  ...SESSIONS,
  ...SAMPLES,
  ...DATABASES,
  ...BROKERS,
  ...LISTS,
];
const HEAD_CHARACTERS = 8_000;

function kindOf(head: string): PrintedKind | null {
  const start = head.slice(0, HEAD_CHARACTERS);
  return KINDS.find((kind) => kind.is(start)) ?? null;
}

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/(\.(txt|log|out|csv|tsv|json)|(^|\/)[^./]+)$/.test(plainPath(file.path)))
    return 0;
  return kindOf(file.head()) === null ? 0 : 0.93;
}

function read({ path }: EvidenceFile, text: string, { asOf, zone }: CollectRequest): Contribution {
  const kind = kindOf(text);
  if (kind === null) return { ...EMPTY_CONTRIBUTION, gaps: rejectedGaps(FILES, path, 1, 'parts') };
  const printed = printedAt(path, text, zone);
  const content = kind.read(linesOf(text), { path, printedAt: printed?.at ?? null, zone });
  const isKnown = (at: number | null) => asOf === null || at === null || at <= asOf;
  const evidence = new Map<string, Evidence>();
  const cite = ({ text: line, number, byteOffset }: Line, at: PrintedKindTime) => {
    const place = { kind: 'line', line: number, byteOffset } as const;
    const cited = citeRecord({
      source: SOURCE,
      kind: 'platform-fact',
      path,
      place,
      text: line.trim(),
      observedAt: at,
    });
    if (!evidence.has(cited.ref)) evidence.set(cited.ref, cited);
    return cited.ref;
  };
  const platformFacts = content.facts
    .filter(({ at }) => isKnown(at))
    .map(({ line, ...fact }, index) => {
      const ref = cite(line, fact.at);
      return { ...fact, id: `${ref}:${index}`, evidence: [ref] };
    });
  const instances = content.instances
    .filter(({ startedAt }) => isKnown(startedAt))
    .map(({ line, ...instance }) => ({
      ...instance,
      version: null,
      endedAt: null,
      zone: null,
      evidence: [cite(line, instance.startedAt)],
    }));
  const series = { source: FILES, path, series: content.series, rejected: 0, unit: 'rows', asOf };
  const metrics = content.series.length === 0 ? EMPTY_CONTRIBUTION : metricContribution(series);
  const times = [...platformFacts.map(({ at }) => at), ...instances.map(({ startedAt }) => startedAt)]
    .filter((at) => at !== null)
    .sort((a, b) => a - b);
  const [from, to] = [times[0], times.at(-1)];
  const isTimed = times.length > 0 || content.series.length > 0;
  const notes = [
    printed === null ? 'it does not say when it was printed' : `printed at ${toIso(printed.at)}`,
    ...(content.zoneless ? [`times without a zone were read as ${zone ?? 'UTC'}`] : []),
  ];
  const own: Contribution = {
    ...EMPTY_CONTRIBUTION,
    platformFacts,
    instances,
    evidence: [...evidence.values()],
    gaps: rejectedGaps(
      FILES,
      path,
      content.items === 0 ? Math.max(1, content.rejected) : content.rejected,
      'rows',
    ),
    coverage: [
      {
        source: SOURCE,
        what: kind.command,
        path,
        items: content.items,
        unit: kind.unit,
        rejected: content.rejected,
        interval: from === undefined || to === undefined ? null : { from, to },
        services: content.services,
        notes: isTimed && printed === null ? notes.slice(1) : notes,
      },
    ],
  };
  return mergeContributions([own, metrics]);
}

type PrintedKindTime = Evidence['observedAt'];

export const connector: Connector = {
  id: SOURCE,
  summary:
    'What commands print: systemctl, df, free, top, sar, pidstat, kubectl top, docker stats, pg_stat_activity, InnoDB status, Redis INFO, consumer groups and others.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
