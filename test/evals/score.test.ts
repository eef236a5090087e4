/** The scorer of `npm run eval`: what counts as right, on reports and truths made up by hand. */
import { describe, expect, it } from 'vitest';
import { truthOfScenario } from '../../evals/pack.mjs';
import { type Score, scoreCase, type Truth } from '../../evals/score.mjs';
import { calibration, summarise } from '../../evals/summary.mjs';
import { rounded } from '../../evals/table.mjs';

const GUILTY = 'aaaaaaa0000000000000000000000000000000a1';
const COMPANION = 'bbbbbbb0000000000000000000000000000000b2';
const INNOCENT = 'ccccccc0000000000000000000000000000000c3';

const TRUTH: Truth = {
  family: 'made-up',
  onset: '2024-03-01T10:00:00Z',
  onsetToleranceSec: 60,
  status: 'ONGOING',
  severity: { acceptable: ['SEV1', 'SEV2'] },
  cause: {
    kind: 'change',
    acceptableKinds: ['change'],
    service: 'berth-desk',
    aliases: ['berth-desk', 'berths'],
    change: {
      type: 'deployment',
      flag: '',
      version: 'v2.4.1',
      commit: GUILTY,
      deploymentCommit: GUILTY,
      commitsInDeployment: [GUILTY, COMPANION],
      deploymentId: '77',
    },
  },
  decision: { expected: 'ROLLBACK', acceptable: ['ROLLBACK'] },
  affectedServices: { direct: ['berth-desk'], cascade: ['front'], optional: ['mailer'] },
  commandMustMatch: ['(?i)ROLLOUT undo deployment/berth\\-desk'],
};
const NOTHING_WRONG: Truth = {
  ...TRUTH,
  onset: null,
  status: 'RECOVERED',
  cause: { kind: 'none', acceptableKinds: ['none'], service: '', aliases: [], change: null },
  decision: { expected: 'NONE', acceptable: ['NONE', 'INVESTIGATE'] },
  affectedServices: { direct: [], cascade: [] },
  commandMustMatch: [],
};
const FLAG: Truth = {
  ...TRUTH,
  cause: {
    ...TRUTH.cause,
    kind: 'flag',
    acceptableKinds: ['flag', 'change'],
    change: {
      type: 'flag',
      flag: 'night-berths',
      version: '',
      commit: '',
      deploymentCommit: '',
      commitsInDeployment: [],
      deploymentId: '',
    },
  },
};

const cause = (change: object | null, more: object = {}) => ({
  kind: 'change',
  service: 'berth-desk',
  confidence: 'HIGH',
  probability: 0.9,
  change,
  ...more,
});
const report = (rootCause: object | null, more: object = {}) => ({
  incident: { startedAt: '2024-03-01T10:00:30Z', status: 'IDENTIFIED', severity: 'SEV2' },
  rootCause,
  hypotheses: rootCause === null ? [] : [rootCause],
  rollback: {
    recommendation: 'ROLLBACK',
    commands: [{ command: 'kubectl rollout undo deployment/berth-desk --to-revision=3' }],
  },
  blastRadius: { direct: [{ service: 'berth-desk' }], cascade: [{ service: 'front' }] },
  durationMs: 100,
  ...more,
});

interface Row {
  readonly name: string;
  readonly truth?: Truth;
  readonly said: object | null;
  readonly want: Partial<Score>;
}

function check({ truth = TRUTH, said, want }: Row): void {
  expect(scoreCase(truth, said)).toMatchObject(want);
}

describe('the cause', () => {
  const table: readonly Row[] = [
    {
      name: 'the guilty commit is right',
      said: report(cause({ commit: GUILTY })),
      want: { cause1: true, cause3: true, falseBlame: false },
    },
    {
      name: 'so is another commit of the guilty deployment, by seven digits',
      said: report(cause({ commit: COMPANION.slice(0, 7) })),
      want: { cause1: true },
    },
    {
      name: 'six digits are not enough',
      said: report(cause({ commit: GUILTY.slice(0, 6) })),
      want: { cause1: false },
    },
    {
      name: 'a version counts by its number',
      said: report(cause({ version: 'berth-desk-2.4.1' })),
      want: { cause1: true },
    },
    { name: 'a deployment id counts', said: report(cause({ deploymentId: '77' })), want: { cause1: true } },
    {
      name: 'an alias of the service, whatever its case, and another name of the kind count',
      said: report(cause({ commit: GUILTY }, { service: 'Berths', kind: 'Deployment' })),
      want: { cause1: true, kind: true, service: true },
    },
    {
      name: 'the guilty commit in another service is false blame',
      said: report(cause({ commit: GUILTY }, { service: 'front' })),
      want: { cause1: false, service: false, falseBlame: true },
    },
    {
      name: 'an innocent change is false blame',
      said: report(cause({ commit: INNOCENT })),
      want: { cause1: false, kind: true, service: true, falseBlame: true },
    },
    {
      name: 'with LOW confidence it is none',
      said: report(cause({ commit: INNOCENT }, { confidence: 'LOW' })),
      want: { cause1: false, falseBlame: false },
    },
    {
      name: 'a dependency blamed in error is no false blame of a change',
      said: report({ kind: 'dependency', service: 'mail', confidence: 'HIGH', change: null }),
      want: { cause1: false, falseBlame: false },
    },
    {
      name: 'the right cause in third place counts for three, not in fourth',
      said: report(null, {
        hypotheses: [cause({ commit: INNOCENT }), cause({ version: 'v9' }), cause({ commit: GUILTY })],
      }),
      want: { cause1: false, cause3: true },
    },
    {
      name: 'a leader that is also the root cause takes one place',
      said: report(cause({ version: 'v9' }), {
        hypotheses: [cause({ version: 'v9' }), cause({ version: 'v8' }), cause({ commit: GUILTY })],
      }),
      want: { cause1: false, cause3: true },
    },
    {
      name: 'fourth is too late',
      said: report(cause({ version: 'v9' }), {
        hypotheses: [cause({ version: 'v8' }), cause({ version: 'v7' }), cause({ commit: GUILTY })],
      }),
      want: { cause3: false },
    },
    {
      name: 'a flag is known by its name',
      truth: FLAG,
      said: report(cause({ flag: 'NIGHT-BERTHS' }, { kind: 'feature-flag' })),
      want: { cause1: true, falseBlame: false },
    },
    {
      name: 'another flag is false blame',
      truth: FLAG,
      said: report(cause({ flag: 'day-berths' }, { kind: 'flag' })),
      want: { cause1: false, falseBlame: true },
    },
    {
      name: 'where nothing is wrong, naming nothing is right',
      truth: NOTHING_WRONG,
      said: report(null),
      want: { cause1: true, cause3: true, kind: true, service: true, onset: null, command: null },
    },
    {
      name: 'where nothing is wrong, any cause is wrong',
      truth: NOTHING_WRONG,
      said: report(cause({ commit: GUILTY })),
      want: { cause1: false, cause3: false, falseBlame: true, unsafeRollback: true },
    },
    {
      name: 'no report is right in nothing, even where nothing is wrong',
      truth: NOTHING_WRONG,
      said: null,
      want: { missing: true, cause1: false, cause3: false, kind: false, service: false, decision: false },
    },
  ];
  it.each(table)('$name', check);
});

describe('the rest of a report', () => {
  const right = cause({ commit: GUILTY });
  const advice = (recommendation: string) => ({ rollback: { recommendation } });
  const incident = (more: object) => ({ incident: { ...report(null).incident, ...more } });
  const table: readonly Row[] = [
    {
      name: 'is right as a whole',
      said: report(right),
      want: {
        decision: true,
        unsafeRollback: false,
        status: true,
        onset: true,
        severity: true,
        blastF1: 1,
        command: true,
      },
    },
    {
      name: 'a rollback of the wrong change is neither right nor safe',
      said: report(cause({ commit: INNOCENT })),
      want: { decision: false, unsafeRollback: true },
    },
    {
      name: 'a rollback that the truth calls unsafe is unsafe',
      truth: { ...TRUTH, decision: { ...TRUTH.decision, unsafeReason: 'a column is gone' } },
      said: report(right),
      want: { decision: true, unsafeRollback: true },
    },
    {
      name: 'another decision is wrong, and safe',
      said: report(right, advice('SCALE')),
      want: { decision: false, unsafeRollback: false },
    },
    {
      name: 'a report without a decision advises nothing',
      truth: NOTHING_WRONG,
      said: report(null, { rollback: null }),
      want: { decision: true },
    },
    {
      name: 'the onset is right at the tolerance',
      said: report(right, incident({ startedAt: '2024-03-01T09:59:00Z' })),
      want: { onset: true, onsetDeltaSec: -60 },
    },
    {
      name: 'and wrong a second beyond it',
      said: report(right, incident({ startedAt: '2024-03-01T10:01:01Z' })),
      want: { onset: false, onsetDeltaSec: 61 },
    },
    {
      name: 'no onset is wrong',
      said: report(right, incident({ startedAt: null })),
      want: { onset: false, onsetDeltaSec: null },
    },
    {
      name: 'MONITORING is over',
      truth: { ...TRUTH, status: 'RECOVERED' },
      said: report(right, incident({ status: 'MONITORING' })),
      want: { status: true },
    },
    {
      name: 'RESOLVED is not ongoing',
      said: report(right, incident({ status: 'RESOLVED' })),
      want: { status: false },
    },
    {
      name: 'another severity is wrong',
      said: report(right, incident({ severity: 'SEV4' })),
      want: { severity: false },
    },
    {
      name: 'optional services cost nothing, others do',
      said: report(right, {
        blastRadius: { direct: ['berth-desk', 'mailer'], cascade: [{ service: 'stranger' }] },
      }),
      want: { blastF1: 0.5 },
    },
    {
      name: 'a command that is not there is wrong',
      said: report(right, advice('ROLLBACK')),
      want: { command: false },
    },
    {
      name: 'fields of other types are read as absent',
      said: {
        incident: 7,
        rootCause: 'x',
        hypotheses: [null, 3],
        rollback: [],
        blastRadius: { direct: [null] },
      },
      want: { missing: false, cause1: false, decision: false, onset: false },
    },
  ];
  it.each(table)('$name', check);
});

describe('sums', () => {
  const scores = [
    scoreCase(TRUTH, report(cause({ commit: GUILTY }))),
    scoreCase(
      { ...TRUTH, family: 'other' },
      report(cause({ commit: INNOCENT }, { probability: 0.6, confidence: 'MEDIUM' })),
    ),
    scoreCase({ ...NOTHING_WRONG, family: 'other' }, report(null)),
    scoreCase({ ...TRUTH, family: 'other' }, null),
  ];

  it('average over the cases that have the figure, and over families', () => {
    expect(summarise(scores)).toMatchObject({
      cases: 4,
      cause1: 0.5,
      missing: 0.25,
      onset: 2 / 3,
      highShare: 0.25,
      accuracyAtHigh: 1,
    });
    expect(summarise(scores)['macroCause1']).toBeCloseTo((1 + 1 / 3) / 2, 12);
    expect(summarise(scores)['brier']).toBeCloseTo((0.1 ** 2 + 0.6 ** 2) / 2, 12);
  });

  it('put a probability into the bin that begins at it', () => {
    expect(calibration(scores).bins).toEqual([
      { from: 0.6, cases: 1, meanProbability: 0.6, accuracy: 0 },
      { from: 0.9, cases: 1, meanProbability: 0.9, accuracy: 1 },
    ]);
  });

  it('of nothing are unknown, not zero', () => {
    expect(summarise([])).toMatchObject({ cases: 0, cause1: null, brier: null, accuracyAtHigh: null });
  });

  it.each([
    [0.125, 2, 0.12],
    [0.375, 2, 0.38],
    [0.03125, 4, 0.0312],
    [2 / 3, 4, 0.6667],
  ])('round %d to %d digits as %d, half to even', (value, digits, want) => {
    expect(rounded(value, digits)).toBe(want);
  });
});

describe('the truth of a scenario', () => {
  const scenario = {
    now: '2024-03-01T11:00:00Z',
    onset: '2024-03-01T10:00:00Z',
    onsetToleranceSec: 0,
    status: 'IDENTIFIED',
    severity: ['SEV1'],
    cause: { kind: 'change', service: 'berth-desk', change: { type: 'deployment', commit: 'culprit' } },
    decision: ['ROLLBACK', 'MITIGATE'],
    affected: { direct: ['berth-desk'], cascade: [] },
  };

  it('names the commit that the builder made', () => {
    const truth = truthOfScenario(scenario, new Map([['culprit', GUILTY]]));
    expect(truth.cause.change?.commit).toBe(GUILTY);
    expect(scoreCase(truth, report(cause({ commit: GUILTY })))).toMatchObject({
      cause1: true,
      decision: true,
    });
  });

  it('knows a host outside by its first label too', () => {
    const cause = { kind: 'dependency', service: 'tides.example' };
    expect(truthOfScenario({ ...scenario, cause }, new Map()).cause.aliases).toEqual([
      'tides.example',
      'tides',
    ]);
  });

  it('without a cause is a false alarm', () => {
    const truth = truthOfScenario(
      { ...scenario, cause: null, status: 'RESOLVED', decision: ['NONE'] },
      new Map(),
    );
    expect(scoreCase(truth, report(null, { rollback: null }))).toMatchObject({
      cause1: true,
      decision: true,
    });
  });
});
