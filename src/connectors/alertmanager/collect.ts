/** Asks an Alertmanager which alerts there are now, silenced ones too. What was resolved before, it no longer knows. */
import { ConnectorError } from '../../domain/error.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Alert } from '../../domain/signal.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, ConnectorContext, LiveDeclaration } from '../../ports/connector.ts';
import { decodePrometheusAlert, type Notice } from '../_kit/alert-notice.ts';
import { coverageOfItems } from '../_kit/cited-records.ts';
import { rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { getJson, type LiveSource, pathOf, readLiveSource } from '../_kit/http.ts';

const SOURCE = 'alertmanager';
const PATH = '/api/v2/alerts';
const PARAMETERS = { active: 'true', silenced: 'true', inhibited: 'true', unprocessed: 'true' };
const FILES = { source: SOURCE, effect: 'Some alerts may be missing from the triage.' };
/** A flood of alerts says no more than its first thousands. */
const MAX_ALERTS = 5_000;

/** Throws ConnectorError where the server cannot be asked. Alerts that fired after `asOf` are left out. */
export async function collectLive(
  live: LiveDeclaration,
  request: CollectRequest,
  context: ConnectorContext,
): Promise<Contribution> {
  const source = readLiveSource(live, request.config, context.environment, context.signal);
  const answer = await getJson(source, PATH, PARAMETERS);
  if (!Array.isArray(answer)) throw notAlertmanager(source);
  const notices = answer.slice(0, MAX_ALERTS).map((value: unknown) => ({
    value,
    // The same vendor name as for saved notifications: one alert told twice is one.
    notice: decodePrometheusAlert(value, 'alertmanager'),
  }));
  const rejected = notices.filter(({ notice }) => notice === null).length;
  const known = notices.flatMap(({ value, notice }) =>
    notice === null || (request.asOf !== null && notice.firedAt > request.asOf)
      ? []
      : [cite(notice, value, source)],
  );
  const covered = {
    source: SOURCE,
    what: `alerts of ${source.baseUrl}`,
    path: null,
    unit: 'alerts',
    rejected,
    notes: [],
  };
  return {
    ...EMPTY_CONTRIBUTION,
    alerts: known.map(({ alert }) => alert),
    evidence: known.map(({ evidence }) => evidence),
    gaps: [
      ...rejectedGaps(FILES, source.baseUrl, rejected, 'alerts'),
      ...truncatedGaps(FILES, source.baseUrl, answer.length > MAX_ALERTS, `${MAX_ALERTS} alerts`),
    ],
    coverage: [
      coverageOfItems(
        covered,
        known.map(({ alert }) => ({ at: alert.firedAt, service: alert.service })),
      ),
    ],
  };
}

function cite(
  { id, name, service, severity, summary, firedAt, resolvedAt, labels }: Notice,
  value: unknown,
  source: LiveSource,
): { readonly alert: Alert; readonly evidence: Evidence } {
  const evidence = makeEvidence({
    source: SOURCE,
    kind: 'alert',
    locator: {
      kind: 'query',
      url: `${source.baseUrl}${pathOf(PATH, PARAMETERS)}`,
      query: id,
      from: firedAt,
      to: resolvedAt,
    },
    refLocator: `${source.baseUrl}#${id}`,
    text: JSON.stringify(value),
    observedAt: firedAt,
  });
  const alert = {
    id,
    name,
    service,
    severity,
    summary,
    firedAt,
    resolvedAt,
    labels,
    evidence: [evidence.ref],
  };
  return { alert, evidence };
}

function notAlertmanager(source: LiveSource): ConnectorError {
  return new ConnectorError({
    code: 'malformed',
    what: `GET ${source.baseUrl}${PATH}`,
    why: 'the answer is not one of the Alertmanager API',
    nextStep: 'Check the address of the source alertmanager.',
  });
}
