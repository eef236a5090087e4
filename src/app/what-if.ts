/** A counterfactual: the same evidence with one thing said otherwise, thought through again, and what that changes. It records nothing. */

import type { Report } from '../domain/report.ts';
import type { MetricSeries } from '../domain/signal.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { toAnswers } from './answers.ts';
import { quantityText } from './brief.ts';
import { compareText } from './order.ts';

/** `service.latencyP99Ms`. */
const LATENCY_KEY = /^(.+)\.latencyP\d+Ms$/;

export interface Supposed {
  readonly snapshot: Snapshot;
  /** What was measured and is set aside, as measured latency would be believed over what is assumed. */
  readonly setAside: readonly string[];
}

/** `resolve` turns a raw service name into the one name of that service. */
export function suppose(
  snapshot: Snapshot,
  assumptions: Readonly<Record<string, string>>,
  resolve: (raw: string) => string,
): Supposed {
  const known = Object.fromEntries(snapshot.request.answers.map(({ key, value }) => [key, value]));
  const { answers, evidence } = toAnswers({ ...known, ...assumptions });
  const services = new Set(
    Object.keys(assumptions).flatMap((key) => {
      const service = LATENCY_KEY.exec(key)?.[1];
      return service === undefined ? [] : [resolve(service)];
    }),
  );
  const isSetAside = ({ service, meaning, quantile }: MetricSeries) =>
    service !== null && meaning === 'latency' && quantile !== null && services.has(resolve(service));
  return {
    snapshot: {
      ...snapshot,
      request: { ...snapshot.request, answers },
      series: snapshot.series.filter((series) => !isSetAside(series)),
      evidence: { ...snapshot.evidence, ...Object.fromEntries(evidence.map((piece) => [piece.ref, piece])) },
    },
    setAside: snapshot.series
      .filter(isSetAside)
      .map(({ name, service }) => `${name} of ${service}`)
      .sort(compareText),
  };
}

export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What a reader would notice, in the order of the report. */
export function differencesOf(before: Report, after: Report): readonly Difference[] {
  const [first, second] = [headsOf(before), headsOf(after)];
  const names = [...new Set([...first.keys(), ...second.keys()])];
  return names.flatMap((what) => {
    const [a, b] = [first.get(what) ?? 'not in the report', second.get(what) ?? 'not in the report'];
    return a === b ? [] : [{ what, before: a, after: b }];
  });
}

function headsOf(report: Report): ReadonlyMap<string, string> {
  const { incident, rootCause, rootCauseReason, hypotheses, blastRadius, rollback } = report;
  return new Map([
    ['severity', incident.severity],
    ['status', incident.status],
    ['cause', rootCause?.statement ?? `none named: ${rootCauseReason}`],
    ['confidence', rootCause?.confidence ?? 'none'],
    ...hypotheses.map(
      ({ statement, probability }) => [`probability of: ${statement}`, String(probability)] as const,
    ),
    ...hypotheses.flatMap(({ predictions }) =>
      predictions.map(({ statement, result }) => [`prediction: ${statement}`, result] as const),
    ),
    ['users', quantityText(blastRadius.users)],
    ['revenue per hour', quantityText(blastRadius.revenuePerHour)],
    ['recommendation', rollback.recommendation],
    ['safety', rollback.safety.verdict],
    ...rollback.criteria.map(
      ({ statement, result, value }) =>
        [`criterion: ${statement}`, value === null ? result : `${result} (${value})`] as const,
    ),
  ]);
}
