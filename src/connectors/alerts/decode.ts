/** Tells the vendors' shapes apart, and makes one alert of all notices of an episode. Pure. */

import type { EvidenceRef } from '../../domain/evidence.ts';
import type { Alert } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';
import { type DecodedNotice, decodePrometheusAlert, type Notice, vendorOf } from '../_kit/alert-notice.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { decodeOtherVendor, isOtherVendor, withPage } from './other-vendors.ts';
import {
  decodePagerDutyEvent,
  decodePagerDutyIncident,
  isOther,
  isPagerDutyEvent,
  isPagerDutyIncident,
} from './pager-duty.ts';
import { decodeUptime, isUptime } from './uptime.ts';

type Shape =
  | 'webhook'
  | 'prometheus-api'
  | 'prometheus-rules'
  | 'api-alert'
  | 'pagerduty-event'
  | 'pagerduty-incident'
  | 'status-page'
  | 'other-vendor'
  | 'uptime';

function isStatusIncident(value: unknown): boolean {
  return isObject(value) && isOtherVendor(value);
}

function isAlert(value: unknown): boolean {
  return isObject(value) && isObject(value['labels']) && ('startsAt' in value || 'activeAt' in value);
}

/** Null for a record that is no notification. */
export function shapeOf(record: JsonObject): Shape | null {
  if (isPagerDutyEvent(record)) return 'pagerduty-event';
  if (isPagerDutyIncident(record)) return 'pagerduty-incident';
  if (isOtherVendor(record)) return 'other-vendor';
  if (isObject(record['page']) && listAt(record, 'incidents').some(isStatusIncident)) return 'status-page';
  if (isUptime(record)) return 'uptime';
  if (isAlert(record) && 'fingerprint' in record) return 'api-alert';
  const alerts = listAt(record, 'alerts');
  const isWebhook = 'receiver' in record || 'groupLabels' in record || 'groupKey' in record;
  if (alerts.some(isAlert) || (isWebhook && Array.isArray(record['alerts']))) return 'webhook';
  if (rulesIn(record).length > 0) return 'prometheus-rules';
  return listAt(objectAt(record, 'data'), 'alerts').some(isAlert) ? 'prometheus-api' : null;
}

/** Alerting rules as `/api/v1/rules` gives them, each with its alerts. */
function rulesIn(record: JsonObject) {
  return listAt(objectAt(record, 'data'), 'groups').flatMap((group, at) =>
    (isObject(group) ? listAt(group, 'rules') : []).flatMap((rule, index) =>
      isObject(rule) && Array.isArray(rule['alerts'])
        ? [{ alerts: rule['alerts'], pointer: `/data/groups/${at}/rules/${index}/alerts` }]
        : [],
    ),
  );
}

const isNotPending = (alert: unknown) => !isObject(alert) || textAt(alert, 'state') !== 'pending';

/** The alerts of a record; empty for a record that is about something else on purpose, null for one in no known shape. */
export function decodeRecord(record: JsonObject): readonly DecodedNotice[] | null {
  switch (shapeOf(record)) {
    case null:
      return null;
    case 'webhook':
      return ofList(listAt(record, 'alerts'), '/alerts', vendorOf(record));
    case 'prometheus-api':
      return ofList(
        listAt(objectAt(record, 'data'), 'alerts').filter(isNotPending),
        '/data/alerts',
        'prometheus',
      );
    case 'prometheus-rules':
      return rulesIn(record).flatMap(({ alerts, pointer }) =>
        ofList(alerts, pointer, 'prometheus').filter(({ value }) => isNotPending(value)),
      );
    case 'api-alert':
      return [{ pointer: '', value: record, notice: decodePrometheusAlert(record, 'alertmanager') }];
    case 'pagerduty-event':
      return isOther(record) ? [] : [{ pointer: '', value: record, notice: decodePagerDutyEvent(record) }];
    case 'other-vendor': {
      const notice = decodeOtherVendor(record);
      return notice === 'none' ? [] : [{ pointer: '', value: record, notice }];
    }
    case 'status-page':
      return listAt(record, 'incidents').flatMap((value, index) => {
        const notice = isObject(value) ? decodeOtherVendor(withPage(value, record)) : null;
        return notice === 'none' ? [] : [{ pointer: `/incidents/${index}`, value, notice }];
      });
    case 'pagerduty-incident':
      return [{ pointer: '', value: record, notice: decodePagerDutyIncident(record) }];
    case 'uptime':
      return decodeUptime(record);
  }
}

function ofList(list: readonly unknown[], prefix: string, vendor: string): readonly DecodedNotice[] {
  return list.map((value, index) => ({
    pointer: `${prefix}/${index}`,
    value,
    notice: decodePrometheusAlert(value, vendor),
  }));
}

export interface CitedNotice {
  readonly notice: Notice;
  readonly evidence: EvidenceRef;
}

/** What was known at `asOf` (null: everything): later notices do not exist, a later end has not come. */
export function mergeNotices(notices: readonly CitedNotice[], asOf: EpochMs | null): readonly Alert[] {
  const episodes = new Map<string, CitedNotice[]>();
  for (const cited of notices) {
    const { firedAt, noticedAt, id } = cited.notice;
    if (asOf !== null && (firedAt > asOf || (noticedAt ?? firedAt) > asOf)) continue;
    const known = episodes.get(id);
    if (known === undefined) episodes.set(id, [cited]);
    else known.push(cited);
  }
  return [...episodes.values()].flatMap((episode) => alertOf(episode, asOf));
}

/** By the time of the notice where it has one; a notice of an end comes after those without. Ties keep the order of the files. */
function alertOf(episode: readonly CitedNotice[], asOf: EpochMs | null): readonly Alert[] {
  const timeOf = ({ notice }: CitedNotice) => notice.noticedAt ?? notice.resolvedAt ?? notice.firedAt;
  const ordered = [...episode].sort((a, b) => timeOf(a) - timeOf(b));
  let resolvedAt: EpochMs | null = null;
  for (const { notice } of ordered) {
    if (notice.reopened) resolvedAt = null;
    else if (notice.resolvedAt !== null) resolvedAt = notice.resolvedAt;
  }
  const first = ordered[0]?.notice;
  if (first === undefined) return [];
  const { id, name, service, severity, summary, firedAt, labels } = first;
  const isLater = resolvedAt !== null && asOf !== null && resolvedAt > asOf;
  const evidence = [...new Set(ordered.map((cited) => cited.evidence))];
  return [
    {
      id,
      name,
      service,
      severity,
      summary,
      firedAt,
      resolvedAt: isLater ? null : resolvedAt,
      labels,
      evidence,
    },
  ];
}
