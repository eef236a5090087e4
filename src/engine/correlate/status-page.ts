/** A provider's own status page tells of an outage that began before the failure and overlaps with it: its own word, whatever our logs say. */
import { HOUR, MINUTE } from '../../domain/time.ts';
import { isOfStatusPage } from '../_signals/status-page.ts';
import { factor, lengthText } from './circumstance.ts';
import { type Draft, providerDraft } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** An outage that began longer before is another one. */
const BEFORE_MS = 2 * HOUR;
/** Pages are written after the fact, and the failure may be seen here first. */
const AFTER_MS = 30 * MINUTE;

export function statusPageHypotheses(facts: Facts): readonly Draft[] {
  const onset = facts.detection.onsetAt;
  const primary = facts.detection.primary;
  if (onset === null || primary === null) return [];
  return facts.situation.snapshot.alerts.flatMap((alert) => {
    const { service } = alert;
    if (!isOfStatusPage(alert) || service === null) return [];
    const overlaps =
      alert.firedAt - onset <= AFTER_MS &&
      onset - alert.firedAt <= BEFORE_MS &&
      (alert.resolvedAt === null || alert.resolvedAt >= onset);
    const name = facts.situation.resolve(service);
    if (!overlaps || isOurs(name, facts)) return [];
    const lead = onset - alert.firedAt;
    const when = lead >= 0 ? `${lengthText(lead)} before the failure began` : `${lengthText(lead)} after`;
    const factors = [
      factor(
        'provider-says-so',
        WEIGHT.statusPage,
        `the status page of ${name} tells of "${alert.name}" since ${when}`,
        alert.evidence.slice(0, 1),
      ),
      ...callers(name, facts),
    ];
    return [providerDraft(name, factors)];
  });
}

function isOurs(name: string, facts: Facts): boolean {
  return (
    facts.situation.services.get(name)?.kind === 'service' &&
    (facts.situation.releases.some(({ service }) => service === name) ||
      facts.situation.streams.some(({ service }) => service === name))
  );
}

/** Whether anything that fails is known to call it: without that, two outages may be at once. */
function callers(name: string, facts: Facts) {
  const failing = new Set(facts.failingServices);
  const edge = facts.situation.edges.find(({ from, to }) => failing.has(from) && to === name);
  if (edge !== undefined)
    return [
      factor(
        'calls-it',
        WEIGHT.locusCalled,
        `${edge.from}, which fails, calls it`,
        edge.evidence.slice(0, 1),
      ),
    ];
  return [];
}
