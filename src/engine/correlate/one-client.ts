/** Requests that fail for one release of a program that others run (an app, a device, a partner's client), while its other releases are served as ever. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

const MIN_EVENTS = 8;
const MIN_SAMPLES = 3;
/** `FinchApp/7.2.0`, as clients call themselves. */
const PRODUCT = /(?<![\w./-])([A-Za-z][\w-]{2,40})\/(\d+(?:\.\d+)+)(?![\w/])/g;
/** Every browser says that it is like the others; protocols have versions and are nobody's client. */
const NOT_A_CLIENT = /^(https?|tls|ssl|mozilla|applewebkit|chrome|safari|gecko|firefox|version|mobile|edg)$/i;

interface Client {
  readonly program: string;
  readonly version: string;
}

/** The release of a client that every sample of the failure names, that was not heard of before, and beside which another one is served. */
export function oneClient(items: readonly FailingPattern[], facts: Facts): Factor | null {
  for (const { pattern, symptom } of items) {
    if (pattern.count < MIN_EVENTS || pattern.samples.length < MIN_SAMPLES) continue;
    if (symptom.baseline.observed && symptom.baseline.value !== 0) continue;
    const served = facts.situation.patterns.filter(
      (other) =>
        other.service === pattern.service &&
        (other.severity === 'info' || other.severity === 'unknown') &&
        other.lastSeenAt > symptom.onsetAt + 2 * MINUTE,
    );
    for (const client of sharedBy(pattern)) {
      const isOurs = facts.situation.releases.some(
        ({ version }) => version?.endsWith(client.version) === true,
      );
      const beside = served.flatMap((other) =>
        clientsOf(other).filter(({ program }) => program === client.program),
      );
      const [other] = beside;
      if (isOurs || other === undefined || beside.some(({ version }) => version === client.version)) continue;
      const refs = pattern.samples.slice(0, 2).map(({ evidence }) => evidence);
      return factor(
        'one-client',
        WEIGHT.oneRecord,
        `all samples of ${pattern.count} failures are of ${client.program}/${client.version}, not heard of before; ${other.program}/${other.version} is still served`,
        refs,
      );
    }
  }
  return null;
}

function clientsIn(message: string): readonly Client[] {
  return [...message.matchAll(PRODUCT)].flatMap(([, program = '', version = '']) =>
    NOT_A_CLIENT.test(program) ? [] : [{ program, version }],
  );
}

function clientsOf(pattern: LogPattern): readonly Client[] {
  return pattern.samples.flatMap(({ message }) => clientsIn(message));
}

/** Those that each sample names. */
function sharedBy(pattern: LogPattern): readonly Client[] {
  const [first, ...others] = pattern.samples.map(({ message }) => clientsIn(message));
  return (first ?? []).filter(({ program, version }) =>
    others.every((each) => each.some((one) => one.program === program && one.version === version)),
  );
}
