/** Rows of a list of changes, as change calendars and tickets are exported: when, what, to which service. Which kind of change it is follows from its words. Pure. */
import type { Change, Deployment, OtherChange } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { deploymentStatus } from '../_kit/deployments.ts';
import { Fields } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import type { JsonObject } from '../_kit/records.ts';

export const SOURCE = 'change-list';

const SERVICE = [
  'service',
  'service_name',
  'app',
  'application',
  'system',
  'component',
  'cmdb_ci',
  'configuration_item',
  'ci',
  'affected_service',
  'business_service',
  'target',
];
const TEXT = [
  'short_description',
  'summary',
  'description',
  'title',
  'subject',
  'what',
  'change',
  'details',
  'detail',
  'action',
  'activity',
];
const KIND = ['change_type', 'change_kind', 'change_category', 'category', 'kind', 'type', 'event_type'];
const STARTED = [
  'actual_start',
  'work_start',
  'start_date',
  'started_at',
  'start_time',
  'start',
  'implemented_at',
  'changed_at',
  'executed_at',
  'performed_at',
  'time',
  'timestamp',
  'date',
  'datetime',
  'when',
  'at',
  'planned_start',
  'planned_start_date',
];
const FINISHED = [
  'actual_end',
  'work_end',
  'end_date',
  'finished_at',
  'end_time',
  'end',
  'completed_at',
  'planned_end',
];
const ACTOR = [
  'operator',
  'implementer',
  'implemented_by',
  'changed_by',
  'performed_by',
  'actor',
  'author',
  'user',
  'owner',
  'assigned_to',
  'requested_by',
  'requester',
  'by',
  'who',
];
const STATE = ['state', 'status', 'result', 'outcome'];
/** What only lists of changes have. */
const TICKET = [
  'change_id',
  'change_number',
  'change_request',
  'chg',
  'number',
  'ticket',
  'key',
  'risk',
  'approval',
  'cab',
  'backout_plan',
];
/** Marks of records that are something else. */
const FOREIGN =
  'level severity loglevel levelname logger message msg log traceid spanid pid pod instance container flag flagkey flagname metric value kpi kpiname specversion alertname fingerprint failuretype faulttype'.split(
    ' ',
  );
/** A change that did not come about. */
const NOT_DONE =
  /^(cancel+ed|rejected|draft|new|planned|scheduled|assess|authorize|pending|review|open|todo|on hold)\b/i;

type OtherType = OtherChange['type'];

/** In the order in which they are looked for: a migration is deployed, too. */
const WORDS: readonly (readonly [OtherType | 'deployment', RegExp])[] = [
  [
    'migration',
    /\b(migrat\w*|schema|ddl|alter (table|column)|add(ed)? (an? )?(column|index)|drop(ped)? (an? )?(table|column|index))\b/i,
  ],
  ['credential', /\b(certificates?|certs?|secrets?|credentials?|passwords?|api keys?|tokens?|tls|ssl)\b/i],
  ['deployment', /\b(deploy\w*|releas\w*|roll(ed)?[- ]?(out|back)\w*|upgrad\w+|hotfix)\b/i],
  ['scaling', /\b(scal(e|ed|ing)|resiz\w*|replicas?|instance (count|type|size)|capacity)\b/i],
  ['data-job', /\b(batch|backups?|imports?|re-?index\w*|clean-?up|vacuum|backfill|cron|jobs?)\b/i],
  [
    'config',
    /\b(config\w*|settings?|parameters?|feature|flags?|limits?|timeouts?|pools?|thresholds?|toggles?|env(ironment)? variables?)\b/i,
  ],
  [
    'infrastructure',
    /\b(network|firewall|dns|routes?|routing|load ?balancer|nodes?|kernel|patch\w*|maintenance|switch|storage|disks?|infra\w*|security groups?|vpn|proxy|reboot\w*|restart\w*)\b/i,
  ],
];

function typeOf(kind: string, text: string): OtherType | 'deployment' {
  for (const said of [kind, text]) for (const [type, words] of WORDS) if (words.test(said)) return type;
  return 'config';
}

export interface DecodeOptions {
  readonly zone: string | null;
  readonly id: string;
  readonly evidence: EvidenceRef;
}

export interface DecodedChange {
  /** Null for one that was planned only, or called off. */
  readonly change: Change | null;
  readonly zoneless: boolean;
}

/** How sure it is that a record is a change, 0…1. `named`: the file's name speaks of changes. */
export function changeLikeness(record: JsonObject, named: boolean): number {
  const fields = new Fields(record);
  if (fields.has(...FOREIGN)) return 0;
  const isTimed = [...STARTED, ...FINISHED].some((name) => readInstant(fields.value(name), null) !== null);
  const text = fields.text(...TEXT);
  if (!isTimed || text === null || !/[a-z]{2,}\W+\w+/i.test(text) || fields.text(...SERVICE) === null)
    return 0;
  const isTicket = fields.has(...TICKET) || fields.has('change_type', 'change_kind', 'change_category');
  if (named || isTicket) return 0.9;
  return fields.has(...KIND) && fields.has(...ACTOR) ? 0.6 : 0;
}

function firstInstant(fields: Fields, names: readonly string[], zone: string | null) {
  for (const name of names) {
    const read = readInstant(fields.value(name), zone);
    if (read !== null) return read;
  }
  return null;
}

const VERSION = /\bv?\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?\b/i;

function deploymentOf(base: Omit<Deployment, 'type'>): Deployment {
  return { type: 'deployment', ...base };
}

/** Null where the row names no time or no text. */
export function decodeChange(
  record: JsonObject,
  { zone, id, evidence }: DecodeOptions,
): DecodedChange | null {
  const fields = new Fields(record);
  const text = fields.text(...TEXT);
  const start = firstInstant(fields, STARTED, zone);
  const finish = firstInstant(fields, FINISHED, zone);
  const at: EpochMs | null = start?.at ?? finish?.at ?? null;
  if (at === null || text === null) return null;
  const zoneless = start?.zoneless === true || finish?.zoneless === true;
  const state = fields.text(...STATE) ?? '';
  if (NOT_DONE.test(state)) return { change: null, zoneless };
  const service = canonicalServiceName(fields.text(...SERVICE) ?? '') || null;
  const kind = fields.text(...KIND) ?? '';
  const type = typeOf(kind, text);
  const ticket = fields.text('change_id', 'change_number', 'number', 'ticket', 'key');
  const base = {
    id,
    service,
    at,
    summary: `${ticket === null ? '' : `${ticket}: `}${text}`,
    actor: fields.text(...ACTOR),
    source: SOURCE,
    evidence: [evidence],
    finishedAt: finish?.at ?? null,
  };
  if (type !== 'deployment') return { change: { ...base, type, attributes: {} }, zoneless };
  const change = deploymentOf({
    ...base,
    version: VERSION.exec(text)?.[0] ?? null,
    commit: null,
    status: deploymentStatus(state),
    environment: fields.text('environment', 'env'),
    platformRevision: null,
    deploymentId: ticket,
    rollback: /\broll(ed)?[- ]?back\b|\brevert(ed)?\b/i.test(`${kind} ${text}`),
    share: null,
    target: null,
    images: [],
  });
  return { change, zoneless };
}
