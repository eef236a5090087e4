/**
 * What each argument is worth, in nats (the natural log of how much likelier the observation is if the hypothesis holds).
 * The values are judgements an SRE can argue with, checked by ablation on the development pack; none knows a service, a wording or a scenario.
 */
export const WEIGHT = {
  /** A change within minutes before the onset is about four times as likely to be the cause as one at a random time of the day. */
  leadMinutes: 1.5,
  leadHalfHour: 1.0,
  leadTwoHours: 0.4,
  leadDay: -0.8,
  leadLonger: -2.5,
  /** The changed service itself fails: most faults show where they are made. */
  locusOwn: 1.5,
  /** It is the deepest failing service on the dependency path: callers fail because it fails. */
  locusOrigin: 0.7,
  /** A failing service calls it directly, or names it in its errors, though it logs nothing itself. */
  locusCalled: 0.7,
  locusNamed: 0.8,
  locusFar: 0.1,
  /** No path from a failing service to it. */
  locusNone: -3,
  /** A stack frame of the failure lies in a changed hunk: near proof. */
  frameInHunk: 4,
  /** The changed function stands in the stack, the changed lines do not. */
  frameInFile: 1.2,
  /** The statement that emits the error was itself changed or added. */
  emitterChanged: 2.5,
  /** The value that governs the emitting code was changed by this release. */
  governorChanged: 4.5,
  /** The value governs the emitting code in the running release; whether it changed is not shown. */
  governorHolds: 2.5,
  /** A comment claims that the value is wrong: nobody checked it. */
  claim: 0.9,
  /** The error text states the very number that the release introduced. */
  numberInError: 3,
  /** The key's subject is the subject of the failure, and it was tightened. */
  keyFamily: 2.2,
  keyFamilyOpposite: -1,
  /** The kind of difference produces this kind of failure. */
  featureFamily: 1.8,
  /** A name in the error text is a name that the difference removed, renamed or changed. */
  symbolInError: 2.5,
  /** The package that was bumped appears in the trace. */
  packageInTrace: 3.5,
  /** The value contradicts what was measured (a timeout below the latency it must cover). */
  telemetryContradicts: 1.5,
  /** Memory or another exhaustible thing rises steadily since this release, and did not before. */
  rampSince: 3,
  /** The value covers what was measured: it cannot have cut anything off. */
  telemetryFits: -3,
  /** A person says that the value was the same before: then this release did not introduce it. */
  sameBefore: -3,
  /** Errors come only from instances of this version while others run beside it. */
  splitOnlyNew: 3,
  splitBoth: -2.5,
  /** Taking it back ended the failure, or did not. */
  reversalEnded: 3,
  reversalWentOn: -4,
  /** The error was never seen before this release in an observed past. */
  novelty: 0.5,
  /** The difference is known and nothing in it can act at run time. */
  inert: -7,
  /** The difference is known, and nothing in it touches the failing path. */
  unrelatedDiff: -1.5,
  /** A rollout that failed or was cancelled never served. */
  neverServed: -4,
  /** It undoes an earlier change: rarely the cause of what began before it. */
  isRollback: -1.5,
  /** What it explains is only part, or next to nothing, of what fails. */
  explainsPart: -0.8,
  explainsLittle: -3,
  /** "None of these": what an explanation must beat. */
  none: 1.6,
} as const;

/** The most that several mechanisms may add up to; they are not independent. */
export const MECHANISM_CAP = 7;

/** Probability from which a cause is named, and the levels of confidence. */
export const BAR = { named: 0.45, medium: 0.55, high: 0.8 } as const;

/** Softmax temperature; 1 means that weights are taken at face value. */
export const TEMPERATURE = 1.2;
