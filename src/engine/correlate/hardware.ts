/** A machine says that a disk, its memory or its network card is failing, and what fails runs on it or names it. */
import { append } from '../../domain/append.ts';
import type { ServiceName } from '../../domain/service.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { HOUR, MINUTE } from '../../domain/time.ts';
import { isOfHostProgram } from '../_signals/host-programs.ts';
import { factor, lengthText } from './circumstance.ts';
import { type Draft, draft, sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** What drivers and watchers of devices write; a full disk or a killed process is no broken part. */
const BROKEN =
  /\bI\/O error\b|failed command: (?:READ|WRITE|FLUSH)|\bmedium error\b|unrecovered read error|\buncorrect(?:able|ed)\b|hardware error|machine check|\bpending\) sectors|remount(?:ing|ed) (?:filesystem )?read-only|\bnvme\w*: .*(?:timeout|resetting|controller is down)|\bXid\b|fallen off the bus|\bECC\b.{0,30}error|\bNETDEV WATCHDOG\b|NIC Link is Down/i;
/** A device gives notice of itself before anybody misses what is on it. */
const AHEAD_MS = HOUR;
const MIN_SHARE = 0.5;

interface Notice {
  readonly machine: string;
  readonly patterns: readonly LogPattern[];
}

export function hardwareHypotheses(facts: Facts): readonly Draft[] {
  const { onsetAt } = facts.detection;
  if (onsetAt === null) return [];
  return noticesOf(facts).flatMap(({ machine, patterns }) => {
    const items = facts.failing.filter(
      (item) => !isOfHostProgram(item.pattern) && (names(item, machine) || runsOn(item, machine)),
    );
    const [first] = [...patterns].sort((a, b) => a.firstSeenAt - b.firstSeenAt || (a.id < b.id ? -1 : 1));
    if (items.length === 0 || first === undefined) return [];
    const said = first.samples[0];
    const before = onsetAt - first.firstSeenAt;
    const when = before > 0 ? `${lengthText(before)} before the failure began` : 'as the failure began';
    const failures = items.reduce((sum, { pattern }) => sum + pattern.count, 0);
    const service: ServiceName = canonicalServiceName(machine);
    return [
      draft('resource', `resource:hardware:${service}`, service, `a part of ${machine} is failing`, [
        factor(
          'says-hardware',
          WEIGHT.saysHardware,
          `${machine} says so itself, first ${when}: ${said?.message ?? first.template}`,
          said === undefined ? [] : [said.evidence],
        ),
        factor(
          'on-that-machine',
          WEIGHT.onThatMachine,
          `${failures} failures ${items.some((item) => names(item, machine)) ? 'name it' : 'are of what runs on it'}`,
          sampleRefs(items),
        ),
      ]),
    ];
  });
}

/** One a machine, of what its own programs say for the first time shortly before the failure, or as it begins. */
function noticesOf(facts: Facts): readonly Notice[] {
  const onset = facts.detection.onsetAt ?? 0;
  const byMachine = new Map<string, LogPattern[]>();
  for (const pattern of facts.situation.patterns) {
    const ahead = onset - pattern.firstSeenAt;
    const text = `${pattern.template} ${pattern.samples[0]?.message ?? ''}`;
    if (!isOfHostProgram(pattern) || !BROKEN.test(text) || ahead > AHEAD_MS || ahead < -2 * MINUTE) continue;
    for (const { dimension, value } of pattern.splits)
      if (dimension === 'host') append(byMachine, value, pattern);
  }
  return [...byMachine.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([machine, patterns]) => ({ machine, patterns }));
}

/** Most of what is known of the failure names the machine. */
function names({ pattern }: FailingPattern, machine: string): boolean {
  const name = new RegExp(`(?:^|[^\\w.-])${machine.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'i');
  if (Object.values(pattern.attributes).some((value) => name.test(value))) return true;
  const said = pattern.samples.filter(({ message }) => name.test(message)).length;
  return said > 0 && said >= pattern.samples.length * MIN_SHARE;
}

function runsOn({ pattern }: FailingPattern, machine: string): boolean {
  const there = pattern.splits.find(({ dimension, value }) => dimension === 'host' && value === machine);
  return there !== undefined && there.count >= pattern.count * MIN_SHARE;
}
