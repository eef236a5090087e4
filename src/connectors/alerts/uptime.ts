/** Watching from outside as spells of up and down: Pingdom's outages, Uptime Kuma's heartbeats, StatusCake's periods. A spell of down is an alert. Pure. */
import { append } from '../../domain/append.ts';
import { type DecodedNotice, timeOf } from '../_kit/alert-notice.ts';
import { textOf } from '../_kit/fields.ts';
import { listAt, objectAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { notice, serviceNamed } from './vendor.ts';

interface Look {
  readonly pointer: string;
  readonly value: JsonObject;
  readonly isDown: boolean;
  readonly from: unknown;
  readonly why: string | null;
}

interface Watched {
  /** Of the monitor; null where the answer names none. */
  readonly name: string | null;
  readonly id: string;
  readonly looks: readonly Look[];
}

function pingdomOutages(record: JsonObject): readonly Watched[] {
  const states = listAt(objectAt(record, 'summary'), 'states').flatMap((value, index): readonly Look[] =>
    isObject(value) && 'timefrom' in value && 'status' in value
      ? [
          {
            pointer: `/summary/states/${index}`,
            value,
            isDown: value['status'] === 'down',
            from: value['timefrom'],
            why: null,
          },
        ]
      : [],
  );
  return states.length === 0 ? [] : [{ name: null, id: 'pingdom', looks: states }];
}

/** Of its API and its status pages: beats by the monitor's id, each at a time, without an end. */
function kumaBeats(record: JsonObject): readonly Watched[] {
  const lists = objectAt(record, 'heartbeatList');
  const names = new Map(
    listAt(record, 'monitorList').flatMap((monitor) =>
      isObject(monitor) ? [[textOf(monitor['id']) ?? '', textOf(monitor['name'])] as const] : [],
    ),
  );
  return Object.keys(lists).map((id) => ({
    id: `uptime-kuma:${id}`,
    name: names.get(id) ?? null,
    looks: listAt(lists, id).flatMap((value, index): readonly Look[] =>
      isObject(value) && 'status' in value && 'time' in value
        ? [
            {
              pointer: `/heartbeatList/${id}/${index}`,
              value,
              isDown: value['status'] === 0,
              from: value['time'],
              why: textOf(value['msg']),
            },
          ]
        : [],
    ),
  }));
}

function statusCakePeriods(record: JsonObject): readonly Watched[] {
  const looks = listAt(record, 'data').flatMap((value, index): readonly Look[] =>
    isObject(value) &&
    /^(up|down)$/.test(textOf(value['status']) ?? '') &&
    'created_at' in value &&
    'ended_at' in value
      ? [
          {
            pointer: `/data/${index}`,
            value,
            isDown: value['status'] === 'down',
            from: value['created_at'],
            why: null,
          },
        ]
      : [],
  );
  return looks.length === 0 ? [] : [{ name: null, id: 'statuscake', looks }];
}

const GONE =
  /\bshut ?down\b|\bfailover (?:started|in progress)|\bunavailable\b|\bstopped\b|\bfailed\b|\bhas run out\b|\bout of (?:memory|storage)|\bbeing rebooted|incompatible/i;
const BACK =
  /\brestarted\b|\bstarted\b|failover (?:completed|has completed)|\brecover(?:ed|y)\b|\bavailable again\b|\bback online\b/i;

/** What a managed store tells of itself: `aws rds describe-events`, `aws elasticache describe-events`. Events that neither take it away nor bring it back are no looks. */
function storeEvents(record: JsonObject): readonly Watched[] {
  const byStore = new Map<string, Look[]>();
  for (const [index, value] of listAt(record, 'Events').entries()) {
    if (!isObject(value) || !('SourceType' in value)) continue;
    const [store, said] = [textOf(value['SourceIdentifier']), textOf(value['Message']) ?? ''];
    const isDown = GONE.test(said);
    if (store === null || (!isDown && !BACK.test(said))) continue;
    const look = { pointer: `/Events/${index}`, value, isDown, from: value['Date'], why: said };
    append(byStore, store, look);
  }
  return [...byStore].map(([name, looks]) => ({ name, id: `aws-events:${name}`, looks }));
}

function watchedIn(record: JsonObject): readonly Watched[] {
  return [
    ...pingdomOutages(record),
    ...kumaBeats(record),
    ...statusCakePeriods(record),
    ...storeEvents(record),
  ];
}

export function isUptime(record: JsonObject): boolean {
  return watchedIn(record).some(({ looks }) => looks.length > 0);
}

/** One notice for each spell of down: from its first look to the first that is up again. */
export function decodeUptime(record: JsonObject): readonly DecodedNotice[] {
  return watchedIn(record).flatMap(({ name, id, looks }) => {
    const ordered = looks
      .flatMap((look) => {
        const at = timeOf(look.from);
        return at === null ? [] : [{ look, at }];
      })
      .sort((a, b) => a.at - b.at);
    return ordered.flatMap(({ look, at }, index): readonly DecodedNotice[] => {
      if (!look.isDown || ordered[index - 1]?.look.isDown === true) return [];
      const end = ordered.slice(index).find((later) => !later.look.isDown);
      const why = look.why === null ? '' : `: ${look.why}`;
      return [
        {
          pointer: look.pointer,
          value: look.value,
          notice: notice({
            id: `${id}:${at}`,
            name: `${name ?? 'What is watched from outside'} is down${why}`,
            service: serviceNamed(name),
            severity: null,
            firedAt: look.from,
            // The end of a spell that goes on is, in these answers, when they were asked for.
            resolvedAt: end?.look.from ?? null,
          }),
        },
      ];
    });
  });
}
