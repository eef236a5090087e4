/** systemd: what became of a unit, and the list of those that failed. */
import { canonicalServiceName } from '../../../domain/service.ts';
import { readInstant } from '../../_kit/instants.ts';
import type { Line, PrintContext, Printed, PrintedFact, PrintedInstance, PrintedKind } from '../printed.ts';
import { NOTHING } from '../printed.ts';

const HEAD = /^\s*[●○×↻*xX]\s+(\S+)\.(service|timer|socket|mount|scope|target)\b(?: - (.*))?$/;
const ACTIVE =
  /^\s*Active: (\S+)(?: \(([^)]*)\))?(?: since \w{3} (\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) ([\w+:-]+))?/;
const CODE = /\(code=(\w+), (?:status|signal)=([\w/-]+)\)/;
/** Units of the distribution, which run for the machine. */
const OF_THE_MACHINE =
  /^(systemd-|apt-|logrotate|man-db|dbus|cron|ssh|getty|user@|networkd?|NetworkManager|snapd|fwupd|rsyslog|polkit|motd|e2scrub|fstrim|dpkg|unattended|update-|plymouth|udisks|upower|ModemManager|accounts-daemon|avahi|cups|multipathd|lvm2|postfix)/i;

interface Unit {
  readonly name: string;
  readonly head: Line;
  readonly lines: readonly Line[];
}

function unitsOf(lines: readonly Line[]): readonly Unit[] {
  const starts = lines.flatMap((line, index) => (HEAD.test(line.text) ? [index] : []));
  return starts.map((start, index) => {
    const own = lines.slice(start, starts[index + 1] ?? lines.length);
    const [head = { text: '', number: 1, byteOffset: 0 }] = own;
    return { name: HEAD.exec(head.text)?.[1] ?? '', head, lines: own };
  });
}

/** `UTC` or an offset; abbreviations of other zones are not told apart. */
function instantOf(time: string, zone: string, context: PrintContext) {
  const isKnown = /^(UTC|GMT|Z|[+-]\d\d:?\d\d)$/.test(zone);
  return readInstant(isKnown ? `${time} ${zone}` : time, context.zone);
}

function read(lines: readonly Line[], context: PrintContext): Printed {
  const facts: PrintedFact[] = [];
  const instances: PrintedInstance[] = [];
  const services = new Set<string>();
  let [items, zoneless] = [0, false];
  for (const unit of unitsOf(lines)) {
    const line = unit.lines.find(({ text }) => ACTIVE.test(text));
    const [, state = '', detail = '', time, zone = ''] = ACTIVE.exec(line?.text ?? '') ?? [];
    if (line === undefined || state === '') continue;
    items += 1;
    const since = time === undefined ? null : instantOf(time, zone, context);
    zoneless ||= since?.zoneless === true;
    const at = since?.at ?? null;
    if (OF_THE_MACHINE.test(unit.name)) continue;
    const service = canonicalServiceName(unit.name.replace(/@.*$/, ''));
    services.add(service);
    if (state === 'active') instances.push({ pod: unit.name, service, startedAt: at, line });
    const isRestarting = state === 'activating' && /auto-restart/.test(detail);
    if (state !== 'failed' && !isRestarting) continue;
    const [, how, code] = CODE.exec(unit.lines.map(({ text }) => text).join('\n')) ?? [];
    const isMemory = /oom-kill/.test(detail);
    facts.push({
      kind: isMemory ? 'oom-killed' : 'crash-loop',
      service,
      pod: null,
      node: null,
      at,
      count: 1,
      summary: `Unit ${unit.name} ${isRestarting ? 'restarts again and again' : 'failed'}${isMemory ? ': killed, out of memory' : `${detail === '' ? '' : ` (${detail})`}${code === undefined ? '' : `, ${how} ${code}`}`}`,
      attributes: code === undefined ? {} : { 'exit.code': code },
      line,
    });
  }
  return { ...NOTHING, facts, instances, items, services: [...services].sort(), zoneless };
}

const FAILED_ROW = /^\s*[●×*]?\s*(\S+)\.(?:service|timer|mount|socket)\s+(\S+)\s+failed\s+failed\s+(.*)$/;

function readList(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const rows = lines.flatMap((line) => {
    const [, name, , description = ''] = FAILED_ROW.exec(line.text) ?? [];
    return name === undefined ? [] : [{ name, description, line }];
  });
  const facts = rows.flatMap(({ name, description, line }): readonly PrintedFact[] =>
    OF_THE_MACHINE.test(name)
      ? []
      : [
          {
            kind: 'other',
            service: canonicalServiceName(name.replace(/@.*$/, '')),
            pod: null,
            node: null,
            at: printedAt,
            count: 1,
            summary: `Unit ${name} is in state failed${description === '' ? '' : ` (${description.trim()})`}`,
            attributes: {},
            line,
          },
        ],
  );
  const services = [...new Set(facts.flatMap(({ service }) => service ?? []))].sort();
  return { ...NOTHING, facts, items: rows.length, services };
}

export const UNITS: readonly PrintedKind[] = [
  {
    command: 'systemctl status',
    unit: 'units',
    is: (head) =>
      /^\s*[●○×↻*xX] \S+\.\w+/m.test(head) && /^\s+Loaded: /m.test(head) && /^\s+Active: /m.test(head),
    read,
  },
  {
    command: 'systemctl list-units',
    unit: 'failed units',
    is: (head) => /^\s*UNIT\s+LOAD\s+ACTIVE\s+SUB\s+DESCRIPTION/m.test(head),
    read: readList,
  },
];
