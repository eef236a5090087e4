/** Alerts about what nothing else tells of: the only sign that something fails, and when. */
import type { Alert } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { classifyText } from '../_signals/classify.ts';
import { isWatcher } from '../_signals/host-programs.ts';
import { isOfStatusPage } from '../_signals/status-page.ts';

/** Rules wait for their condition to last, and look back over a window: the failure began some minutes before the alarm. */
const BEFORE_ALARM_MS = 10 * MINUTE;
/** Alerts that fire always, to show that alerting works, and notes that ask for nobody. */
const NO_ALARM = /^(watchdog|deadmans?switch|infoinhibitor|test(alert)?)$/i;
const NO_SEVERITY = /^(none|info|informational|debug|ok)$/i;

/**
 * Of alerts that still fire and speak of a service, or of anything, without a log, series or trace of its own.
 * An alert against telemetry that is well is not believed: the telemetry itself is judged.
 */
export function alertSymptoms(situation: Situation): readonly Symptom[] {
  const heard = new Set(
    [...situation.streams, ...situation.series, ...situation.patterns].map(({ service }) => service),
  );
  const { asOf } = situation.snapshot.request;
  const unheardOf = situation.snapshot.alerts.filter((alert) => {
    const service = alert.service === null ? null : situation.resolve(alert.service);
    // A probe speaks of somebody else, whose telemetry is judged.
    const unheard = service === null || isWatcher(service) ? situation.covered === null : !heard.has(service);
    const fires = alert.firedAt <= asOf && (alert.resolvedAt === null || alert.resolvedAt > asOf);
    return unheard && fires && !NO_ALARM.test(alert.name) && !NO_SEVERITY.test(alert.severity ?? '');
  });
  // What a provider says of itself supports; where nothing of ours is known to fail, it is all there is.
  const ours = unheardOf.some((alert) => !isOfStatusPage(alert));
  return unheardOf.map((alert) => {
    const symptom = toSymptom(alert, situation);
    return ours && isOfStatusPage(alert) ? { ...symptom, userVisible: false } : symptom;
  });
}

function toSymptom(alert: Alert, situation: Situation): Symptom {
  return {
    id: `alert:${alert.id}`,
    class: classifyText(`${alert.name.replace(/([a-z])([A-Z])/g, '$1 $2')} ${alert.summary}`),
    service: alert.service === null ? null : situation.resolve(alert.service),
    route: null,
    peer: null,
    summary: `the alert ${alert.name} fires${alert.summary === '' || alert.summary === alert.name ? '' : `: ${alert.summary}`}`,
    signalIds: [alert.id],
    pattern: null,
    count: 3,
    baseline: { observed: false, from: null, to: null, value: null },
    firstSeenAt: alert.firedAt,
    lastSeenAt: situation.snapshot.request.asOf,
    onsetAt: alert.firedAt,
    onsetUncertaintyMs: BEFORE_ALARM_MS,
    shape: 'step',
    strength: 8,
    userVisible: true,
    ongoing: true,
    level: null,
    evidence: alert.evidence.slice(0, 2),
  };
}
