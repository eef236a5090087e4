/** What a release did is felt by others: fields that two services share, and what one no longer answers, sends or keeps. */
import { describe, expect, test } from 'vitest';
import type { DiffFeature, RevisionDiff, SymbolUse } from '../../domain/code.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import {
  commitAt,
  deploymentAt,
  every,
  evidenceOf,
  patternAt,
  serviceOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { correlate } from './correlate.ts';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
const REF = evidenceOf('diff').ref;
const at = (path: string, line = 14) => ({ repo: '.', revision: NEW, path, line, endLine: line });

const LINE = evidenceOf('line');

/** What the failing line works with is asked of it, and the line itself is cited. */
const failingAt = (patternId: string) => ({
  kind: 'reached-code' as const,
  probeId: 'reached',
  reached: [
    {
      patternId,
      failing: at('ledger/consume.go', 20),
      function: 'consume',
      location: at('ledger/consume.go', 18),
      steps: 0,
      via: 'consume',
      evidence: LINE.ref,
    },
  ],
  searched: '',
  evidence: [],
});

interface Given {
  readonly feature: Partial<DiffFeature>;
  readonly error?: string;
  readonly uses?: readonly { readonly name: string; readonly path: string }[];
  readonly called?: boolean;
  /** The line that fails, as it stands in the code of the one who fails. */
  readonly line?: string;
}

/** `ledger` fails since 12:33:20; `rentals` was released at 12:30 with one feature, and nothing else was. */
function verdictOn({ feature, error = 'unknown status <*>', uses = [], called = false, line }: Given) {
  const diff: RevisionDiff = {
    repo: '.',
    from: OLD,
    to: NEW,
    omittedFiles: 0,
    files: [
      {
        path: 'rentals/event.php',
        oldPath: null,
        status: 'modified',
        category: 'code',
        language: 'php',
        inert: 'none',
        values: [],
        features: [
          {
            kind: 'field-given-otherwise',
            detail: 'field "status" is given value instead of name',
            symbols: ['status', 'rental_id', 'amount'],
            location: at('rentals/event.php'),
            evidence: REF,
            ...feature,
          },
        ],
        hunks: [],
      },
    ],
  };
  const found = uses.map(
    ({ name, path }): SymbolUse => ({
      name,
      kind: 'identifier',
      function: null,
      location: at(path),
      text: name,
      evidence: REF,
    }),
  );
  const base: Partial<Snapshot> = {
    streams: [streamOf('ledger', 0, 3600), streamOf('rentals', 0, 3600)],
    patterns: [patternAt(error, 'ledger', every(10, 2000, 3590))],
    changes: [
      commitAt(OLD, -9000, ['rentals/event.php']),
      commitAt(NEW, 1500, ['rentals/event.php'], [OLD]),
      deploymentAt('rentals', 'v1', -8000, { commit: OLD }),
      deploymentAt('rentals', 'v2', 1800, { commit: NEW }),
    ],
    serviceFacts: [serviceOf('rentals', { path: 'rentals' }), serviceOf('ledger', { path: 'ledger' })],
    edges: [{ from: 'ledger', to: called ? 'rentals' : 'mail', source: 'trace', evidence: [] }],
    repositories: [
      {
        repo: '.',
        head: NEW,
        branch: 'main',
        files: ['rentals/event.php', 'ledger/consume.go'],
        commitCount: 2,
        firstCommitAt: null,
        lastCommitAt: null,
        shallow: false,
      },
    ],
  };
  const asked = normalise(snapshotOf(base));
  const ask = correlate(asked, detect(asked)).probes.find((probe) => probe.kind === 'revision-diff');
  const diffed = { kind: 'revision-diff' as const, probeId: ask?.id ?? '', diff, searched: '', evidence: [] };
  const failing = line === undefined ? [] : [failingAt(`p-ledger-${error}`)];
  const reached = { evidence: { [LINE.ref]: { ...LINE, excerpt: line ?? '' } } };
  const known = normalise(snapshotOf({ ...base, ...reached, probeAnswers: [diffed, ...failing] }));
  const names = correlate(known, detect(known)).probes.flatMap((probe) =>
    probe.kind === 'symbol-uses' ? probe.names : [],
  );
  const answer = {
    kind: 'symbol-uses' as const,
    probeId: 'uses',
    names,
    uses: found,
    searched: '',
    evidence: [],
  };
  const answered = normalise(snapshotOf({ ...base, ...reached, probeAnswers: [diffed, answer, ...failing] }));
  return { names, verdict: correlate(answered, detect(answered)).verdict };
}

const READ = [
  { name: 'status', path: 'ledger/consume.go' },
  { name: 'amount', path: 'ledger/consume.go' },
];

describe('a field that is given otherwise', () => {
  test('convicts where the service whose error names it reads the same object', () => {
    const { names, verdict } = verdictOn({ feature: {}, uses: READ });
    expect(names).toEqual(['amount', 'rental_id', 'status']);
    expect(verdict.rootCause).toMatchObject({ service: 'rentals', change: { version: 'v2' } });
    expect(verdict.rootCause?.factors.map(({ name }) => name)).toContain('sharedField');
  });

  test('convicts where the line that fails reads it, and the error names nothing', () => {
    const verdictFor = (line: string) =>
      verdictOn({
        feature: { symbols: ['amount', 'rental_id'] },
        error: 'cannot book <*>',
        line,
        uses: [...READ, { name: 'rental_id', path: 'ledger/consume.go' }],
      }).verdict.rootCause?.factors.map(({ name }) => name) ?? [];
    expect(verdictFor('total += row.amount * rate')).toContain('sharedField');
    expect(verdictFor('total += row.price * rate')).not.toContain('sharedField');
  });

  test.each([
    { name: 'that the error does not name', given: { feature: {}, error: 'cannot book <*>', uses: READ } },
    { name: 'that nobody there reads', given: { feature: {}, uses: [] } },
    {
      name: 'that is read there without any other field of the object',
      given: { feature: {}, uses: READ.slice(0, 1) },
    },
    {
      name: 'that is read together with the others in another place',
      given: { feature: {}, uses: READ.map((use) => ({ ...use, path: 'mail/render.go' })) },
    },
  ])('$name convicts nobody', ({ given }) => {
    expect(verdictOn(given).verdict.rootCause).toBeNull();
  });
});

describe('what a service that is well itself does to those who call it', () => {
  const told = (kind: DiffFeature['kind'], called: boolean) =>
    verdictOn({ feature: { kind, symbols: [] }, error: 'empty answer', called }).verdict.rootCause?.change
      ?.version;

  test('is told of what it answers, keeps and is given to keep', () => {
    expect([told('result-missing', true), told('write-removed', true)]).toEqual(['v2', 'v2']);
  });

  test('is not told of who does not call it', () => {
    expect(told('result-missing', false)).toBeUndefined();
  });
});

describe('a field that an error names', () => {
  const factors = (error: string) =>
    verdictOn({
      feature: { kind: 'field-removed', detail: 'field "on_hand" is now left out', symbols: ['on_hand'] },
      error,
      called: true,
    }).verdict.rootCause?.factors.map(({ name }) => name) ?? [];

  test('convicts who no longer sends it', () => {
    expect(factors("KeyError: 'on_hand'")).toContain('symbolInError');
  });

  test('is no other field', () => {
    expect(factors("KeyError: 'reserved'")).not.toContain('symbolInError');
  });
});
