/** Tables of the same readings again and again, each with its time: sar, mpstat, iostat, vmstat. They become series of the machine. */
import type { MetricMeaning } from '../../../domain/signal.ts';
import { type EpochMs, epochMs } from '../../../domain/time.ts';
import { instantOfWall } from '../../_kit/instants.ts';
import type { RawSeries } from '../../_kit/metric-series.ts';
import type { Line, PrintContext, Printed, PrintedKind } from '../printed.ts';
import { NOTHING } from '../printed.ts';

interface Reading {
  readonly name: string;
  readonly meaning: MetricMeaning;
  readonly unit: string | null;
  readonly of: (value: number) => number;
}

const same = (value: number) => value;
/** Columns that say how much of something limited is taken. */
const COLUMNS: Readonly<Record<string, Reading>> = {
  '%idle': { name: 'processors in use', meaning: 'cpu', unit: 'percent', of: (value) => 100 - value },
  id: { name: 'processors in use', meaning: 'cpu', unit: 'percent', of: (value) => 100 - value },
  '%iowait': { name: 'processors waiting for disks', meaning: 'other', unit: 'percent', of: same },
  wa: { name: 'processors waiting for disks', meaning: 'other', unit: 'percent', of: same },
  '%steal': { name: 'processors taken by other machines', meaning: 'other', unit: 'percent', of: same },
  st: { name: 'processors taken by other machines', meaning: 'other', unit: 'percent', of: same },
  '%memused': { name: 'memory in use', meaning: 'memory', unit: 'percent', of: same },
  '%swpused': { name: 'swap in use', meaning: 'memory', unit: 'percent', of: same },
  '%util': { name: 'disk busy', meaning: 'saturation', unit: 'percent', of: same },
  '%ifutil': { name: 'network interface busy', meaning: 'saturation', unit: 'percent', of: same },
  await: { name: 'disk wait ms', meaning: 'other', unit: null, of: same },
  r_await: { name: 'disk read wait ms', meaning: 'other', unit: null, of: same },
  w_await: { name: 'disk write wait ms', meaning: 'other', unit: null, of: same },
  'runq-sz': { name: 'processes ready to run', meaning: 'other', unit: null, of: same },
  r: { name: 'processes ready to run', meaning: 'other', unit: null, of: same },
  '%CPU': { name: 'processors taken by a process', meaning: 'other', unit: 'percent', of: same },
  '%MEM': { name: 'memory taken by a process', meaning: 'other', unit: 'percent', of: same },
  'ldavg-1': { name: 'load average', meaning: 'other', unit: null, of: same },
  swpd: { name: 'swap used kB', meaning: 'other', unit: null, of: same },
};
/** What a row is about, beside its readings. */
const THINGS = /^(CPU|DEV|Device:?|IFACE|tps)$/;

class Series {
  private readonly byKey = new Map<string, RawSeries & { readonly samples: [EpochMs, number][] }>();

  add(reading: Reading, thing: string | null, host: string | null, at: EpochMs, value: number): void {
    const key = `${reading.name}\0${thing ?? ''}`;
    const labels = { ...(thing === null ? {} : { device: thing }), ...(host === null ? {} : { host }) };
    const known = this.byKey.get(key);
    if (known !== undefined) known.samples.push([at, value]);
    else
      this.byKey.set(key, {
        name: reading.name,
        labels,
        samples: [[at, value]],
        type: 'gauge',
        unit: reading.unit,
        service: null,
        meaning: reading.meaning,
      });
  }

  all(): readonly RawSeries[] {
    return [...this.byKey.values()];
  }
}

/** `Linux 6.1.0 (web-3) 	03/18/25 	_x86_64_	(4 CPU)`: the machine and the day. */
function bannerOf(lines: readonly Line[]): { readonly host: string | null; readonly day: number | null } {
  const banner = lines.find(({ text }) => /^Linux \S+ \(/.test(text))?.text ?? '';
  const [, host = null] = /^Linux \S+ \(([^)]+)\)/.exec(banner) ?? [];
  const iso = /\b(20\d\d)-(\d\d)-(\d\d)\b/.exec(banner);
  const american = /\b(\d\d)\/(\d\d)\/((?:20)?\d\d)\b/.exec(banner);
  if (iso !== null) return { host, day: Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])) };
  if (american === null) return { host, day: null };
  const year = Number(american[3]) % 100;
  return { host, day: Date.UTC(2000 + year, Number(american[1]) - 1, Number(american[2])) };
}

/** Wall time of a line that begins with one: with its day (iostat) or after the banner's (sar). */
function timeOf(text: string, day: number | null): { readonly wall: number; readonly rest: string } | null {
  const match =
    /^(?:(\d{4})-(\d\d)-(\d\d)[T ]|(\d\d)\/(\d\d)\/((?:20)?\d\d) )?(\d{1,2}):(\d\d):(\d\d)( [AP]M)?(?:[+-]\d{4}|Z)?(?:\s+|$)(.*)$/.exec(
      text,
    );
  if (match === null) return null;
  const [
    ,
    isoYear,
    isoMonth,
    isoDay,
    month,
    dayOfMonth,
    year,
    hour = '0',
    minute = '0',
    second = '0',
    half,
    rest = '',
  ] = match;
  let date = day;
  if (isoYear !== undefined) date = Date.UTC(Number(isoYear), Number(isoMonth) - 1, Number(isoDay));
  if (month !== undefined)
    date = Date.UTC(2000 + (Number(year) % 100), Number(month) - 1, Number(dayOfMonth));
  if (date === null) return null;
  const noon = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === ' PM' ? 12 : 0);
  return { wall: date + noon * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000, rest };
}

function isHeader(words: readonly string[]): boolean {
  return (
    words.length > 1 &&
    words.some((word) => COLUMNS[word] !== undefined) &&
    !words.some((word) => /^\d/.test(word))
  );
}

/** sar and mpstat put the time before each row, iostat on a line of its own above several. */
function read(lines: readonly Line[], context: PrintContext): Printed {
  const { host, day } = bannerOf(lines);
  const series = new Series();
  let [header, wall, items, rejected]: [readonly string[], number | null, number, number] = [[], null, 0, 0];
  let shift = 0;
  for (const { text } of lines) {
    if (/^Linux \S+ \(|^Average:|^\s*$/.test(text)) continue;
    const timed = timeOf(text, day);
    if (timed !== null) {
      // The next day begins within the table.
      if (wall !== null && timed.wall + shift < wall - 12 * 3_600_000) shift += 86_400_000;
      wall = timed.wall + shift;
    }
    const words = (timed?.rest ?? text)
      .trim()
      .replace(/^avg-cpu:/, '')
      .trim()
      .split(/\s+/);
    if (words[0] === '') continue;
    if (isHeader(words)) {
      header = words;
      continue;
    }
    if (words.length !== header.length || wall === null) {
      rejected += 1;
      continue;
    }
    const command = header.indexOf('Command');
    const named = command < 0 ? header.findIndex((name) => THINGS.test(name)) : command;
    const thing = named < 0 ? null : (words[named] ?? null);
    if (header[named] === 'CPU' && thing !== 'all') continue;
    items += 1;
    const at = instantOfWall(wall, context.zone);
    header.forEach((name, index) => {
      const reading = COLUMNS[name];
      const value = Number((words[index] ?? '').replace(',', '.'));
      if (reading !== undefined && Number.isFinite(value))
        series.add(reading, thing === 'all' ? null : thing, host, at, reading.of(value));
    });
  }
  return { ...NOTHING, series: series.all(), items, rejected, zoneless: true };
}

const VMSTAT = /^\s*r\s+b\s+swpd\s+free\b/;
const STAMP = /(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\s*$/;

/** Without `-t` only the rows are counted: they carry no times. */
function readVmstat(lines: readonly Line[], context: PrintContext): Printed {
  const series = new Series();
  const header = (lines.find(({ text }) => VMSTAT.test(text))?.text ?? '').trim().split(/\s+/);
  const rows = lines.filter(({ text }) => /^\s*\d+\s+\d+\s+\d+\s/.test(text));
  for (const { text } of rows) {
    const words = text.trim().split(/\s+/);
    const stamp = STAMP.exec(text);
    if (stamp === null) continue;
    const [year = 0, month = 1, day, hour, minute, second] = stamp.slice(1).map(Number);
    const at = epochMs(instantOfWall(Date.UTC(year, month - 1, day, hour, minute, second), context.zone));
    header.forEach((name, index) => {
      const reading = COLUMNS[name];
      const value = Number(words[index]);
      if (reading !== undefined && Number.isFinite(value))
        series.add(reading, null, null, at, reading.of(value));
    });
  }
  return { ...NOTHING, series: series.all(), items: rows.length, zoneless: series.all().length > 0 };
}

export const SAMPLES: readonly PrintedKind[] = [
  { command: 'vmstat', unit: 'readings', is: (head) => /^procs -+memory-/m.test(head), read: readVmstat },
  {
    command: 'sar, mpstat, iostat or pidstat',
    unit: 'readings',
    is: (head) =>
      /^Linux \S+ \([^)]+\)\s.*\(\d+ CPU\)/m.test(head) ||
      /^\d\d:\d\d:\d\d(?: [AP]M)?\s+(CPU|IFACE|DEV|kbmemfree|runq-sz|tps)\s/m.test(head) ||
      /^avg-cpu:\s+%user/m.test(head),
    read,
  },
];
