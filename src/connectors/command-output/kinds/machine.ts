/** What a machine runs short of, at one moment: memory, disks, processors, connections. */
import type { Line, PrintContext, Printed, PrintedKind } from '../printed.ts';
import { NOTHING, printedFact, wordRows } from '../printed.ts';

/** Shares of a stock above which the next of it may not be had. */
const NEARLY_ALL = 0.95;

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function readDf(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const rows = lines.flatMap((line) => {
    const match = /^(\S+)\s+\S+\s+\S+\s+\S+\s+(\d{1,3})%\s+(\/\S*)$/.exec(line.text.trim());
    return match === null
      ? []
      : [{ device: match[1] ?? '', used: Number(match[2]) / 100, mount: match[3] ?? '', line }];
  });
  const full = rows.filter(
    ({ device, used, mount }) =>
      used >= NEARLY_ALL && !/^(\/snap|\/dev\/loop|\/boot)/.test(mount) && !/loop\d|squashfs/.test(device),
  );
  const facts = full.map(({ used, mount, device, line }) =>
    printedFact(
      `${mount} is ${used >= 1 ? 'full' : 'nearly full'}: ${percent(used)} of ${device} is used`,
      line,
      printedAt,
    ),
  );
  return { ...NOTHING, facts, items: rows.length };
}

function readFree(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const row = wordRows(
    lines.map((line) => ({
      ...line,
      text: /^\s+total\s+used/.test(line.text) ? `what ${line.text}` : line.text,
    })),
    /^what\s+total\s+used/,
  ).find(({ cells }) => /^Mem/i.test(cells['what'] ?? ''));
  const number = (cell: string | undefined) => Number.parseFloat(cell ?? '');
  const [total, available] = [number(row?.cells['total']), number(row?.cells['available'])];
  if (row === undefined || !(total > 0)) return { ...NOTHING, rejected: 1 };
  const used = 1 - available / total;
  return {
    ...NOTHING,
    facts:
      used >= NEARLY_ALL
        ? [printedFact(`Memory of the machine: ${percent(used)} is in use`, row.line, printedAt)]
        : [],
    items: 1,
  };
}

/** `top` prints the hour alone: the day is that of the file, where its name says. */
function readTop(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const cpu = lines.find(({ text }) => /^%?Cpu\(s\):/i.test(text));
  const idle = Number.parseFloat(/([\d.]+)[ %]*id/.exec(cpu?.text ?? '')?.[1] ?? '');
  const rows = wordRows(lines, /^\s*PID\s+USER\b/);
  const busy = rows.filter(({ cells }) => Number(cells['%CPU']) >= 90).slice(0, 5);
  const facts = [
    ...(cpu !== undefined && idle <= 5
      ? [printedFact(`Processors of the machine: ${idle} % idle`, cpu, printedAt)]
      : []),
    ...busy.map(({ cells, line }) =>
      printedFact(
        `Process ${cells['PID']} (${cells['COMMAND']}) takes ${cells['%CPU']} % of a processor`,
        line,
        printedAt,
      ),
    ),
  ];
  return { ...NOTHING, facts, items: rows.length };
}

function readPs(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const rows = wordRows(lines, /^\s*(USER|UID|PID)\s.*\b(COMMAND|CMD)\s*$/);
  const facts = rows
    .filter(({ cells }) => Number(cells['%CPU']) >= 90 || Number(cells['%MEM']) >= 80)
    .slice(0, 5)
    .map(({ cells, line }) =>
      printedFact(
        `Process ${cells['PID']} (${(cells['COMMAND'] ?? cells['CMD'] ?? '').slice(0, 80)}) takes ${cells['%CPU']} % of a processor and ${cells['%MEM']} % of memory`,
        line,
        printedAt,
      ),
    );
  return { ...NOTHING, facts, items: rows.length };
}

function readSockets(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const rows = lines.flatMap((line) => {
    const words = line.text.trim().split(/\s+/);
    const at = words.findIndex((word) =>
      /^(LISTEN|ESTAB(LISHED)?|CLOSE[-_]WAIT|TIME[-_]WAIT|SYN[-_](SENT|RECV)|FIN[-_]WAIT[-_]?\d)$/.test(word),
    );
    return at < 0 ? [] : [{ state: words[at] ?? '', words, at, line }];
  });
  // `ss` prints queues after the state, `netstat` before it.
  const queues = ({ words, at }: (typeof rows)[number]) =>
    (at === 0 ? words.slice(1, 3) : words.slice(1, 3)).map(Number);
  const overflown = rows.filter((row) => {
    const [waiting = 0, limit = 0] = queues(row);
    return row.state === 'LISTEN' && row.at === 0 && limit > 0 && waiting >= limit;
  });
  const left = rows.filter(({ state }) => /^CLOSE[-_]WAIT$/.test(state));
  const [first] = left;
  const facts = [
    ...overflown.map((row) => {
      const [waiting, limit] = queues(row);
      return printedFact(
        `Connections to ${row.words[3] ?? 'a port'} wait to be accepted: ${waiting} of at most ${limit}`,
        row.line,
        printedAt,
      );
    }),
    // Connections that the other side ended and the program never closes.
    ...(first !== undefined && left.length >= 20
      ? [
          printedFact(
            `${left.length} connections were ended by the other side and never closed (CLOSE-WAIT)`,
            first.line,
            printedAt,
            { count: left.length },
          ),
        ]
      : []),
  ];
  return { ...NOTHING, facts, items: rows.length };
}

export const MACHINE: readonly PrintedKind[] = [
  {
    command: 'df',
    unit: 'file systems',
    is: (head) =>
      /^Filesystem\s+\S+\s+(I?Used)\s+\S+\s+I?(Use|Capacity)%\s+Mounted on/im.test(head) ||
      /^Filesystem\s.*\bMounted on\s*$/m.test(head),
    read: readDf,
  },
  {
    command: 'free',
    unit: 'rows',
    is: (head) => /^\s+total\s+used\s+free\s+shared/m.test(head),
    read: readFree,
  },
  { command: 'top', unit: 'processes', is: (head) => /^top - \d\d:\d\d:\d\d up /m.test(head), read: readTop },
  {
    command: 'ps',
    unit: 'processes',
    is: (head) =>
      /^\s*(USER\s+PID\s+%CPU|UID\s+PID\s+PPID|PID\s+(TTY|USER|PPID|%CPU)\s).*\b(COMMAND|CMD)\s*$/m.test(
        head,
      ),
    read: readPs,
  },
  {
    command: 'ss or netstat',
    unit: 'connections',
    is: (head) =>
      /^(Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local/m.test(head) ||
      /^Proto\s+Recv-Q\s+Send-Q\s+Local Address/m.test(head),
    read: readSockets,
  },
];
