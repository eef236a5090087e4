/** What the correlation stage looks things up in: symptoms with their patterns, answered probes, failing services in order. */
import type { Commit } from '../../domain/change.ts';
import type { Emitter, KeyRevision, RevisionDiff, SymbolUse } from '../../domain/code.ts';
import type { Closure, ProbeAnswer, ReachedFunction } from '../../domain/probe.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { LogPattern, MetricSeries } from '../../domain/signal.ts';
import { dependenciesOf, type Release, type Situation } from '../../domain/situation.ts';
import type { Detection, Symptom, SymptomClass } from '../../domain/symptom.ts';
import { samplesSince } from '../_signals/classify.ts';
import { answerFieldsOf, errorFieldsOf } from '../_signals/error-fields.ts';
import { type Amplification, amplifications } from './amplification.ts';
import { isToldBesides } from './outcomes.ts';
import { commitDiffId, keyHistoryId, revisionDiffId } from './probe-ids.ts';
import { sharesOf } from './shares.ts';

export interface FailingPattern {
  readonly pattern: LogPattern;
  readonly symptom: Symptom;
  /** Message words, exception type and frames in one lower-case text, for matching names and numbers. */
  readonly text: string;
  /** The same without the stack: package paths in frames (`github.com/…`) are no hosts that were called. */
  readonly message: string;
}

export interface Facts {
  readonly situation: Situation;
  readonly detection: Detection;
  readonly failing: readonly FailingPattern[];
  /** Symptoms without log lines (latency, exhaustion, restarts), in the same form: a family and a service, but no words and no stack. */
  readonly measured: readonly FailingPattern[];
  /** How much of limited things is used, from pairs of series. */
  readonly shares: readonly MetricSeries[];
  /** Services with a symptom of their own, earliest first. */
  readonly failingServices: readonly ServiceName[];
  /** Failing services of which no other failing service is a dependency: where callers' failures end. */
  readonly origins: readonly ServiceName[];
  readonly emitters: readonly Emitter[];
  /** Functions that give the failing lines what they work with, nearest first. */
  readonly reached: readonly ReachedFunction[];
  readonly closures: readonly Closure[];
  /** Services whose calls multiply though they are asked as before. */
  readonly amplified: readonly Amplification[];
  /** The same as something to be explained: `traffic-surge` within the service itself. */
  readonly multiplied: readonly FailingPattern[];
  /**
   * Share 0…1 of the failing lines that these patterns make up: of all, or of their own service where callers' failures end there.
   * What explains a twentieth of the failures does not explain the incident.
   */
  explainedShare(items: readonly FailingPattern[]): number;
  diffOf(release: Release): RevisionDiff | null;
  /** True where only some of what a release brought is known: it can accuse, it can never clear. */
  isPartial(release: Release): boolean;
  commitDiffOf(commit: Commit): RevisionDiff | null;
  historyOf(path: string, key: string): readonly KeyRevision[] | null;
  usesOf(name: string): {
    readonly uses: readonly SymbolUse[];
    readonly searched: string;
    readonly evidence: ProbeAnswer;
  } | null;
}

export function gatherFacts(situation: Situation, detection: Detection): Facts {
  const byId = new Map(situation.patterns.map((pattern) => [pattern.id, pattern]));
  const failing = detection.symptoms.flatMap((symptom) =>
    symptom.signalIds.flatMap((id) => {
      const pattern = byId.get(id);
      return pattern === undefined || !isOfPattern(symptom) || pattern.service !== symptom.service
        ? []
        : [inWords(pattern, symptom)];
    }),
  );
  const services = [
    ...new Set(
      detection.symptoms
        .filter(
          (symptom) =>
            (symptom.userVisible || symptom.id.startsWith('platform:')) && symptom.class !== 'traffic-surge',
        )
        .flatMap((symptom) => (symptom.service === null ? [] : [symptom.service])),
    ),
  ];
  const origins = originsOf(services, detection.symptoms, situation);
  const amplified = amplifications(situation, detection);
  const answers = new Map(situation.snapshot.probeAnswers.map((answer) => [answer.probeId, answer]));
  return {
    situation,
    detection,
    failing,
    measured: detection.symptoms
      .filter(
        (symptom) => !isOfPattern(symptom) && symptom.service !== null && symptom.class !== 'traffic-surge',
      )
      .map(asItem),
    shares: sharesOf(situation.series),
    failingServices: services,
    origins,
    explainedShare: (items) => explainedShare(items, failing, origins),
    emitters: situation.snapshot.probeAnswers.flatMap((answer) =>
      answer.kind === 'find-emitters' ? answer.emitters : [],
    ),
    reached: situation.snapshot.probeAnswers.flatMap((answer) =>
      answer.kind === 'reached-code' ? answer.reached : [],
    ),
    closures: situation.snapshot.probeAnswers.flatMap((answer) =>
      answer.kind === 'reached-code' ? (answer.closures ?? []) : [],
    ),
    amplified,
    multiplied: amplified.map((item) => asItem(asSymptom(item))),
    diffOf(release) {
      const id = revisionDiffId(release, situation);
      if (id === null) return joinedDiff(release, answers);
      const answer = answers.get(id);
      return answer?.kind === 'revision-diff' ? answer.diff : null;
    },
    isPartial: (release) => revisionDiffId(release, situation) === null,
    commitDiffOf(commit) {
      const id = commitDiffId(commit);
      const answer = id === null ? undefined : answers.get(id);
      return answer?.kind === 'revision-diff' ? answer.diff : null;
    },
    historyOf(path, key) {
      const answer = situation.snapshot.probeAnswers.find(
        (candidate) => candidate.kind === 'key-history' && candidate.probeId === keyHistoryId(path, key),
      );
      return answer?.kind === 'key-history' ? answer.revisions : null;
    },
    usesOf(name) {
      const answers = situation.snapshot.probeAnswers.flatMap((candidate) =>
        candidate.kind === 'symbol-uses' && candidate.names.includes(name) ? [candidate] : [],
      );
      const [answer] = answers;
      return answer === undefined
        ? null
        : {
            uses: answers.flatMap(({ uses }) => uses.filter((use) => use.name === name)),
            searched: answer.searched,
            evidence: answer,
          };
    },
  };
}

/** Without a revision to compare with, what the release's last commits changed one by one stands for its difference; null where none is known. */
function joinedDiff(release: Release, answers: ReadonlyMap<string, ProbeAnswer>): RevisionDiff | null {
  const diffs = release.commits.flatMap((commit) => {
    const id = commitDiffId(commit);
    const answer = id === null ? undefined : answers.get(id);
    return answer?.kind === 'revision-diff' ? [answer.diff] : [];
  });
  const [first] = diffs;
  if (first === undefined) return null;
  return {
    repo: first.repo,
    from: null,
    to: release.commit ?? first.to,
    files: diffs.flatMap((diff) => diff.files),
    omittedFiles: diffs.reduce((sum, diff) => sum + diff.omittedFiles, 0),
  };
}

/** Symptoms with a log line behind them: one that came, or one that no longer comes. */
function isOfPattern(symptom: Symptom): boolean {
  return symptom.id.startsWith('log:') || symptom.id.startsWith('silence:pattern:');
}

/** A line that no longer comes names nothing that fails: its words are not held against what changed. */
function inWords(pattern: LogPattern, symptom: Symptom): FailingPattern {
  return symptom.class === 'silence'
    ? { pattern: { ...pattern, frames: [] }, symptom, text: '', message: '' }
    : { pattern, symptom, ...wordsOf({ ...pattern, samples: samplesSince(pattern, symptom.onsetAt) }) };
}

/** What the odd failure said before the incident is not what fails now. */
function wordsOf(pattern: LogPattern): { readonly text: string; readonly message: string } {
  return { text: textOf(pattern), message: messageOf(pattern) };
}

function asSymptom(item: Amplification): Symptom {
  return {
    id: `amplified:${item.service}`,
    class: 'traffic-surge',
    service: item.service,
    route: null,
    peer: null,
    summary: item.detail,
    signalIds: [],
    pattern: null,
    count: 0,
    baseline: { observed: true, from: null, to: null, value: null },
    firstSeenAt: item.onsetAt,
    lastSeenAt: item.onsetAt,
    onsetAt: item.onsetAt,
    onsetUncertaintyMs: 0,
    shape: 'step',
    strength: 8,
    userVisible: false,
    ongoing: true,
    level: null,
    evidence: item.evidence,
  };
}

function asItem(symptom: Symptom): FailingPattern {
  const pattern: LogPattern = {
    id: symptom.id,
    template: symptom.summary,
    service: symptom.service,
    severity: 'unknown',
    count: symptom.count,
    firstSeenAt: symptom.firstSeenAt,
    lastSeenAt: symptom.lastSeenAt,
    buckets: { widthMs: 1000, at: [], count: [] },
    samples: symptom.evidence
      .slice(0, 1)
      .map((evidence) => ({ at: symptom.onsetAt, message: symptom.summary, evidence })),
    splits: [],
    frames: [],
    exceptionType: null,
    attributes: {},
    failing: [],
  };
  return { pattern, symptom, text: '', message: '' };
}

function explainedShare(
  items: readonly FailingPattern[],
  failing: readonly FailingPattern[],
  origins: readonly ServiceName[],
): number {
  const count = (list: readonly FailingPattern[]) => list.reduce((sum, item) => sum + item.pattern.count, 0);
  const seen = failing.filter((item) => item.symptom.userVisible);
  const listed = new Set(items);
  // An outcome that is told beside its reason is the same failure once more.
  const visible = seen.filter((item) => listed.has(item) || !isToldBesides(item, seen));
  const all = count(visible.length > 0 ? visible : failing);
  const services = new Set(items.map((item) => item.pattern.service));
  const shares = [...services]
    .filter((service) => service !== null && origins.includes(service) && !isMinor(items, visible))
    .map((service) => {
      const own = count(visible.filter((item) => item.pattern.service === service));
      return own === 0 ? 0 : count(items.filter((item) => item.pattern.service === service)) / own;
    });
  return all === 0 ? 0 : Math.min(1, Math.max(count(items) / all, ...shares));
}

/** What a gateway says in the place of those beneath it. */
const FELT_AT_GATEWAY: readonly SymptomClass[] = [
  'unclassified',
  'server-error',
  'client-error',
  'error-ratio',
  'timeout',
  'latency',
  'connection-refused',
  'connection-reset',
  'breaker-open',
];
const TIMES_AS_MANY = 5;
/** Whoever says himself that he fails on somebody else is explained by that one alone. */
const TIMES_ON_OTHERS = 2;

/**
 * Whoever stands in front of all services refuses many times as much, for a reason of its own, or others fail more often and say on
 * whom: what these make up of their own service is a small part then.
 */
function isMinor(items: readonly FailingPattern[], visible: readonly FailingPattern[]): boolean {
  const count = (list: readonly FailingPattern[]) =>
    list.reduce((sum, { pattern }) => sum + pattern.count, 0);
  const others = visible.filter((item) => !items.includes(item));
  const refused = others.filter(
    ({ pattern, symptom }) => pattern.service === null && !FELT_AT_GATEWAY.includes(symptom.class),
  );
  const own = new Set(items.flatMap(({ pattern, symptom }) => [pattern.service, symptom.peer]));
  const onOthers = others.filter(({ symptom }) => symptom.peer !== null && !own.has(symptom.peer));
  return count(refused) >= TIMES_AS_MANY * count(items) || count(onOthers) >= TIMES_ON_OTHERS * count(items);
}

function textOf(pattern: LogPattern): string {
  // What a library calls its own functions names nothing of ours.
  const frames = pattern.frames
    .filter((frame) => frame.inApp !== false)
    .map((frame) => `${frame.file} ${frame.function ?? ''}`)
    .join(' ');
  return `${messageOf(pattern)} ${frames.toLowerCase()}`;
}

function messageOf(pattern: LogPattern): string {
  const samples = pattern.samples.map((sample) => sample.message);
  // The end of one message and the beginning of the next are no sentence.
  return [
    pattern.template,
    pattern.exceptionType ?? '',
    ...samples,
    ...errorFieldsOf(pattern),
    ...answerFieldsOf(pattern),
  ]
    .join('\n')
    .toLowerCase();
}

/** No answer, or one that tells of an own failure. Whoever is refused may have asked for the wrong thing. */
const BLAMES_THE_OTHER: ReadonlySet<SymptomClass> = new Set([
  'timeout',
  'connection-refused',
  'connection-reset',
  'server-error',
  'breaker-open',
  'unclassified',
]);

/** Where the trail of calls ends: by what is known of who calls whom, and by whom the errors themselves name. */
function originsOf(
  services: readonly ServiceName[],
  symptoms: readonly Symptom[],
  situation: Situation,
): readonly ServiceName[] {
  const failing = new Set(services);
  // A database is slow because of what is asked of it; nobody released it, so the trail does not end there.
  const isOurs = (name: ServiceName) => (situation.services.get(name)?.kind ?? 'service') === 'service';
  const named = (service: ServiceName) =>
    symptoms.flatMap((symptom) =>
      symptom.service === service && symptom.peer !== null && BLAMES_THE_OTHER.has(symptom.class)
        ? [symptom.peer]
        : [],
    );
  // Failures go up to those who ask, silence goes down: who is asked no more has nothing to say.
  const isSilent = (name: ServiceName) => {
    const own = symptoms.filter(({ service }) => service === name);
    return own.length > 0 && own.every((symptom) => symptom.class === 'silence');
  };
  const silent = services.filter(isSilent);
  const isUnasked = (service: ServiceName) =>
    silent.includes(service) &&
    silent.some((other) => other !== service && dependenciesOf(situation.edges, other).has(service));
  const origins = services.filter(
    (service) =>
      !isUnasked(service) &&
      [...dependenciesOf(situation.edges, service).keys(), ...named(service)].every(
        (name) =>
          name === service ||
          !failing.has(name) ||
          !isOurs(name) ||
          (silent.includes(service) && silent.includes(name)),
      ),
  );
  return origins.length > 0 ? origins : services;
}
