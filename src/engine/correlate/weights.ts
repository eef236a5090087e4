/**
 * What each argument is worth, in nats (the natural log of how much likelier the observation is if the hypothesis holds).
 * The values are judgements an SRE can argue with, checked by ablation on the development pack; none knows a service, a wording or a scenario.
 */
export const WEIGHT = {
  /** A change within minutes before the onset is about four times as likely to be the cause as one at a random time of the day. */
  leadMinutes: 1.5,
  /** It is recorded as begun after what it is to explain: within what clocks and records are off, and no better than that. */
  leadAfterwards: 0.6,
  leadHalfHour: 1.0,
  leadTwoHours: 0.4,
  /** What failed had not run since it was released: as near as anything can be, though so is all else that was released meanwhile. */
  firstRun: 0.7,
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
  /** It asks the one that fails over what it is given, and fails not itself. */
  locusAsks: 0.4,
  /** The failure itself names no service. */
  locusUnsaid: 0,
  /** No path from a failing service to it. */
  locusNone: -3,
  /** Nothing tells who calls whom: a place that is not known speaks against it, as most services have no part in most failures. */
  locusUnknown: -1.2,
  /** A stack frame of the failure lies in a changed hunk: near proof. */
  frameInHunk: 4,
  /** The changed lines stand in the stack for a call of what fails, which they make as ever. */
  frameCallsOnly: 0.4,
  /** The changed function stands in the stack, the changed lines do not. */
  frameInFile: 1.2,
  /** The stack passes another function of the file than those without a name that were changed. */
  frameOutside: 0.5,
  /** Where it fails works with what a changed function gives: as near as the stack of whoever trips over a value comes. */
  feedsFailure: 2.2,
  /** The statement that emits the error was itself changed or added. */
  emitterChanged: 2.5,
  /** A condition in the function that gives the error was changed: it decides whether there is one. */
  emitterDecided: 3,
  /** The value that governs the emitting code was changed by this release. */
  governorChanged: 4.5,
  /** The value governs the emitting code in the running release; whether it changed is not shown. */
  governorHolds: 2.5,
  /** A comment claims that the value is wrong: nobody checked it. */
  claim: 0.9,
  /** The error text states the very number that the release introduced. */
  numberInError: 3,
  /** The database itself says that the statement which the release wrote takes long, and never said so before. */
  changedStatement: 4,
  /** The failing calls go to the very address that the release introduced, and not to the one before. */
  addressInError: 3.2,
  /** The key's subject is the subject of the failure, and it was tightened. */
  keyFamily: 2.2,
  keyFamilyOpposite: -1,
  /** The kind of difference produces this kind of failure. */
  featureFamily: 1.8,
  /** A name in the error text is a name that the difference removed, renamed or changed. */
  symbolInError: 2.5,
  /** Calls no longer carry a header, and whoever is called says that it is not there: he says what went. */
  headerUnsent: 3.5,
  /** A rule that let traffic through is gone, and traffic does not come through. */
  accessTaken: 3,
  /** What says where the failing path goes was changed; what else goes through the same program does not fail. */
  routeRule: 3,
  /** How instances are asked whether they are well was changed, and whoever asks takes them out since. */
  healthRule: 3.5,
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
  /** Callers cannot read its answers since it was released: what it answers has changed. */
  answersChanged: 1,
  /** Errors come only from instances of this version while others run beside it. */
  splitOnlyNew: 3,
  splitBoth: -2.5,
  /** It runs in other places as well, and only in one do it and others fail. */
  servesElsewhere: -2.5,
  /** Instances of another version say themselves that they fail, and from the same minute on: what only this one runs cannot do that. */
  failsWithout: -6,
  /** Taking it back ended the failure, or did not. */
  reversalEnded: 3,
  reversalWentOn: -4,
  /** It ran well until another release came, and fails since it was brought back: something else came meanwhile. */
  cameBack: -2.5,
  /** By arithmetic the tries that went had hidden little: takes back what their subject says, and all that nearness does. */
  retriesHidNothing: -4.5,
  /** It ran without a failure that needs no time to come, and the next one of its service came right before it. */
  ranWithout: -1.2,
  /** It did the same work well, request after request, until all of it failed from one moment on: something else came then. */
  servedWell: -2.5,
  /** One of several paths through the same code fails, all of it, and the others are served. */
  onePath: -2,
  /** The error was never seen before this release in an observed past. */
  novelty: 0.5,
  /** The difference is known and nothing in it can act at run time. */
  inert: -7,
  /** The difference is known, and nothing in it touches the failing path. */
  unrelatedDiff: -1.5,
  /** The stack of the failure is known and passes nothing that changed, and nothing that changed is felt elsewhere than where it stands. */
  offStack: -1.2,
  /** All that differs stands in log lines, and no failure stands there: what is written of a request holds none up. */
  onlyLogs: -3,
  /** Takes back what a place of its own gives beyond being called: the service passes on what fails beneath it. */
  messenger: -0.8,
  /** The failure names its subject (a certificate, a lock, a name that is not resolved), and the difference is about something else. */
  otherSubject: -1,
  /** What it calls became slow in itself, and its own work takes as long as ever. */
  timeLostBeneath: -2.5,
  /** The same by what both log of their requests: how much of it is its own work is not told. */
  slowBeneath: -1.5,
  /** A rollout that failed or was cancelled never served. */
  neverServed: -4,
  /** It undoes an earlier change: rarely the cause of what began before it. */
  isRollback: -1.5,
  /** What it explains is only part, or next to nothing, of what fails. */
  explainsPart: -0.8,
  explainsLittle: -3,
  /** Its own record of each refusal names the rule: nothing of ours was asked. */
  blockedByRule: 3.6,
  /** As the failure began a client of flags said that it takes defaults: seldom, and seldom in vain; and why, beside it. */
  flagsByDefault: 3,
  keeperAway: 1.5,
  /** The failures name a system outside this code base: callers see what it does to them. */
  namesProvider: 2.2,
  mostNameIt: 2.2,
  manyNameIt: 1.2,
  /** It answers with server errors or says that it is down: its own statement. */
  providerSaysSo: 1.2,
  /** Calls to it were measured: they take a multiple since the failure began, and other calls of the same caller do not. */
  calleeSlow: 2.2,
  otherCallsStayed: 1,
  /** A metric that is called after somebody rose, and requests by as much: only its name tells whose time it is. */
  partSlow: 1.8,
  partExplains: 1.6,
  /** A store takes longer for the same calls, as often asked; what it is asked may still differ in size. Everything asked of it tells the store, one kind of call among others tells the call. */
  storeSlow: 1.5,
  allAskedOfIt: 1.2,
  othersAskedAsBefore: -1.2,
  /** Its own status page tells of an outage at that time. */
  statusPage: 3,
  /** Refused for a time that is not that of whoever checks; a machine set its clock shortly before. */
  saysOtherTime: 1.4,
  /** And by how much: whoever checks has held his clock against it. */
  statesTheGap: 1.2,
  clockStepped: 2.5,
  /** A node says that it does not take writes; that it did until then, its store tells. */
  notTheWriter: 2.2,
  failedOver: 2,
  /** The node that took over had not received everything: by its measured lag, or by the word of whoever promoted it. */
  wasBehind: 2,
  /** And what it lacks is missed: rows that are not found, numbers that are given twice. */
  rowsMissing: 1.2,
  /** A store's own log says that it ended in the minute in which its clients began to fail; they meet nobody; it came back and they were well. */
  storeStopped: 3,
  clientsCutOff: 1.2,
  storeReturned: 1.5,
  /** Code of a store's clients does not send it the signal that it says it stopped by. */
  storeStoppedFirst: -3,
  /** Nobody takes connections where it answered until then, and no address was changed: what a client does brings nobody down who listens. */
  storeRefuses: 2.8,
  /** A store says what it is short of: whoever logs it did not write it. */
  ownAnswer: 1.6,
  /** The same of an address whose owner is not told: a release of ours may stand behind it. */
  addressRefuses: 2,
  /** Nobody answers in time at an address where all was answered until then; a limit of the caller's own may be the reason as well. */
  addressSilent: 2.4,
  onlyStore: 0.6,
  /** A service of ours lets its callers wait, which slow work does as well; that it also says nothing any more, work does not. */
  callersWait: 1.4,
  saysNothing: 1.2,
  /** Services that share nothing else meet the same thing. */
  severalCallers: 1.2,
  /** A caller of the same outside system, untouched by any release, fails with it at once. */
  otherCallers: -2,
  /** What reads the data has not been changed: then the data has. */
  readerUnchanged: 1,
  /** A page of HTML where data was agreed: no code of whoever reads it makes one. */
  answeredByPage: 1.4,
  /** Some of what it is asked trips over a value, the rest is served as ever. */
  tripsOverSome: 1.4,
  /** Somebody wrote rows minutes before. */
  rowsWritten: 1.4,
  /** More requests came, and came first. */
  requestsRoseFirst: 3,
  /** Many times as many: more than retries make, and than anybody keeps room for. */
  askedManifold: 1.2,
  roseInSeveral: 0.8,
  /** As much was asked before and was served: demand alone does not explain why it fails now. */
  servedBefore: -3,
  /** Used up once a multiple was asked: the one follows from the other. */
  followsSurge: -2,
  /** They rose in the very minutes in which a caller was changed or a flag was opened: then our own house may ask. */
  roseWithChange: -2,
  /** What fails rose with every step in which a flag was opened; with the one switch of it. */
  doseResponse: 3,
  roseWithIt: 2,
  /** Demand multiplied long after the release and before anything failed: the release did not bring it. */
  demandRose: -1.5,
  starved: 1,
  /** Calls multiply inside this service: something in it asks more often than it is asked. */
  multipliesCalls: 1,
  /** And began to within half an hour of its release, of somebody who answers well. */
  multipliesCallsAtOnce: 2.2,
  /** The family of the failure names its cause; how surely depends on what else would say so: nothing but a full disk says that a disk is full. */
  saysCertificate: 3.6,
  saysCredential: 2.5,
  saysDns: 3,
  saysNetwork: 2.5,
  saysRefused: 1.2,
  saysLock: 2.4,
  /** Two systems of others do not become unreachable for two services in one minute by chance; each by itself may. */
  severalOutside: 2.5,
  /** The store's log names the statement that locks, in the minutes before others wait: as much as a job that began then says of what it uses up. */
  lockTaken: 1.5,
  saysMemory: 2,
  /** Not the process says so, which may be wrong about why it has none, but the machine that ended it. */
  killedForMemory: 0.8,
  /** What fills up since a release is filled by it: as much as the rise before the failure and the caller's word say for exhaustion. */
  risesSinceRelease: -2,
  /** The machine says so, and what runs on it fails. */
  machineSaysSo: 2,
  saysDisk: 4,
  saysPool: 1.2,
  saysSaturation: 1,
  saysSerialization: 1.6,
  saysIntegrity: 1.4,
  saysExpired: 1.5,
  /** The very minute that the message names as its end. */
  expiredThen: 2.5,
  /** Its end is measured, and the failure began in that minute: nothing else does so by chance. */
  certificateEnded: 5,
  /** A secret or certificate was exchanged in the hours before; those who hold the old one run since before. */
  exchanged: 1.8,
  notRestarted: 1,
  /** A system outside the code base no longer takes a credential that it took until then; only what reads or sends it could do as much. */
  refusedOutside: 2.2,
  /** Several services fail on the way to others at once: they share the way, no release. */
  severalFail: 0.8,
  /** Different names are not resolved at once: what they have in common is whoever resolves them. */
  severalNames: 1.5,
  /** The other side is well by its own account: only the way to it can be at fault. */
  peerAlive: 1.5,
  /** Others fail on their calls to it, and it says what is wrong with it. */
  failsCallers: 1.5,
  /** And it complained before they failed. */
  complainedFirst: 1.2,
  namesJob: 1.5,
  /** The run before had not ended when the next one began. */
  runsOverlap: 2,
  /** A job began within half an hour before requests began to wait. */
  jobBegan: 1.8,
  /** What fails is a matter of what there is enough of, and a job is one who takes more. */
  jobStarves: 0.6,
  /** The limit that is reached is the server's own, which all its clients share. */
  sharedLimit: 1.5,
  /** Heavy work that was never seen before is done since the job began. */
  /** It says that it holds locks, and others are ended while they wait. */
  jobHolds: 2,
  endedAtLimit: 0.8,
  newWork: 1.5,
  /** Something began to be used up as the job began. */
  usedByJob: 2,
  /** It did many times what any run of it did before. */
  didMore: 2,
  /** The same job ran before, and nothing failed. */
  ranBefore: -1.5,
  usageRoseFirst: 1.2,
  /** A cache answers a fraction of what it did since that minute: those behind it are asked a multiple, and fail for it. */
  hitsFell: 3,
  cacheEmptied: 1.5,
  behindColdCache: -2,
  /** What fills the disk is measured, and belongs to somebody who does not read. */
  heldBySlot: 1.5,
  /** The platform says of the node that it has too little of it. */
  nodePressure: 2.5,
  /** Ids of four bytes have come to their end: the message itself says it, and no change of hours brings it about. */
  numbersUsedUp: 3,
  /** Its autoscaler took instances away minutes before; and saw nothing of what is asked when it did. */
  scaledDown: 2,
  autoscalerBlind: 1,
  /** More instances were wanted, and the platform says that there is nothing left for them. */
  noneLeft: 2.5,
  /** Its database took long for the same statements, and did so before anything was released. */
  slowStatements: 1.5,
  /** More of it is used, and how much there is nobody knows: what waits for others uses more, too. */
  limitUnknown: -0.8,
  /** Somebody else uses up what is missed here, since that minute. */
  usedUpElsewhere: 2,
  /** Work that always ended was begun as the failure began, and has not ended. */
  workUnended: 1.5,
  /** A server says itself which of its own limits is reached: how much there is at most is known. */
  ownLimit: 1.8,
  /** A store throws out what it keeps since that minute, and threw out nothing before: those who look for it find nothing. */
  evicts: 3.5,
  /** The measured share of the thing is at its end. */
  atItsEnd: 2,
  /** All failures in one zone or on one host, while the same release is well elsewhere. */
  oneZone: 3.6,
  oneHost: 2.6,
  /** Somebody altered something on that machine by hand shortly before, and on no other: what is alone there explains what fails there alone. */
  alteredThere: 4.5,
  placeOfSeveral: 1.2,
  nodeFailed: 2,
  /** And instances of what fails were on it, as the platform says. */
  nodeCarriedIt: 2,
  /** A machine says that a part of it breaks: seldom, and seldom without harm; and what fails names it or runs there. */
  saysHardware: 2.4,
  onThatMachine: 2,
  /** The same record stands in all failures. */
  oneRecord: 2.6,
  dataFamily: 1,
  /** A name that it took away is still used where the failure shows: both ends of what no longer fits are at hand. */
  nameStillUsed: 3.5,
  /** A field is given another value than before, and the service that reads the object with this field names it in its error. */
  sharedField: 3,
  /** "None of these": what an explanation must beat. */
  none: 1.6,
} as const;

/** The most that several mechanisms may add up to; they are not independent. */
export const MECHANISM_CAP = 7;

/**
 * What time and place must be worth for a release whose difference is known and touches nothing that fails. A coincidence of half an hour
 * in the failing service itself is worth 1.8, one of minutes 2.1.
 */
export const BARE_COINCIDENCE = 2;

/** Probability from which a cause is named, and the levels of confidence. */
export const BAR = { named: 0.45, medium: 0.55, high: 0.8 } as const;

/** Softmax temperature; 1 means that weights are taken at face value. */
export const TEMPERATURE = 1.2;
