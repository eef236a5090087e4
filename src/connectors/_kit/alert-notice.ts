/** What one notification says of one alert, whatever the vendor. It merges nothing. */

import type { EpochMs } from '../../domain/time.ts';
import { readInstant } from './instants.ts';
import { serviceOfLabels } from './metric-series.ts';
import { flatTexts, listAt, objectAt, textAt } from './nested.ts';
import { isObject, type JsonObject } from './records.ts';

export interface Notice {
  /** Same for all notices of one episode: `<vendor>:<native id>`. */
  readonly id: string;
  readonly name: string;
  readonly service: string | null;
  readonly severity: string | null;
  readonly summary: string;
  readonly firedAt: EpochMs;
  readonly resolvedAt: EpochMs | null;
  /** When the notice itself was made; it counts only from then. Null where it does not say. */
  readonly noticedAt: EpochMs | null;
  /** True where it says that an alert that was resolved fires again. */
  readonly reopened: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** `pointer` is relative to the record. `notice` is null where the time or the name is missing. */
export interface DecodedNotice {
  readonly pointer: string;
  readonly value: unknown;
  readonly notice: Notice | null;
}

/** Null for the zero time that stands for "not yet" (year 1), and for anything that is no time. */
export function timeOf(value: unknown): EpochMs | null {
  return readInstant(value, null)?.at ?? null;
}

/** Same labels, same text; the vendor's fingerprint where there is one. */
function identityOf(alert: JsonObject, labels: Readonly<Record<string, string>>): string {
  return textAt(alert, 'fingerprint') ?? JSON.stringify(labels);
}

function isResolved(alert: JsonObject, endsAt: EpochMs | null): boolean {
  const status = textAt(alert, 'status') ?? textAt(alert, 'status', 'state') ?? textAt(alert, 'state');
  if (status === 'resolved') return true;
  // The API gives a time at which a firing alert would lapse: it is over only where that had passed.
  const updatedAt = timeOf(alert['updatedAt']);
  return status !== 'firing' && endsAt !== null && updatedAt !== null && endsAt <= updatedAt;
}

/** An alert as Alertmanager and Grafana write it; `activeAt` is Prometheus' own word for `startsAt`. */
export function decodePrometheusAlert(value: unknown, vendor: string): Notice | null {
  if (!isObject(value)) return null;
  const labels = flatTexts(objectAt(value, 'labels'));
  const annotations = objectAt(value, 'annotations');
  const firedAt = timeOf(value['startsAt'] ?? value['activeAt']);
  const name = labels['alertname'] ?? textAt(annotations, 'title');
  if (firedAt === null || name === undefined || name === null) return null;
  const endsAt = timeOf(value['endsAt']);
  const isOver = isResolved(value, endsAt) && endsAt !== null && endsAt >= firedAt;
  const text = ['summary', 'description', 'message', 'title'].map((key) => textAt(annotations, key));
  return {
    id: `${vendor}:${identityOf(value, labels)}:${new Date(firedAt).toISOString()}`,
    name,
    service: serviceOfLabels(labels),
    severity: labels['severity'] ?? labels['priority'] ?? labels['level'] ?? null,
    summary: text.find((candidate) => candidate !== null) ?? name,
    firedAt,
    resolvedAt: isOver ? endsAt : null,
    noticedAt: null,
    reopened: false,
    labels,
  };
}

/** Grafana adds the organisation and the state of the group to Alertmanager's body. */
export function vendorOf(body: JsonObject): string {
  return 'orgId' in body || 'dashboardURL' in (listAt(body, 'alerts').find(isObject) ?? {})
    ? 'grafana'
    : 'alertmanager';
}
