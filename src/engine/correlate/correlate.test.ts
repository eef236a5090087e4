import { describe, expect, test } from 'vitest';
import type { DiffFeature, FileDiff, RevisionDiff, ValueChange } from '../../domain/code.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import {
  atSecond,
  commitAt,
  deploymentAt,
  every,
  evidenceOf,
  patternAt,
  seriesOf,
  serviceOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { factsOf } from './_testing/verdict.ts';
import { correlate } from './correlate.ts';
import { featureFit } from './families.ts';
import { isSameFile, withoutRootFrames } from './frame-files.ts';
import { keyFit } from './key-families.ts';
import { mechanismWeight } from './match.ts';
import { providerOf } from './outside.ts';
import { rankHypotheses } from './rank.ts';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
const REF = evidenceOf('diff').ref;
const LOCATION = { repo: '.', revision: NEW, path: 'cart/charge.ts', line: 10, endLine: 10 };

function file(more: Partial<FileDiff> = {}): FileDiff {
  return {
    path: 'cart/charge.ts',
    oldPath: null,
    status: 'modified',
    category: 'code',
    language: 'typescript',
    inert: 'none',
    values: [],
    features: [],
    hunks: [
      {
        oldStart: 9,
        oldLines: 2,
        newStart: 9,
        newLines: 2,
        scopes: ['charge'],
        removed: [],
        added: [],
        evidence: REF,
      },
    ],
    ...more,
  };
}

const value = (key: string, oldNumber: number, newNumber: number): ValueChange => ({
  key,
  oldValue: { raw: String(oldNumber), number: oldNumber, unit: 'ms', kind: 'number' },
  newValue: { raw: String(newNumber), number: newNumber, unit: 'ms', kind: 'number' },
  ratio: newNumber / oldNumber,
  direction: newNumber < oldNumber ? 'down' : 'up',
  location: LOCATION,
  evidence: REF,
});

const feature = (kind: DiffFeature['kind'], symbols: readonly string[] = []): DiffFeature => ({
  kind,
  detail: kind,
  symbols,
  location: LOCATION,
  evidence: REF,
});

/** Service `cart` fails from 12:33:20 on; v1 ran before, v2 came at 12:30 with the difference given. */
function judge(
  files: readonly FileDiff[],
  more: Partial<Snapshot> = {},
  template = 'charge timed out after <*> for order <*>',
) {
  const diff: RevisionDiff = { repo: '.', from: OLD, to: NEW, files, omittedFiles: 0 };
  const base: Partial<Snapshot> = {
    streams: [streamOf('cart', 0, 3600)],
    patterns: [
      patternAt(template, 'cart', every(5, 2000, 3590), {
        frames: [{ file: 'cart/charge.ts', line: 10, function: 'charge', inApp: true }],
      }),
    ],
    changes: [
      commitAt(OLD, -9000, ['cart/charge.ts']),
      commitAt(NEW, 1500, ['cart/charge.ts'], [OLD]),
      deploymentAt('cart', 'v1', -8000, { commit: OLD }),
      deploymentAt('cart', 'v2', 1800, { commit: NEW }),
    ],
    serviceFacts: [serviceOf('cart', { path: 'cart' })],
    repositories: [
      {
        repo: '.',
        head: NEW,
        branch: 'main',
        files: ['cart/charge.ts'],
        commitCount: 2,
        firstCommitAt: null,
        lastCommitAt: null,
        shallow: false,
      },
    ],
    ...more,
  };
  const probing = normalise(snapshotOf(base));
  const ask = correlate(probing, detect(probing)).probes.find(
    (probe) => probe.kind === 'revision-diff' && probe.to === NEW,
  );
  const answered = normalise(
    snapshotOf({
      ...base,
      probeAnswers: [{ kind: 'revision-diff', probeId: ask?.id ?? '', diff, searched: '', evidence: [] }],
    }),
  );
  return correlate(answered, detect(answered)).verdict;
}

describe('a release', () => {
  test('whose changed lines stand in the failing stack is named with HIGH', () => {
    expect(judge([file({ features: [feature('error-handling-removed')] })]).rootCause).toMatchObject({
      kind: 'change',
      service: 'cart',
      confidence: 'HIGH',
      change: { version: 'v2', commit: NEW, file: 'cart/charge.ts' },
    });
  });

  test('that tightened the value in whose terms the failure speaks is named with old and new value', () => {
    const hunkElsewhere = {
      path: 'cart/config.ts',
      category: 'config' as const,
      values: [value('chargeTimeoutMs', 5000, 500)],
      hunks: [],
    };
    expect(judge([file(hunkElsewhere)]).rootCause?.change).toMatchObject({
      key: 'chargeTimeoutMs',
      oldValue: '5000',
      newValue: '500',
      file: 'cart/config.ts',
    });
  });

  test.each(['comment-only', 'docs', 'test', 'formatting', 'ci'] as const)(
    'that only brought a difference of kind %s is cleared with that reason',
    (inert) => {
      const verdict = judge([file({ inert })]);
      expect(verdict.rootCause?.change?.version).not.toBe('v2');
      expect(verdict.cleared.find((item) => item.version === 'v2')?.reason).toContain('cannot act');
    },
  );

  test('that gave more room instead of less is not accused of a timeout', () => {
    const verdict = judge([
      file({
        path: 'cart/config.ts',
        category: 'config',
        values: [value('chargeTimeoutMs', 500, 5000)],
        hunks: [],
      }),
    ]);
    expect(verdict.rootCause).toBeNull();
  });

  describe('whose changed files the failing stack does not pass', () => {
    const elsewhere = (more: Partial<FileDiff>) =>
      judge([file({ path: 'cart/vat.ts', features: [feature('arithmetic-changed')], hunks: [], ...more })])
        .hypotheses[0]?.factors.map(({ name }) => name)
        .includes('off-stack');

    test('is less likely where what changed stays in its place', () => {
      expect(elsewhere({})).toBe(true);
    });

    test.each([
      { name: 'is an answer that others use', more: { features: [feature('result-missing')] } },
      { name: 'is a setting', more: { category: 'config' as const, features: [] } },
      { name: 'is a value', more: { values: [value('rounds', 3, 4)] } },
      { name: 'stands in the stack', more: { path: 'cart/charge.ts' } },
    ])('but not where it $name', ({ more }) => {
      expect(elsewhere(more)).not.toBe(true);
    });
  });

  test('that changed a port by one is told as much as by a thousand', () => {
    const told = (now: number) =>
      judge(
        [
          file({
            category: 'manifest',
            values: [value('spec.ports[http].targetPort', 8081, now)],
            hunks: [],
          }),
        ],
        {},
        'connect ECONNREFUSED <*>',
      ).hypotheses[0]?.factors.find(({ name }) => name === 'keyFamily')?.weight;
    expect(told(8080)).toBeGreaterThan(1);
    expect(told(9081)).toBe(told(8080));
  });

  test('that came after the failure is cleared by time', () => {
    const verdict = judge([file()], { changes: [deploymentAt('cart', 'v9', 3000)] });
    expect(verdict.cleared.find((item) => item.version === 'v9')?.reason).toContain('after the failure');
  });

  describe('of another service', () => {
    const called = (edges: Snapshot['edges']) =>
      judge([file({ features: [feature('error-handling-removed')] })], {
        changes: [
          deploymentAt('mail', 'v3', 1900),
          deploymentAt('cart', 'v2', 1800, { commit: NEW }),
          commitAt(NEW, 1500, ['cart/charge.ts'], [OLD]),
          commitAt(OLD, -9000, ['cart/charge.ts']),
          deploymentAt('cart', 'v1', -8000, { commit: OLD }),
        ],
        edges,
      }).cleared.find((item) => item.service === 'mail')?.reason;

    test('that nothing failing depends on is cleared by place', () => {
      const edges = [{ from: 'mail', to: 'cart', source: 'trace' as const, evidence: [] }];
      expect(called(edges)).toContain('no failing service depends on mail');
    });

    test('is not said to have no part in it where nothing tells who calls whom', () => {
      expect(called([])).toContain('which services call mail is not known');
    });
  });

  test('alone in time and place, without a mechanism, is never HIGH', () => {
    const verdict = judge([file({ path: 'cart/other.ts', hunks: [] })]);
    expect(verdict.hypotheses.every((item) => item.confidence !== 'HIGH')).toBe(true);
  });
});

describe('what is set in one place and felt in another', () => {
  const elsewhere = (kind: DiffFeature['kind']) =>
    file({ path: 'cart/client.ts', hunks: [], features: [feature(kind)] });

  test('counts though the stack of the failed call does not pass it', () => {
    expect(judge([elsewhere('unit-changed')]).rootCause).toMatchObject({
      kind: 'change',
      confidence: 'HIGH',
    });
  });

  test('and what acts where it stands does not', () => {
    expect(judge([elsewhere('call-added')]).rootCause?.confidence ?? 'LOW').toBe('LOW');
  });

  test('a latency beside lines that only say that requests failed tells which change it was', () => {
    const latency = seriesOf('latency', 'cart', [
      ...Array.from({ length: 33 }, (_, minute) => 40 + (minute % 5)),
      ...Array.from({ length: 27 }, (_, minute) => 4000 + (minute % 5)),
    ]);
    const told = (template: string) =>
      judge([elsewhere('lock-changed')], { series: [{ ...latency, unit: 'ms', quantile: 0.99 }] }, template)
        .hypotheses.find(({ change }) => change?.version === 'v2')
        ?.factors.some(({ name }) => name === 'featureFamily');
    expect(told('request failed with 503 after <*>')).toBe(true);
    expect(told('column seats.row does not exist <*>')).toBe(false);
  });
});

describe('a package that was changed', () => {
  const bumped = file({
    path: 'cart/build.gradle',
    category: 'dependency-manifest',
    hunks: [],
    features: [feature('package-changed', ['org.acme:libweights'])],
  });
  const weightOf = (template: string, name: string) =>
    judge([bumped], {}, template)
      .hypotheses.find(({ change }) => change?.version === 'v2')
      ?.factors.find((item) => item.name === name)?.weight ?? 0;

  test('accounts for a method that is missing, and not for a null', () => {
    expect(weightOf('java.lang.NoSuchMethodError: x.Scale.read()', 'featureFamily')).toBeGreaterThan(0);
    expect(weightOf('java.lang.NullPointerException: no scale', 'featureFamily')).toBe(0);
  });

  test('is found in the error under its name without lib', () => {
    expect(weightOf('NoSuchMethodError: org.acme.weights.Scale.read()', 'packageInTrace')).toBeGreaterThan(0);
  });
});

describe('data that cannot be read', () => {
  const weightOf = (files: readonly FileDiff[]) =>
    judge(files, {}, 'invalid byte sequence in line <*>')
      .hypotheses.find(({ kind }) => kind === 'bad-data')
      ?.factors.find(({ name }) => name === 'reader-unchanged')?.weight ?? 0;

  test('by code that was not changed is other data', () => {
    expect(
      weightOf([file({ path: 'cart/other.ts', features: [feature('arguments-changed')] })]),
    ).toBeGreaterThan(0);
    expect(weightOf([file({ inert: 'comment-only' })])).toBeGreaterThan(0);
  });

  test('by code that was changed may be other code', () => {
    expect(weightOf([file({ features: [feature('arguments-changed')] })])).toBe(0);
  });
});

describe('causes that are no change', () => {
  test('a provider that the failures name is accused, not the last deployment', () => {
    const verdict = judge(
      [file({ inert: 'comment-only' })],
      {},
      'POST https://api.acmepay.com/v1/charges failed with 503 Service Unavailable',
    );
    expect(verdict.rootCause).toMatchObject({ kind: 'dependency', service: 'acmepay', change: null });
  });

  test('an expired certificate is a credential', () => {
    const verdict = judge([file({ inert: 'docs' })], {}, 'x509: certificate has expired or is not yet valid');
    expect(verdict.rootCause?.kind).toBe('credential');
  });

  test('a password that is refused is no doing of a release that touches no password', () => {
    const patterns = [
      patternAt('password authentication failed for user "cart"', 'cart', every(3, 1900, 3590)),
      patternAt('served <*>', 'cart', every(1, 0, 1900), {}, 'info'),
    ];
    const unrelated = { path: 'cart/colours.ts', hunks: [], values: [value('columns', 3, 4)] };
    expect(judge([file(unrelated)], { patterns }).rootCause).toMatchObject({ kind: 'credential' });
  });

  test('nothing abnormal names nobody', () => {
    const quiet = normalise(
      snapshotOf({ streams: [streamOf('cart', 0, 3600)], changes: [deploymentAt('cart', 'v2', 1800)] }),
    );
    expect(correlate(quiet, detect(quiet)).verdict).toMatchObject({
      rootCause: null,
      nothingWrong: true,
      hypotheses: [],
    });
  });
});

describe('the parts', () => {
  test.each([
    ['guard-removed', 'null-dereference', true],
    ['cache-removed', 'null-dereference', false],
    ['index-removed', 'latency', true],
    ['unbounded-growth', 'out-of-memory', true],
    ['validation-tightened', 'out-of-memory', false],
    ['bound-changed', 'timeout', true],
    // an answer of the other side is not made by a shorter wait for it
    ['bound-changed', 'server-error', false],
    ['unit-changed', 'timeout', true],
    ['unit-changed', 'null-dereference', false],
    ['key-narrowed', 'data-integrity', true],
    ['key-narrowed', 'timeout', false],
    ['pattern-backtracks', 'latency', true],
    ['pattern-backtracks', 'schema', false],
  ] as const)('%s can produce %s: %s', (kind, family, want) => {
    expect(featureFit(kind, family) > 0).toBe(want);
  });

  test.each([
    ['dbPoolMax', 'down', 'pool-exhausted', 'harmful'],
    ['dbPoolMax', 'up', 'pool-exhausted', 'opposite'],
    ['logLevel', 'changed', 'timeout', 'none'],
    ['tokenTtlSeconds', 'down', 'credentials', 'harmful'],
    ['listenPort', 'changed', 'dns', 'harmful'],
    ['exportBatchSize', 'up', 'dns', 'none'],
    ['reportSizeKb', 'up', 'connection-refused', 'none'],
    ['throttleBurst', 'down', 'pool-exhausted', 'none'],
  ] as const)('%s %s against %s is %s', (key, direction, family, want) => {
    expect(keyFit({ key, direction }, family)).toBe(want);
  });

  test.each([
    ['/src/internal/db/pool.go', 'services/cart/internal/db/pool.go', true],
    ['/src/other/pool.go', 'services/cart/internal/db/pool.go', false],
    ['pool.go', 'services/cart/internal/db/pool.go', true],
  ])('frame %s and path %s: %s', (frame, path, want) => {
    expect(isSameFile({ file: frame, line: 1, function: null, inApp: true }, path)).toBe(want);
  });

  test('a file at the root of a repository is the own one alone', () => {
    const frame = (file: string) => ({ file, line: 1, function: 'shop.List', inApp: true });
    expect(isSameFile(frame('service.go'), 'service.go')).toBe(true);
    const [failing] = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [
        patternAt('list failed', 'cart', every(5, 2000, 3590), {
          frames: [frame('service.go'), frame('/src/db/pool.go')],
        }),
      ],
    }).failing;
    expect(failing === undefined ? null : withoutRootFrames(failing).pattern.frames).toEqual([
      frame('/src/db/pool.go'),
    ]);
  });

  test.each([
    ['api.stripe.com', 'stripe'],
    ['maps.googleapis.com', 'googleapis'],
    ['10.0.0.7', null],
    ['payment.shop.svc.cluster.local', null],
    ['config.json', null],
  ])('host %s is provider %s', (host, want) => {
    expect(providerOf(host)).toBe(want);
  });

  test('mechanisms add up with diminishing returns and are capped', () => {
    const match = (
      name: 'keyFamily' | 'numberInError' | 'frameInHunk' | 'symbolInError',
      weight: number,
    ) => ({
      name,
      weight,
      detail: name,
      file: 'a',
      line: 1,
      value: null,
      pattern: {} as never,
      evidence: [],
    });
    expect(mechanismWeight([])).toBe(0);
    expect(mechanismWeight([match('frameInHunk', 4), match('keyFamily', 2)])).toBe(5);
    expect(mechanismWeight([match('keyFamily', 2), match('keyFamily', 2)])).toBe(2);
    expect(
      mechanismWeight([match('frameInHunk', 6), match('numberInError', 6), match('symbolInError', 6)]),
    ).toBe(7);
  });

  test('two equal explanations are at most MEDIUM', () => {
    const one = {
      kind: 'change' as const,
      statement: 'x',
      service: null,
      change: null,
      mechanism: [],
      factors: [],
      predictions: [],
      score: 8,
      limits: [],
    };
    expect(
      rankHypotheses([
        { ...one, id: 'a' },
        { ...one, id: 'b' },
      ])[0]?.confidence,
    ).not.toBe('HIGH');
  });

  test('a failed prediction caps the confidence', () => {
    const one = {
      id: 'a',
      kind: 'change' as const,
      statement: 'x',
      service: null,
      change: null,
      mechanism: [],
      factors: [],
      score: 12,
      limits: [],
    };
    expect(rankHypotheses([{ ...one, predictions: [] }])[0]?.confidence).toBe('HIGH');
    expect(
      rankHypotheses([{ ...one, predictions: [{ statement: 's', result: 'FAIL', evidence: [] }] }])[0]
        ?.confidence,
    ).toBe('MEDIUM');
  });

  test('the onset is not before the rollout that is accused', () => {
    const cause = judge([file({ features: [feature('error-handling-removed')] })]).rootCause;
    expect(cause?.change?.at).toBe(atSecond(1800));
    expect(cause?.predictions[0]?.result).toBe('PASS');
  });
});
