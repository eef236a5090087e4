/** Rewritings under which the answers of a triage must not change: other names, other times. */
import type { Report } from '../../src/domain/report.ts';

/** Longest first, so that a name never spoils a longer one. Applied with and without a capital letter. */
const NAMES: readonly (readonly [string, string])[] = [
  ['checkout-api', 'berth-desk'],
  ['payment-service', 'ledger-hub'],
  ['user-service', 'crew-list'],
  ['payment-retries', 'ledger-again'],
  ['PAYMENT_TIMEOUT', 'BOOKING_DEADLINE'],
  ['paymentTimeout', 'bookingDeadline'],
  ['PaymentService', 'LedgerHub'],
  ['processCheckout', 'reserveBerth'],
  ['checkout', 'berth'],
  ['payment', 'booking'],
  ['Checkout', 'Berth'],
  ['Payment', 'Booking'],
  ['purchases', 'reservations'],
];

export function renamed(text: string): string {
  return NAMES.reduce((renewed, [from, to]) => renewed.replaceAll(from, to), text);
}

/** Moves every instant of January 2024 by `deltaMs`; sub-second digits stay as they are written. */
export function shifted(deltaMs: number): (text: string) => string {
  return (text) =>
    text.replaceAll(
      /2024-01-\d{2}T\d{2}:\d{2}:\d{2}Z/g,
      (stamp) => `${new Date(Date.parse(stamp) + deltaMs).toISOString().slice(0, 19)}Z`,
    );
}

/** What a triage answers, without what legitimately differs: commit ids, the order of equals, quotations, prose. */
export function answers(report: Report, rename: (text: string) => string, deltaMs: number): unknown {
  const at = (stamp: string | null | undefined) =>
    stamp === null || stamp === undefined ? null : new Date(Date.parse(stamp) + deltaMs).toISOString();
  const change = report.rootCause?.change;
  const plain = {
    severity: report.incident.severity,
    status: report.incident.status,
    duration: report.incident.durationSeconds,
    // Requests are counted per clock minute: where a minute is cut moves with the clock, so their number may differ by the edges.
    symptoms: report.symptoms.map(
      ({ service, class: kind, count }) => `${service} ${kind} ${kind === 'error-ratio' ? '' : count}`,
    ),
    cause: [report.rootCause?.kind, report.rootCause?.service, report.rootCause?.confidence],
    change: [change?.file, change?.line, change?.key, change?.oldValue, change?.newValue, change?.version],
    probability: report.rootCause?.probability.toFixed(3),
    places: report.rootCause?.mechanism.map(({ location }) => location),
    cleared: report.cleared.length,
    direct: report.blastRadius.direct.map(({ service, failureRate }) => [service, failureRate.value]),
    cascade: report.blastRadius.cascade.map(({ service }) => service),
    users: report.blastRadius.users.value,
    revenue: report.blastRadius.revenuePerHour.value,
    recommendation: report.rollback.recommendation,
    criteria: report.rollback.criteria.map(({ id, result }) => [id, result]),
    safety: report.rollback.safety.verdict,
    commands: report.rollback.commands.map(({ command }) => command),
    questions: report.questions.map(({ key }) => key),
  };
  const times = [
    report.incident.startedAt,
    change?.at,
    change?.finishedAt,
    ...report.timeline.map((row) => row.at),
  ];
  const named = JSON.parse(rename(JSON.stringify(plain))) as typeof plain;
  return {
    ...named,
    symptoms: [...named.symptoms].sort(),
    cascade: [...named.cascade].sort(),
    questions: [...named.questions].sort(),
    times: times.map(at),
  };
}
