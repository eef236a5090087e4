/** A job that began shortly before takes what others miss: slots of a shared server, its time, the order in which replicas follow. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor, lengthText } from './circumstance.ts';
import { type Clue, clueText, earlierRuns, newJobsBefore } from './clues.ts';
import { type Draft, draft } from './draft.ts';
import { failsCallers } from './exhaustion.ts';
import type { Facts } from './facts.ts';
import { didMore } from './large-run.ts';
import { consequencesOf } from './reason-beneath.ts';
import { SERVER_IS_FULL } from './slots-taken.ts';
import { WEIGHT } from './weights.ts';

/** Failures of having too little of something. Locks name their job themselves. */
const STARVED: readonly SymptomClass[] = [
  'pool-exhausted',
  'saturation',
  'queue-backlog',
  'latency',
  'timeout',
  'out-of-memory',
  'disk-full',
];
/** A database ends what takes longer than it may: by a slow plan, or in a queue for a lock. */
const ENDED_AT_LIMIT = /statement timeout|execution time exceeded|query execution was interrupted/;
const HOLDS = /\b(?:hold(?:s|ing)?|acquired|took|taking) .{0,40}\block\b|\bexclusive lock\b|\bfor update\b/i;
/** What servers write of single pieces of work that took long. */
const HEAVY = /query_time|duration: [\d.]+ ms|plansummary|\bslow\b|elapsed_?time/i;
const WINDOW_MS = 30 * MINUTE;
/** Within this of the job's start, what its statements hold or load is met at once. */
const AT_ONCE_MS = 5 * MINUTE;

export function jobHypotheses(facts: Facts): readonly Draft[] {
  const starved = starvedOf(facts);
  const job = newJobsBefore(facts, WINDOW_MS).find(({ service }) => service !== starved?.service);
  if (starved === null || job === undefined) return [];
  const more = didMore(job, facts);
  // Jobs begin all day: that one did shortly before says nothing by itself.
  const seen = [
    ...more,
    ...sharedLimit(facts),
    ...heldUp(job, facts),
    ...newWork(job, facts),
    ...usedByJob(job, facts),
  ];
  if (seen.length === 0) return [];
  const factors = [
    factor('job-began', WEIGHT.jobBegan, clueText(job, starved.onsetAt), job.evidence),
    factor(
      'job-starves',
      WEIGHT.jobStarves,
      `what fails is a matter of capacity: ${starved.summary}`,
      starved.evidence.slice(0, 1),
    ),
    ...seen,
    ...(more.length > 0 ? [] : ranBefore(job, facts)),
  ];
  const who = job.service ?? 'a job';
  const statement = `${who} takes what others miss: ${job.text}`;
  return [draft('data-job', `data-job:${who}`, job.service, statement, factors)];
}

/** The strongest of its kind; null where something waits for locks, or nothing is short. */
function starvedOf(facts: Facts): Symptom | null {
  const { symptoms } = facts.detection;
  if (symptoms.some((symptom) => symptom.class === 'lock')) return null;
  const short = symptoms.filter((symptom) => STARVED.includes(symptom.class));
  return [...short].sort((a, b) => b.strength - a.strength || (a.id < b.id ? -1 : 1))[0] ?? null;
}

function sharedLimit(facts: Facts): readonly Factor[] {
  const full = facts.failing.find((item) => SERVER_IS_FULL.test(item.message));
  return full === undefined
    ? []
    : [
        factor(
          'shared-limit',
          WEIGHT.sharedLimit,
          `the server itself refuses every further client: ${full.symptom.summary}`,
          full.pattern.samples.slice(0, 1).map(({ evidence }) => evidence),
        ),
        // That the server fails its clients is as much the doing of who took its slots as of the limit itself.
        ...failsCallers(full.pattern.service, full.symptom, consequencesOf([full], facts), facts),
      ];
}

/** The database ends statements at its time limit, and the job says itself that it holds what they wait for, or had just begun. */
function heldUp(job: Clue, facts: Facts): readonly Factor[] {
  const ended = facts.failing.find((item) => ENDED_AT_LIMIT.test(item.message));
  const onset = facts.detection.onsetAt ?? job.at;
  const holds = facts.situation.patterns
    .filter(({ service, lastSeenAt }) => service === job.service && lastSeenAt >= onset)
    .flatMap(({ samples }) => samples)
    .find(({ at, message }) => at !== null && at >= job.at && HOLDS.test(message));
  if (ended === undefined) return [];
  const said = ended.pattern.samples.slice(0, 1).map(({ evidence }) => evidence);
  if (holds !== undefined)
    return [
      factor('job-holds', WEIGHT.jobHolds, `it says that it holds what they wait for: ${holds.message}`, [
        holds.evidence,
      ]),
    ];
  return onset - job.at <= AT_ONCE_MS
    ? [
        factor(
          'ended-at-limit',
          WEIGHT.endedAtLimit,
          'the database itself ends what takes too long since',
          said,
        ),
      ]
    : [];
}

/** Long work of a kind that was never seen before the job, and is done again and again since. */
function newWork(job: Clue, facts: Facts): readonly Factor[] {
  const onset = facts.detection.onsetAt ?? job.at;
  const found = facts.situation.patterns.find((pattern) => {
    const [first] = pattern.samples;
    const text = `${pattern.service ?? ''} ${pattern.template} ${first?.message ?? ''} ${facts.situation.snapshot.evidence[first?.evidence ?? '']?.excerpt ?? ''}`;
    return (
      pattern.count >= 3 &&
      pattern.firstSeenAt >= job.at - MINUTE &&
      pattern.firstSeenAt <= onset + 5 * MINUTE &&
      pattern.service !== job.service &&
      HEAVY.test(text)
    );
  });
  return found === undefined
    ? []
    : [
        factor(
          'new-work',
          WEIGHT.newWork,
          `long work that was never seen before is done since (${found.count} times): ${found.template}`,
          found.samples.slice(0, 1).map(({ evidence }) => evidence),
        ),
      ];
}

/** Shorter ones stand in any sentence. */
const MIN_NAME = 4;

/** What the job says that it works on began to be used up in the minutes in which it began. */
function usedByJob(job: Clue, facts: Facts): readonly Factor[] {
  const words = new Set(job.text.toLowerCase().split(/[^a-z0-9._-]+/));
  const used = facts.detection.symptoms.find(
    (symptom) =>
      symptom.class === 'saturation' &&
      symptom.pattern === null &&
      symptom.service !== job.service &&
      symptom.onsetAt >= job.at - MINUTE - symptom.onsetUncertaintyMs &&
      symptom.onsetAt <= job.at + 3 * MINUTE + symptom.onsetUncertaintyMs &&
      namesOf(symptom, facts).some((name) => words.has(name)),
  );
  return used === undefined
    ? []
    : [factor('used-by-job', WEIGHT.usedByJob, `${used.summary} as it began`, used.evidence.slice(0, 1))];
}

/** The service and the machine that a measured symptom is of. */
function namesOf(symptom: Symptom, facts: Facts): readonly string[] {
  const attributes = facts.situation.series
    .filter(({ id }) => symptom.signalIds.includes(id))
    .flatMap(({ attributes: labels }) => [
      labels['instance'],
      labels['host'],
      labels['node'],
      labels['nodename'],
    ]);
  return [symptom.service, ...attributes].flatMap((name) => {
    const bare = name?.toLowerCase().replace(/:\d+$/, '') ?? '';
    return bare.length >= MIN_NAME ? [bare] : [];
  });
}

/** Runs that make a habit. */
const HABIT = 2;

/** Another run of the same job, long enough before that the failure does not belong to it, or several. */
function ranBefore(job: Clue, facts: Facts): readonly Factor[] {
  const onset = facts.detection.onsetAt ?? job.at;
  const runs = earlierRuns(job, facts);
  const [last] = runs.length >= HABIT ? runs : runs.filter(({ at }) => onset - at > 2 * WINDOW_MS);
  return last === undefined
    ? []
    : [
        factor(
          'ran-before',
          WEIGHT.ranBefore,
          `it ran ${lengthText(onset - last.at)} before too, and nothing failed then`,
          last.evidence,
        ),
      ];
}
