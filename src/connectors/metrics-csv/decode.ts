/** From the rows of a metrics table to raw series: one per metric and label set. Pure. */
import type { MetricSeries } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { CsvTable } from '../_kit/csv.ts';
import { plainKey } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import type { RawSeries } from '../_kit/metric-series.ts';
import { isMissing, type Layout, splitHeader, type ValueColumn } from './layout.ts';
import { measureOf } from './measure.ts';
import { failedOf } from './outcomes.ts';

export interface DecodedTable {
  readonly series: readonly RawSeries[];
  /** Cells and rows that could not be read; empty cells do not count. */
  readonly rejected: number;
  readonly zoneless: boolean;
  /** True where there were more series than `maxSeries`. */
  readonly truncated: boolean;
}

export interface DecodeOptions {
  readonly zone: string | null;
  /** Samples after it are left out. */
  readonly asOf: EpochMs | null;
  readonly maxSeries: number;
}

interface Draft extends RawSeries {
  readonly samples: [EpochMs, number][];
}

type Owner = Omit<Draft, 'samples' | 'type'>;

function keyOf({ name, service, labels }: Owner): string {
  return `${name}\0${service ?? ''}\0${JSON.stringify(labels)}`;
}

/** Collects samples by series; a series beyond the limit is dropped and noted. */
class Drafts {
  readonly byKey = new Map<string, Draft>();
  truncated = false;
  rejected = 0;
  private readonly maxSeries: number;

  constructor(maxSeries: number) {
    this.maxSeries = maxSeries;
  }

  add(at: EpochMs, cell: string, series: Owner, key = keyOf(series)): void {
    if (isMissing(cell)) return;
    const measure = measureOf(cell);
    if (measure === null) {
      this.rejected += 1;
      return;
    }
    const { value, unit } = measure;
    const known = this.byKey.get(key);
    if (known !== undefined) known.samples.push([at, value]);
    else if (this.byKey.size >= this.maxSeries) this.truncated = true;
    else
      this.byKey.set(key, {
        ...series,
        unit: unit ?? series.unit,
        type: 'unknown',
        samples: [[at, value]],
      });
  }
}

/** Spellings of columns that say whose a row is, by the label that says so everywhere. */
const LABEL_NAMES: Readonly<Record<string, string>> = {
  servicename: 'service',
  svcname: 'service',
  appname: 'app',
  podname: 'pod',
  cmdbid: 'pod',
  containername: 'container',
  nodename: 'node',
  instancename: 'instance',
};
const MACHINE = /^(node|host|vm|machine|server|os|worker)[-_]?\d+$/i;

/** An inventory's id may be a machine, a copy of a service, or a copy after its machine or before the other side of a call. */
function labelOf(key: string, written: string, value: string): readonly [string, string] {
  const label = LABEL_NAMES[key] ?? written;
  if (key !== 'cmdbid') return [label, value];
  const parts = value.split('.');
  const copy = parts.find((part) => !MACHINE.test(part));
  return copy === undefined ? ['node', value] : [label, copy];
}

const CALLER =
  /^(source|src|from|caller|client|sourceservice|srcservice|upstream(service)?|consumer|sourceworkload)$/;
const CALLEE =
  /^(destination|dest|dst|to|callee|target|destinationservice|dstservice|downstream(service)?|provider|destinationworkload)$/;

/** A table of who calls whom: what is measured is how the callee answered. */
function labelsOfCall(
  columns: readonly { readonly index: number; readonly name: string }[],
): readonly { readonly index: number; readonly name: string }[] {
  const caller = columns.find(({ name }) => CALLER.test(plainKey(name)));
  const callee = columns.find(({ name }) => CALLEE.test(plainKey(name)));
  if (caller === undefined || callee === undefined) return columns;
  return columns.map((column) => {
    if (column === callee) return { ...column, name: 'service' };
    return column === caller ? { ...column, name: 'caller' } : column;
  });
}

function labelsOf(
  columns: readonly { readonly index: number; readonly name: string }[],
  cells: readonly string[],
): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const { index, name } of columns) {
    const value = cells[index] ?? '';
    if (value === '') continue;
    const [label, cell] = labelOf(plainKey(name), name.toLowerCase(), value);
    labels[label] = cell;
  }
  return labels;
}

function addRow(drafts: Drafts, layout: Layout, at: EpochMs, cells: readonly string[]): void {
  const labels = labelsOf(layout.labels, cells);
  if (layout.kind === 'long') {
    const written = layout.metric === null ? layout.fallbackMetric : (cells[layout.metric] ?? '');
    const { name, labels: own } = splitHeader(written);
    const unit = layout.unit === null ? null : (cells[layout.unit] ?? null);
    const metric = name === '' ? layout.fallbackMetric : name;
    drafts.add(at, cells[layout.value] ?? '', {
      name: metric,
      labels: { ...labels, ...own },
      unit,
      service: layout.metric === null ? layout.fallbackService : null,
    });
    return;
  }
  for (const column of layout.columns) drafts.add(at, cells[column.index] ?? '', ownerOf(column, labels));
  const failed = layout.outcomes.flatMap((index) => failedOf(cells[index] ?? '') ?? []);
  if (failed.length > 0)
    drafts.add(at, String(Math.max(...failed)), { name: FAILED_CHECKS, labels, unit: null, service: null });
}

/** Of one check it is all or nothing. */
const FAILED_CHECKS = 'failed_checks_ratio';

function ownerOf({ metric, service, labels }: ValueColumn, ofRow: Readonly<Record<string, string>>): Owner {
  const own = service === null ? labels : { ...labels, service };
  return { name: metric, labels: { ...own, ...ofRow }, unit: null, service };
}

/** How rows are added; where no column labels them, whose a cell is follows from its column alone and is worked out once. */
function adderOf(drafts: Drafts, layout: Layout): (at: EpochMs, cells: readonly string[]) => void {
  if (layout.kind === 'long' || layout.labels.length > 0 || layout.outcomes.length > 0)
    return (at, cells) => addRow(drafts, layout, at, cells);
  const owners = layout.columns.map((column) => {
    const owner = ownerOf(column, {});
    return { index: column.index, owner, key: keyOf(owner) };
  });
  return (at, cells) => {
    for (const { index, owner, key } of owners) drafts.add(at, cells[index] ?? '', owner, key);
  };
}

/** Rows whose time cannot be read are rejected. */
export function decodeTable(table: CsvTable, given: Layout, options: DecodeOptions): DecodedTable {
  const layout = { ...given, labels: labelsOfCall(given.labels) };
  const drafts = new Drafts(options.maxSeries);
  const add = adderOf(drafts, layout);
  let rejected = table.rejected;
  let zoneless = false;
  for (const { cells } of table.rows) {
    const read = readInstant(cells[layout.time], options.zone);
    if (read === null) {
      rejected += 1;
      continue;
    }
    zoneless ||= read.zoneless;
    if (options.asOf === null || read.at <= options.asOf) add(read.at, cells);
  }
  const series = [...drafts.byKey.values()];
  return { series, rejected: rejected + drafts.rejected, zoneless, truncated: drafts.truncated };
}

/**
 * Gives each ratio and latency the request counts of its own labels as weights, where the same file holds them per bucket
 * at the same times.
 */
export function withWeights(series: readonly MetricSeries[]): readonly MetricSeries[] {
  const keyOf = (one: MetricSeries) => `${one.service ?? ''}\0${JSON.stringify(one.attributes)}`;
  const requests = new Map<string, MetricSeries>();
  for (const one of series)
    if (one.meaning === 'requests' && one.unit === '1/bucket') requests.set(keyOf(one), one);
  return series.map((one) => {
    const counts =
      one.meaning === 'error-ratio' || one.meaning === 'latency' ? requests.get(keyOf(one)) : undefined;
    const same = counts !== undefined && sameTimes(counts.at, one.at);
    return same ? { ...one, weights: counts.values } : one;
  });
}

function sameTimes(a: readonly EpochMs[], b: readonly EpochMs[]): boolean {
  return a.length === b.length && a.every((at, index) => at === b[index]);
}
