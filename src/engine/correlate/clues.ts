/** What happened shortly before the failure beside rollouts: a job that began, a secret that was exchanged, a node that went. Told by logs, platforms and change records. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import { type EpochMs, HOUR, MINUTE, SECOND, toIso } from '../../domain/time.ts';
import { lengthText } from './circumstance.ts';
import type { Facts } from './facts.ts';

export interface Clue {
  readonly at: EpochMs;
  readonly text: string;
  readonly service: ServiceName | null;
  readonly evidence: readonly EvidenceRef[];
}

/** A line that comes more often than this is the daily round, not an event. */
const MAX_EVENT_COUNT = 6;
const JOB_STARTS =
  /\b(job|batch|cron|nightly|backfill|reindex|vacuum|export|import|recount|recalculat\w*|statements?|reconcil\w*|etl|migration|maintenance|archiv\w*|cleanup|purge|rebuild|sync|run|report|close|settlement|snapshot|backup)\b.{0,80}\b(start(s|ed|ing)?|begin(s|ning)?|began|initiat(ed|es|ing)|launched|triggered|kicked off)\b|\b(initiat(ed|es|ing)|start(s|ed|ing)?|begin(s|ning)?|began|launch\w*|trigger\w*|kicking off)\b.{0,60}\b(job|batch|cron|nightly|backfill|reindex|vacuum|export|import|recount|recalculat\w*|statements?|reconcil\w*|etl|migration|maintenance|archiv\w*|cleanup|purge|rebuild|settlement|backup)\b/i;
/** What cron writes as it starts something: `(user) CMD (command)`. */
const CRON_STARTS = /\(\S{1,60}\) CMD \((.{1,300}?)\)?$/;
/** Words of a command that stand before what it runs. */
const BEFORE_COMMAND =
  /^(\w+=\S*|sudo|nice|ionice|flock|timeout|env|exec|(?:[\w./-]*\/)?(?:ba|da|z)?sh|python[\d.]*|perl|ruby|node|php|java|-\S*|\d+|&&|;|\/(?:var\/)?(?:lock|run|tmp)\/\S*)$/;
const EXCHANGED =
  /\b(secret|password|credential|token|api.?key|signing key|key pair|keys?|certificate|cert)s?\b.{0,80}\b(rotat\w*|renew\w*|revok\w*|replaced|exchanged|changed|updated|rolled|reissued|regenerated)\b|\b(rotat\w*|renew\w*|revok\w*|replac\w*|exchang\w*|updat\w*|regenerat\w*)\b.{0,60}\b(secret|password|credential|token|api.?key|signing key|key pair|keys?|certificate|cert)s?\b|\balter (?:role|user|login)\b.{1,80}\b(?:password|identified|valid until)\b|\bset password for\b/i;

/** Jobs that began within `windowMs` before the onset, or were under way then; latest first. */
export function jobsBefore(facts: Facts, windowMs: number = 30 * MINUTE): readonly Clue[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  const recorded = facts.situation.otherChanges.flatMap((change): Clue[] =>
    change.type === 'data-job' &&
    change.at !== null &&
    change.at <= onset + MINUTE &&
    (change.finishedAt === null || change.finishedAt >= onset) &&
    onset - change.at <= 24 * HOUR
      ? [{ at: change.at, text: change.summary, service: change.service, evidence: change.evidence }]
      : [],
  );
  return latestFirst([
    ...recorded,
    ...eventsBefore(facts, JOB_STARTS, windowMs),
    ...cronBefore(facts, onset, windowMs),
  ]);
}

/** The same, those first that are not known to have run earlier: what runs again and again while all is well is of the daily round. */
export function newJobsBefore(facts: Facts, windowMs: number = 30 * MINUTE): readonly Clue[] {
  const jobs = jobsBefore(facts, windowMs);
  const again = (job: Clue) => earlierRuns(job, facts).length > 0;
  return [...jobs.filter((job) => !again(job)), ...jobs.filter(again)];
}

/** Runs of the same job before this one within two days; empty for one without a name. */
export function earlierRuns(job: Clue, facts: Facts): readonly Clue[] {
  return jobsBefore(facts, 48 * HOUR).filter(
    (other) => job.service !== null && other.service === job.service && other.at < job.at,
  );
}

/** By the lines of a cron daemon; the job is called after what is run. Its samples tell single starts, however often it starts something. */
function cronBefore(facts: Facts, onset: EpochMs, windowMs: number): readonly Clue[] {
  return facts.situation.patterns.flatMap((pattern) =>
    pattern.samples.flatMap(({ at, message, evidence }): Clue[] => {
      const command = CRON_STARTS.exec(message)?.[1];
      if (command === undefined || at === null || at > onset + MINUTE || onset - at > windowMs) return [];
      return [{ at, text: `"${message}"`, service: commandName(command), evidence: [evidence] }];
    }),
  );
}

/** `cd /srv && /usr/bin/python3 tools/purge.py --all` → `purge`; null where nothing is left. */
function commandName(command: string): ServiceName | null {
  const words = command.replace(/^cd \S+\s*(&&|;)\s*/, '').split(/\s+/);
  const word = words.find(
    (part) => !BEFORE_COMMAND.test(part.split('/').at(-1) ?? part) && !BEFORE_COMMAND.test(part),
  );
  const name = canonicalServiceName((word?.split('/').at(-1) ?? '').replace(/\.\w{1,4}$/, ''));
  return name === '' ? null : name;
}

/** Secrets and certificates that were exchanged within a day before the onset; latest first. */
export function exchangesBefore(facts: Facts): readonly Clue[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  const recorded = facts.situation.otherChanges.flatMap((change): Clue[] =>
    change.type === 'credential' &&
    change.at !== null &&
    change.at <= onset + MINUTE &&
    onset - change.at <= 24 * HOUR
      ? [{ at: change.at, text: change.summary, service: change.service, evidence: change.evidence }]
      : [],
  );
  return latestFirst([...recorded, ...eventsBefore(facts, EXCHANGED, 24 * HOUR)]);
}

/** Rows that somebody wrote or deleted in one go: `60 fares written`, `deleted 1200 rows from fares`. */
const ROWS_WRITTEN =
  /\b\d[\d,.]* (?:new |changed )?[a-z_]{3,30}s? (?:were |was )?(?:written|imported|loaded|inserted|updated|upserted|applied|replaced|deleted|removed|purged|archived)\b|\b(?:wrote|imported|loaded|inserted|updated|upserted|applied|replaced|deleted|removed|purged|archived) \d[\d,.]* (?:new |changed )?[a-z_]{3,30}/i;

/** Rows that were written or deleted within minutes before the onset; latest first. */
export function writesBefore(facts: Facts): readonly Clue[] {
  return latestFirst(eventsBefore(facts, ROWS_WRITTEN, 10 * MINUTE));
}

const FAILS_OVER =
  /\bswitch-master\b|\bfail(ed|s|ing)?[ -]?over\b|\bpromot(ed|ing|e request)\b|\bnew (primary|master|leader)\b|\bstep(ped|ping|s)? down\b|\belected\b.{0,40}\b(primary|master|leader)\b|\b(primary|master|leader)\b.{0,40}\belected\b/i;

/** Stores that made another of their nodes the one that takes writes, within half an hour before the onset; latest first. */
export function failoversBefore(facts: Facts): readonly Clue[] {
  return latestFirst(eventsBefore(facts, FAILS_OVER, 30 * MINUTE));
}

/** What servers write as they end, whoever asked for it, and as they are ready for clients. */
const STOPS =
  /\breceived (sigterm|sigint|sigquit|signal \d+)\b|\bsig(term|int|quit) received\b|\breceived (fast|smart|immediate) shutdown request\b|\bterminated by signal\b|\buser requested shutdown\b|\bnormal shutdown\b|\binitiating shutdown\b|\bserver exiting\b|\bshutdown (in progress|signal)\b|\bis (shutting down|now ready to exit|asked to stop)\b|\bwas interrupted\b|^shutting down\b/i;
const STARTS =
  /\bready (to accept|for) connections\b|\bready to accept connections\b|\b(server )?startup complete(d)?\b|\bserver initialized\b|\bwaiting for connections\b/i;

/** What stops a server comes before what its clients meet: two logs disagree by seconds, and the onset is known to its uncertainty. */
const LATE_LINE_MS = 10 * SECOND;

function isAtOnset(at: EpochMs, onset: EpochMs, withinMs: number, facts: Facts): boolean {
  const late = Math.min(withinMs, Math.max(LATE_LINE_MS, facts.detection.onsetUncertaintyMs));
  return at >= onset - withinMs && at <= onset + late;
}

/** Servers that stopped as the failure began (or were ready again at any time since), by lines of their own; latest first. */
export function stopsAround(
  facts: Facts,
  withinMs: number,
  which: 'stops' | 'starts' = 'stops',
): readonly Clue[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  const wording = which === 'stops' ? STOPS : STARTS;
  return latestFirst(
    facts.situation.patterns.flatMap((pattern) =>
      pattern.samples.flatMap(({ at, message, evidence }): Clue[] => {
        const near =
          at !== null &&
          (which === 'starts' ? at >= onset - withinMs : isAtOnset(at, onset, withinMs, facts));
        return near && wording.test(message)
          ? [{ at, text: `"${message}"`, service: pattern.service, evidence: [evidence] }]
          : [];
      }),
    ),
  );
}

/** What the kernel writes of a program that it ends for want of memory; the program itself cannot say so any more. */
const KILLED = /\b[Kk]illed process \d+,? \(([\w.-]{2,40})\)/;

/** Programs that a machine ended as the failure began, called after the program; latest first. */
export function killsAround(facts: Facts, withinMs: number): readonly Clue[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  return latestFirst(
    facts.situation.patterns.flatMap((pattern) =>
      pattern.samples.flatMap(({ at, message, evidence }): Clue[] => {
        const program = KILLED.exec(message)?.[1];
        return program !== undefined && at !== null && isAtOnset(at, onset, withinMs, facts)
          ? [{ at, text: `"${message}"`, service: canonicalServiceName(program), evidence: [evidence] }]
          : [];
      }),
    ),
  );
}

const CLOCK_STEPS =
  /\bclock (was )?(stepped|wrong|jumped|set|changed|unsynchroni[sz]ed)|time (has been |was )?(changed|stepped|reset|jumped)|step time server|\b(stepped|jumped) (by|forward|back)|leap second|system time .{0,20}(changed|jumped)|can'?t synchroni[sz]e|no selectable sources|no server suitable for synchroni[sz]ation/i;

/** Machines that set their clock, or had nobody to set it by, within an hour before the onset; latest first. */
export function clockStepsBefore(facts: Facts): readonly Clue[] {
  return latestFirst(eventsBefore(facts, CLOCK_STEPS, HOUR));
}

/** Rare lines and platform events of that wording before the onset. */
function eventsBefore(facts: Facts, wording: RegExp, windowMs: number): readonly Clue[] {
  const onset = facts.detection.onsetAt ?? facts.situation.snapshot.request.asOf;
  const isBefore = (at: EpochMs) => at <= onset + MINUTE && onset - at <= windowMs;
  const lines = facts.situation.patterns
    .filter((pattern) => pattern.severity !== 'error' && pattern.severity !== 'fatal')
    .filter((pattern) => pattern.count <= MAX_EVENT_COUNT && isBefore(pattern.firstSeenAt))
    .flatMap((pattern): Clue[] => {
      const sample = pattern.samples.find(
        ({ at, message }) => at !== null && isBefore(at) && wording.test(message),
      );
      return sample?.at === undefined || sample.at === null
        ? []
        : [
            {
              at: sample.at,
              text: `"${sample.message}"`,
              service: pattern.service,
              evidence: [sample.evidence],
            },
          ];
    });
  const platform = facts.situation.snapshot.platformFacts.flatMap((fact): Clue[] =>
    fact.at !== null && isBefore(fact.at) && wording.test(fact.summary)
      ? [{ at: fact.at, text: fact.summary, service: fact.service, evidence: fact.evidence }]
      : [],
  );
  return [...lines, ...platform];
}

function latestFirst(clues: readonly Clue[]): readonly Clue[] {
  return [...clues].sort((a, b) => b.at - a.at || (a.text < b.text ? -1 : 1));
}

/** `12 m before the failure began: "Job x started"`. */
export function clueText(clue: Clue, onset: EpochMs): string {
  const lead = onset - clue.at;
  return `${lead <= 0 ? 'as the failure began' : `${lengthText(lead)} before the failure began`}: ${clue.text}`;
}

/** Nodes of a platform that went out of service around the onset. */
export function failedNodes(facts: Facts): readonly Clue[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  return latestFirst(
    facts.situation.snapshot.platformFacts.flatMap((fact): Clue[] =>
      fact.kind === 'node-condition' && fact.at !== null && Math.abs(fact.at - onset) <= 15 * MINUTE
        ? [{ at: fact.at, text: fact.summary, service: fact.service, evidence: fact.evidence }]
        : [],
    ),
  );
}

const RUN_BEGINS = /\b(begin(s|ning)?|began|start(s|ed|ing)?|launched|kicked off)\b/i;
const RUN_ENDS = /\b(end(s|ed)?|finish(es|ed)?|done|complete[sd]?|completed|exit(s|ed)?|succeeded)\b/i;
/** A service that begins and ends runs does little else. */
const MAX_RUNS = 6;

/** Two runs of one job of which the later began, shortly before the failure, though the earlier had not ended as those before it had; null where none is. */
export function overlappingRuns(facts: Facts): Clue | null {
  const onset = facts.detection.onsetAt;
  if (onset === null) return null;
  const services = new Set(
    facts.situation.patterns.flatMap(({ service, severity }) =>
      service === null || severity === 'error' || severity === 'fatal' ? [] : [service],
    ),
  );
  for (const service of [...services].sort()) {
    const [begins, ends] = [RUN_BEGINS, RUN_ENDS].map((wording) => runTimes(service, wording, onset, facts));
    const [last, previous] = [begins?.at(-1), begins?.at(-2)];
    if (last === undefined || previous === undefined || ends === undefined || ends.length === 0) continue;
    const ended = ends.some(({ at }) => at >= previous.at && at <= last.at);
    if (ended || onset - last.at > 30 * MINUTE) continue;
    return {
      at: last.at,
      service,
      text: `${service} began at ${clock(last.at)} though its run of ${clock(previous.at)} had not ended: "${last.message}"`,
      evidence: [last.evidence, previous.evidence],
    };
  }
  return null;
}

function runTimes(service: ServiceName, wording: RegExp, onset: EpochMs, facts: Facts) {
  return facts.situation.patterns
    .filter(
      (pattern) => pattern.service === service && pattern.count <= MAX_RUNS && wording.test(pattern.template),
    )
    .flatMap(({ samples }) => samples)
    .flatMap(({ at, message, evidence }) =>
      at === null || at > onset + MINUTE ? [] : [{ at, message, evidence }],
    )
    .sort((a, b) => a.at - b.at);
}

function clock(at: EpochMs): string {
  return toIso(at).slice(11, 16);
}
