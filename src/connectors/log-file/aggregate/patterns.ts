/** From the cells of all files to log patterns: variable words found, files merged, samples chosen. */
import { createHash } from 'node:crypto';
import { append } from '../../../domain/append.ts';
import type { FailingIdentities, LogPattern, LogSample, LogSeverity, Split } from '../../../domain/signal.ts';
import { type EpochMs, epochMs } from '../../../domain/time.ts';
import { shorten } from '../../_kit/evidence.ts';
import { type IdentityKind, IdentityPairs } from '../../_kit/failing-identities.ts';
import { saidIn } from '../formats/parse-line.ts';
import { machineOfPath, revisionOfPod } from '../service-name.ts';
import { parseStack } from '../stack/parse-stack.ts';
import { mergeGroups } from '../template/merge.ts';
import { templateOf } from '../template/template.ts';
import { BucketCounter } from './bucket-counter.ts';
import type { Cell, KeptRecord, SplitCount, SplitDimension } from './cell.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { ScannedFile } from './scanned-file.ts';

/** Samples of a pattern that may be about a fault, and of any other. */
const RICH_SAMPLES = 6;
const PLAIN_SAMPLES = 5;
/** Patterns that are handed on. Severe ones come first, then frequent ones. */
const MAX_PATTERNS = 2_000;
const MAX_SPLITS = 40;
const MAX_ATTRIBUTES = 12;

interface Sourced {
  readonly cell: Cell;
  readonly source: ScannedFile;
}

interface Sample {
  readonly cell: Cell;
  readonly record: KeptRecord;
  readonly atMs: number;
  readonly source: ScannedFile;
}

export interface FoundPatterns {
  readonly patterns: readonly LogPattern[];
  /** Patterns beyond the bound, with their records. */
  readonly dropped: number;
  readonly droppedRecords: number;
}

const RANK: Readonly<Record<LogSeverity, number>> = {
  fatal: 0,
  error: 1,
  warn: 2,
  unknown: 3,
  info: 4,
  debug: 5,
  trace: 6,
};

export function isSevere(severity: LogSeverity): boolean {
  return RANK[severity] <= RANK.warn;
}

/** `widthMs` is the least width of the buckets. */
export function patternsOf(
  files: readonly ScannedFile[],
  widthMs: number,
  store: EvidenceStore,
): FoundPatterns {
  const groups = [...groupCells(files).values()];
  groups.sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.count - a.count || (a.key < b.key ? -1 : 1));
  const kept = groups.slice(0, MAX_PATTERNS);
  const dropped = groups.slice(MAX_PATTERNS);
  const machines = machinesOf(files);
  return {
    patterns: kept.map((group) => toPattern(group, widthMs, store, machines)),
    dropped: dropped.length,
    droppedRecords: dropped.reduce((sum, group) => sum + group.count, 0),
  };
}

interface Group {
  readonly key: string;
  readonly service: string | null;
  readonly severity: LogSeverity;
  readonly members: Sourced[];
  count: number;
  /** That of its most frequent part, whose records are counted here; ties by name. */
  template: string;
  templateCount: number;
}

function newGroup(key: string, { service, severity }: Cell): Group {
  return { key, service, severity, members: [], count: 0, template: '', templateCount: 0 };
}

function noteTemplate(group: Group, template: string, count: number): void {
  const isBetter =
    count > group.templateCount || (count === group.templateCount && template < group.template);
  if (!isBetter) return;
  group.template = template;
  group.templateCount = count;
}

function groupCells(files: readonly ScannedFile[]): Map<string, Group> {
  const byKind = new Map<string, Sourced[]>();
  for (const source of files)
    for (const cell of source.aggregate.cells.values()) {
      if (cell.count === 0) continue;
      const kind = `${cell.service ?? ''}\n${cell.severity}`;
      append(byKind, kind, { cell, source });
    }
  const groups = new Map<string, Group>();
  for (const [kind, members] of byKind) {
    const counts = new Map<string, number>();
    for (const { cell } of members) counts.set(cell.group, (counts.get(cell.group) ?? 0) + cell.count);
    const merged = mergeGroups(counts);
    for (const member of members) {
      const { cell } = member;
      const target = merged.get(cell.group);
      const key = `${kind}\n${target?.group ?? cell.group}`;
      const group = groups.get(key) ?? newGroup(key, cell);
      group.members.push(member);
      group.count += cell.count;
      groups.set(key, group);
      const template =
        target === undefined || target.masked.size === 0
          ? cell.template
          : templateOf(cell.template, target.masked);
      noteTemplate(group, template, counts.get(cell.group) ?? 0);
    }
  }
  return groups;
}

/** By file the machine whose folder it lies in; empty where fewer than two are told apart so. */
function machinesOf(files: readonly ScannedFile[]): ReadonlyMap<ScannedFile, string> {
  const found = new Map<ScannedFile, string>();
  for (const source of files) {
    const machine = machineOfPath(source.file.path);
    if (machine !== null) found.set(source, machine);
  }
  return new Set(found.values()).size < 2 ? new Map() : found;
}

function toPattern(
  group: Group,
  widthMs: number,
  store: EvidenceStore,
  machines: ReadonlyMap<ScannedFile, string>,
): LogPattern {
  const buckets = new BucketCounter();
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { cell } of group.members) {
    buckets.addAll(cell.buckets);
    firstMs = Math.min(firstMs, cell.firstMs);
    lastMs = Math.max(lastMs, cell.lastMs);
  }
  const described = group.members.map(({ cell }) => cell);
  const stack = described.find((cell) => cell.stack !== null)?.stack ?? null;
  return {
    id: patternId(group),
    template: group.template,
    service: group.service,
    severity: group.severity,
    count: group.count,
    firstSeenAt: epochMs(firstMs),
    lastSeenAt: epochMs(lastMs),
    buckets: buckets.toCounts(widthMs),
    samples: chooseSamples(group).map((sample) => toSample(sample, store)),
    splits: splitsOf(group.members, machines),
    frames: stack === null ? [] : parseStack(stack),
    exceptionType: described.find((cell) => cell.exceptionType !== null)?.exceptionType ?? null,
    attributes: boundedAttributes(described),
    failing: failingOf(described),
  };
}

function failingOf(cells: readonly Cell[]): readonly FailingIdentities[] {
  const byKind = new Map<IdentityKind, IdentityPairs>();
  for (const { failing } of cells) {
    if (failing === null) continue;
    const pairs = byKind.get(failing.kind) ?? new IdentityPairs(failing.kind);
    pairs.addAll(failing);
    byKind.set(failing.kind, pairs);
  }
  return [...byKind.values()].flatMap((pairs) => pairs.found());
}

/** Same service, severity and words: same id, in any file and any run. */
function patternId({ key }: Group): string {
  return `pattern-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

function boundedAttributes(cells: readonly Cell[]): Readonly<Record<string, string>> {
  const first = cells.find((cell) => Object.keys(cell.attributes).length > 0);
  const logger = cells.find((cell) => cell.logger !== null)?.logger ?? null;
  const entries = Object.entries(first?.attributes ?? {}).slice(0, MAX_ATTRIBUTES);
  return Object.fromEntries(logger === null ? entries : [...entries, ['logger', logger]]);
}

/** The first and the last record, and between them those that lie apart in time; in order of time, then place. */
function chooseSamples(group: Group): readonly Sample[] {
  const seen = new Map<string, Sample>();
  for (const { cell, source } of group.members)
    for (const record of [cell.first, ...cell.middle, ...cell.counted.kept, ...cell.read.kept, cell.last])
      if (record !== null)
        seen.set(`${source.file.path}:${record.line}`, {
          cell,
          record,
          source,
          atMs: record.atMs,
        });
  const ordered = [...seen.entries()]
    .sort(([a, x], [b, y]) => x.atMs - y.atMs || x.record.line - y.record.line || (a < b ? -1 : 1))
    .map(([, sample]) => sample);
  const limit = RANK[group.severity] <= RANK.unknown ? RICH_SAMPLES : PLAIN_SAMPLES;
  if (ordered.length <= limit) return ordered;
  const step = (ordered.length - 1) / (limit - 1);
  return Array.from({ length: limit }, (_, i) => ordered[Math.round(i * step)]).filter(
    (sample) => sample !== undefined,
  );
}

function toSample(sample: Sample, store: EvidenceStore): LogSample {
  const { cell, record, source } = sample;
  const yearHint = new Date(sample.atMs).getUTCFullYear();
  return {
    at: epochMs(sample.atMs),
    message: shorten(saidIn(record.text, { yearHint }, cell.formats).split('\n', 1)[0] ?? ''),
    evidence: store.line(source, record, sample.atMs).ref,
  };
}

const DIMENSIONS: readonly SplitDimension[] = ['pod', 'version', 'zone', 'host', 'route', 'peer'];

function splitsOf(members: readonly Sourced[], machines: ReadonlyMap<ScannedFile, string>): readonly Split[] {
  return DIMENSIONS.flatMap((dimension) => {
    const merged = new Map<string, SplitCount>();
    for (const { cell, source } of members) {
      for (const [value, split] of cell.splits.get(dimension) ?? []) merge(merged, value, split);
      const machine = machines.get(source);
      if (dimension === 'host' && machine !== undefined && !saysWhere(cell)) merge(merged, machine, cell);
    }
    return [...toSplits(dimension, merged), ...(dimension === 'pod' ? revisionSplits(merged) : [])];
  });
}

function saysWhere({ splits }: Cell): boolean {
  return splits.has('host') || splits.has('pod');
}

/** Pods of one replica set are of one version, even where no record names it. */
function revisionSplits(pods: ReadonlyMap<string, SplitCount>): readonly Split[] {
  const merged = new Map<string, SplitCount>();
  for (const [pod, split] of pods) {
    const revision = revisionOfPod(pod);
    if (revision !== null) merge(merged, revision, split);
  }
  return toSplits('version', merged);
}

function merge(into: Map<string, SplitCount>, value: string, split: Readonly<SplitCount>): void {
  const known = into.get(value);
  if (known === undefined) {
    into.set(value, { count: split.count, firstMs: split.firstMs, lastMs: split.lastMs });
    return;
  }
  known.count += split.count;
  known.firstMs = Math.min(known.firstMs, split.firstMs);
  known.lastMs = Math.max(known.lastMs, split.lastMs);
}

/** The most frequent values, most frequent first, ties by name. */
function toSplits(dimension: Split['dimension'], values: ReadonlyMap<string, SplitCount>): readonly Split[] {
  return [...values]
    .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .slice(0, MAX_SPLITS)
    .map(([value, { count, firstMs, lastMs }]) => ({
      dimension,
      value,
      count,
      firstSeenAt: firstMs as EpochMs,
      lastSeenAt: lastMs as EpochMs,
    }));
}
