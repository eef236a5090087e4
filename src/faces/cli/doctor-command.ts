/** `wicked-platform doctor`: the diagnosis of an evidence directory as text or JSON. */
import { runOperation } from '../../app/operation.ts';
import { type Diagnosis, operation } from '../../app/operations/doctor.ts';
import { stripControls } from '../../app/sanitise.ts';
import { parseSources } from '../../app/sources.ts';
import { wayToRead } from '../../app/ways-to-read.ts';
import { EXIT } from './exit-code.ts';
import { write } from './print.ts';
import { withSession } from './session.ts';

export interface DoctorFlags {
  readonly dir: string;
  readonly logs: readonly string[];
  readonly repo: readonly string[];
  readonly source: readonly string[];
  readonly now?: string;
  readonly format?: 'text' | 'json';
}

/** A person reads a screen; all of it is in the JSON. */
const MAX_ROWS = 40;

/** Exit code 0 whatever is missing: the diagnosis is the answer. */
export function doctorCommand(flags: DoctorFlags): Promise<number> {
  return withSession(
    { store: { kind: 'memory' }, sources: parseSources(flags.source) },
    async ({ platform, progress, streams }) => {
      const { dir, logs, repo, now } = flags;
      const input = { dir, logs: [...logs], repos: [...repo], now: now ?? null };
      const diagnosis = await runOperation(operation, input, platform);
      progress.clear();
      const text =
        flags.format === 'json' ? JSON.stringify(diagnosis, null, 2) : diagnosisLines(diagnosis).join('\n');
      await write(streams.stdout, `${text}\n`);
      return EXIT.ok;
    },
  );
}

export function diagnosisLines(diagnosis: Diagnosis): readonly string[] {
  const { missing, gaps, unread } = diagnosis;
  const [first, ...others] = missing;
  const lines = [
    'Found',
    ...foundLines(diagnosis),
    '',
    'Covers',
    ...coverLines(diagnosis),
    ...section('Not read, or in part', [
      ...unread.map((path) => `${path}: ${notRead(path)}`),
      ...gaps.map(({ source, detail }) => `${source}: ${detail}`),
    ]),
    ...section(
      'Missing',
      others.map(({ what, why }) => `${what}: ${why}`),
    ),
    '',
    'What would help most',
    ...(first === undefined
      ? ['  Nothing is missing that a triage asks for.']
      : [`  ${first.what}: ${first.why}`, `  ${first.nextStep}`]),
  ];
  return lines.map(stripControls);
}

function section(title: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : ['', title, ...limited(rows.map((row) => `  ${row}`))];
}

function limited(rows: readonly string[]): readonly string[] {
  const rest = rows.length - MAX_ROWS;
  return rest > 0 ? [...rows.slice(0, MAX_ROWS), `  … and ${rest} more: --format json`] : rows;
}

function foundLines({ files, sources, repositories }: Diagnosis): readonly string[] {
  const fileRows = files.map(({ path, connector, holds, items, unit, rejected, from, to }) => [
    path,
    connector,
    holds.join(', ') || 'nothing in it',
    unit === null ? '' : counted(items, unit, rejected),
    period(from, to),
  ]);
  const sourceRows = sources.map(({ source, what, items, unit, rejected, from, to }) => [
    what.replace(/^.* of /, ''),
    source,
    what.replace(/ of .*$/, ''),
    counted(items, unit, rejected),
    period(from, to),
  ]);
  const repositoryRows = repositories.map(({ repo, branch, commits, from, to, shallow }) => [
    repo,
    'git',
    `branch ${branch ?? '(detached)'}${shallow ? ', shallow' : ''}`,
    `${commits.toLocaleString('en-US')} commits`,
    period(from, to),
  ]);
  const rows = [...repositoryRows, ...sourceRows, ...fileRows];
  return rows.length === 0 ? ['  nothing'] : limited(columns(rows));
}

function notRead(path: string): string {
  if (/\.(tar|tgz|zip|7z|bz2|xz|lz4)(\.(gz|zst))?$/i.test(path)) return 'an archive: unpack it';
  const way = wayToRead(path);
  return way === null ? 'no known format' : `no known format; to have it read: ${way}`;
}

function counted(items: number, unit: string, rejected: number): string {
  return `${items.toLocaleString('en-US')} ${unit}${rejected > 0 ? `, ${rejected} rejected` : ''}`;
}

function coverLines({ covered, services }: Diagnosis): readonly string[] {
  const time = covered === null ? 'no logs, metrics or traces' : period(covered.from, covered.to);
  const own = services.filter(({ kind }) => kind === 'service');
  if (own.length === 0) return [`  ${time}`];
  const mark = (yes: boolean) => (yes ? 'yes' : '-');
  const rows = own.map(({ name, logs, metrics, traces, alerts, deployments, folders }) => [
    name,
    mark(logs),
    mark(metrics),
    mark(traces),
    mark(alerts),
    deployments === 0 ? '-' : String(deployments),
    folders.join(' ') || '-',
  ]);
  const head = ['service', 'logs', 'metrics', 'traces', 'alerts', 'deployments', 'code'];
  const table = columns([head, ...rows]);
  return [`  ${time}`, ...table.slice(0, 1), ...limited(table.slice(1))];
}

/** `2024-01-15T14:00:00Z … 14:41:00Z` within a day, both dates otherwise. */
function period(from: string | null, to: string | null): string {
  if (from === null || to === null) return '';
  return `${from} … ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows.map((row) =>
    `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd(),
  );
}
