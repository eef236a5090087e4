/** How much of its machine or limit each container takes at one moment: kubectl top, docker stats; and load balancers' counts. */
import { canonicalServiceName, workloadOfPod } from '../../../domain/service.ts';
import { parseCsv } from '../../_kit/csv.ts';
import { readPrintedTable } from '../../_kit/printed-table.ts';
import type { Line, PrintContext, Printed, PrintedKind } from '../printed.ts';
import { NOTHING, printedFact } from '../printed.ts';

const NEARLY_ALL = 95;

interface TableRow {
  readonly cells: Readonly<Record<string, string>>;
  readonly line: Line;
}

function tableOf(lines: readonly Line[]): readonly TableRow[] {
  const text = lines.map((line) => line.text).join('\n');
  return readPrintedTable(text, 5_000).rows.flatMap((row) => {
    const line = lines[row.line - 1];
    return line === undefined ? [] : [{ cells: row.cells, line }];
  });
}

function readTopPods(lines: readonly Line[]): Printed {
  const rows = tableOf(lines);
  const pods = rows.flatMap(({ cells }) => cells['NAME'] ?? cells['POD'] ?? []);
  const services = [...new Set(pods.map((pod) => canonicalServiceName(workloadOfPod(pod))))].sort();
  return { ...NOTHING, items: rows.length, services };
}

function readTopNodes(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const rows = tableOf(lines);
  const facts = rows.flatMap(({ cells, line }) =>
    (['CPU%', 'MEMORY%'] as const).flatMap((column) => {
      const used = Number.parseFloat((cells[column] ?? '').replace(/[<>]/g, ''));
      const node = cells['NAME'] ?? '';
      if (!(used >= 90)) return [];
      return [
        printedFact(
          `Node ${node} uses ${used} % of its ${column === 'CPU%' ? 'processors' : 'memory'}`,
          line,
          printedAt,
          { node },
        ),
      ];
    }),
  );
  return { ...NOTHING, facts, items: rows.length };
}

/** Compose calls a container `project-service-1`. */
function serviceOfContainer(name: string): string {
  return canonicalServiceName(/^[^-_]+[-_](.+)[-_]\d+$/.exec(name)?.[1] ?? name);
}

function readDockerStats(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const rows = tableOf(lines).filter(({ cells }) => (cells['NAME'] ?? '') !== '');
  const facts = rows.flatMap(({ cells, line }) => {
    const used = Number.parseFloat(cells['MEM %'] ?? '');
    const name = cells['NAME'] ?? '';
    if (!(used >= NEARLY_ALL)) return [];
    const of = cells['MEM USAGE / LIMIT'] ?? '';
    return [
      printedFact(`Container ${name} uses ${used} % of its memory (${of})`, line, printedAt, {
        service: serviceOfContainer(name),
        pod: name,
      }),
    ];
  });
  const services = [...new Set(rows.map(({ cells }) => serviceOfContainer(cells['NAME'] ?? '')))].sort();
  return { ...NOTHING, facts, items: rows.length, services };
}

function readHaproxy(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const text = lines
    .map((line) => line.text)
    .join('\n')
    .replace(/^# /, '');
  const table = parseCsv(text, 5_000);
  if (table === null) return { ...NOTHING, rejected: 1 };
  const cell = (cells: readonly string[], name: string) => cells[table.header.indexOf(name)] ?? '';
  const rows = table.rows.filter(({ cells }) => cell(cells, 'pxname') !== '');
  const facts = rows.flatMap(({ cells, line: number }) => {
    const [proxy, server, status] = ['pxname', 'svname', 'status'].map((name) => cell(cells, name));
    const line = lines[number - 1];
    if (line === undefined || server === 'FRONTEND' || !/^(DOWN|MAINT|NOLB)/.test(status ?? '')) return [];
    const seconds = Number(cell(cells, 'lastchg'));
    const at =
      printedAt === null || !(seconds >= 0) ? null : ((printedAt - seconds * 1000) as typeof printedAt);
    const what =
      server === 'BACKEND'
        ? `Backend ${proxy} has no server left`
        : `Server ${server} of backend ${proxy} is ${status}`;
    const why = cell(cells, 'check_status');
    return [printedFact(`${what}${why === '' ? '' : ` (${why})`}`, line, at, {})];
  });
  return { ...NOTHING, facts, items: rows.length, rejected: table.rejected };
}

export const USAGE: readonly PrintedKind[] = [
  {
    command: 'kubectl top nodes',
    unit: 'nodes',
    is: (head) => /^NAME\s+CPU\(cores\)\s+CPU(%|\(%\))\s+MEMORY\(bytes\)\s+MEMORY(%|\(%\))/m.test(head),
    read: readTopNodes,
  },
  {
    command: 'kubectl top pods',
    unit: 'pods',
    is: (head) => /^(NAMESPACE\s+)?(POD\s+)?NAME\s+CPU\(cores\)\s+MEMORY\(bytes\)/m.test(head),
    read: readTopPods,
  },
  {
    command: 'docker stats',
    unit: 'containers',
    is: (head) => /^CONTAINER( ID)?\s+(NAME\s+)?CPU %\s+MEM USAGE \/ LIMIT/m.test(head),
    read: readDockerStats,
  },
  {
    command: 'haproxy show stat',
    unit: 'proxies',
    is: (head) => /^# pxname,svname,/m.test(head),
    read: readHaproxy,
  },
  {
    command: 'nginx stub_status',
    unit: 'readings',
    is: (head) => /^Active connections: \d+/m.test(head) && /^server accepts handled requests/m.test(head),
    read: () => ({ ...NOTHING, items: 1 }),
  },
];
