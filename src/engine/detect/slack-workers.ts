/** Where work piles up, who works off less: a service whose log thins or ends as the backlog begins. */
import type { LogStream } from '../../domain/signal.ts';
import { dependenciesOf, type Situation } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { type EpochMs, MINUTE } from '../../domain/time.ts';

/** Fewer records than this show no pace. */
const MIN_RECORDS = 60;
const MIN_AFTER_MS = 10 * MINUTE;
const MIN_PAST_MS = 20 * MINUTE;
/** Who wrote several records a second and writes none while work piles up is known to stand still within a minute. */
const STOPPED_RATIO = 0.02;
const STOPPED_AFTER_MS = (3 * MINUTE) / 4;
/** Who comes down to a third while work piles up needs no longer to be known: fewer orders leave a queue empty. */
const SHARP_RATIO = 0.35;
const SHARP_DEVIATIONS = 8;
const SHARP_AFTER_MS = (3 * MINUTE) / 2;
/** Below this share of its pace a worker falls behind whatever the variation of a day. */
const SLACK_RATIO = 0.6;
/** Standard deviations of a Poisson count by which records must be missing. */
const MIN_DEVIATIONS = 5;
/** Just before the backlog the old pace must have held: who slackened long before did not make it. */
const JUST_BEFORE_MS = 15 * MINUTE;
const HELD_RATIO = 0.7;

/** One for each service; none where nothing piles up. */
export function slackWorkers(backlog: Symptom, situation: Situation): readonly Symptom[] {
  const end = situation.covered?.to ?? backlog.lastSeenAt;
  const found = situation.streams.flatMap((stream) => judge(stream, backlog, end) ?? []);
  const services = new Set(found.map(({ symptom }) => symptom.service ?? ''));
  // Who is given its work by one that works off less is given less.
  const isFed = ({ symptom }: Slack) =>
    [...dependenciesOf(situation.edges, symptom.service ?? '').keys()].some(
      (name) => name !== symptom.service && services.has(name),
    );
  const sharp = found.filter(({ isShort }) => isShort);
  const first = sharp.filter((item) => !isFed(item));
  const isAlone = new Set(first.map(({ symptom }) => symptom.service)).size === 1;
  const kept = found.filter((item) => !item.isShort || (isAlone && first.includes(item)));
  return [...new Map(kept.map(({ symptom }) => [symptom.service, symptom])).values()];
}

interface Slack {
  readonly symptom: Symptom;
  /** Seen for minutes alone: of several who all work off less nobody can tell then who holds up the others. */
  readonly isShort: boolean;
}

function judge(stream: LogStream, backlog: Symptom, end: EpochMs): Slack | null {
  const { service } = stream;
  const since = backlog.onsetAt;
  const past = since - backlog.onsetUncertaintyMs - stream.interval.from;
  if (service === null || end - since < STOPPED_AFTER_MS || past < STOPPED_AFTER_MS) return null;
  const before = countIn(stream, stream.interval.from, since - backlog.onsetUncertaintyMs);
  const pace = before / past;
  const expected = pace * (end - since);
  const got = countIn(stream, since, end + 1);
  const missing = expected - got;
  if (before < MIN_RECORDS || got > expected * SLACK_RATIO || missing < MIN_DEVIATIONS * Math.sqrt(expected))
    return null;
  const isStopped = expected >= MIN_RECORDS && got <= expected * STOPPED_RATIO;
  const isSharp =
    got <= expected * SHARP_RATIO &&
    missing >= SHARP_DEVIATIONS * Math.sqrt(expected) &&
    end - since >= SHARP_AFTER_MS &&
    past >= MINUTE;
  const isLong = end - since >= MIN_AFTER_MS && past >= MIN_PAST_MS;
  if (!isStopped && !isSharp && !isLong) return null;
  const justBefore = Math.min(JUST_BEFORE_MS, past / 4);
  const from = since - backlog.onsetUncertaintyMs - justBefore;
  if (countIn(stream, from, from + justBefore) < pace * justBefore * HELD_RATIO) return null;
  const aMinute = (count: number, ms: number) => ((count / ms) * MINUTE).toFixed(1);
  const symptom: Symptom = {
    id: `backlog:worker:${stream.path}:${service}`,
    class: 'queue-backlog',
    service,
    route: null,
    peer: null,
    summary: `${service} logs ${aMinute(got, end - since)} records a minute instead of ${aMinute(before, past)} since work piles up`,
    signalIds: [],
    pattern: null,
    count: stream.records,
    baseline: { observed: true, from: stream.interval.from, to: since, value: before },
    firstSeenAt: since,
    lastSeenAt: end,
    onsetAt: since,
    onsetUncertaintyMs: backlog.onsetUncertaintyMs,
    shape: 'step',
    strength: 9,
    userVisible: true,
    ongoing: true,
    level: null,
    evidence: [],
  };
  return { symptom, isShort: !isStopped && !isLong };
}

function countIn(stream: LogStream, from: number, to: number): number {
  return stream.buckets.at.reduce(
    (sum, at, index) => sum + (at >= from && at < to ? (stream.buckets.count[index] ?? 0) : 0),
    0,
  );
}
