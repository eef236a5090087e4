/** A route that code no longer has, and who still asks for it. */
import { describe, expect, test } from 'vitest';
import type { FileDiff, RevisionDiff, SymbolUse } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { atSecond, every, patternAt, serviceOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { factsOf } from './_testing/verdict.ts';
import { gatherFacts } from './facts.ts';
import { namesLeft, stillUsedMatches } from './names-left.ts';

function diffOf(removed: readonly string[], added: readonly string[] = []): RevisionDiff {
  const file: FileDiff = {
    path: 'api/server.js',
    oldPath: null,
    status: 'modified',
    category: 'code',
    language: 'javascript',
    inert: 'none',
    values: [],
    features: [],
    hunks: [
      {
        oldStart: 6,
        oldLines: 1,
        newStart: 6,
        newLines: 1,
        scopes: [],
        removed,
        added,
        evidence: evidenceRef('test', 'hunk'),
      },
    ],
  };
  return { repo: '.', from: 'a', to: 'b', files: [file], omittedFiles: 0 };
}

const GONE = diffOf(["  'GET /internal/alive': (res) => res.end('alive'),"]);

function matches(text: string, diff = GONE, path = 'edge/balancer.cfg') {
  const use: SymbolUse = {
    name: '/internal/alive',
    kind: 'config-read',
    location: { repo: '.', revision: 'HEAD', path, line: 2, endLine: 2 },
    text,
    function: null,
    evidence: evidenceRef('test', 'use'),
  };
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('collectors', 0, 3600)],
      patterns: [patternAt('GET <*> answered 503', 'collectors', every(5, 2000, 3590))],
      probeAnswers: [
        {
          kind: 'symbol-uses',
          probeId: 'symbol-uses:HEAD:left:/internal/alive',
          names: ['/internal/alive'],
          uses: [use],
          searched: '3 files',
          evidence: [],
        },
      ],
    }),
  );
  return stillUsedMatches(diff, gatherFacts(situation, detect(situation)));
}

describe('a route that went', () => {
  test.each([
    'option httpchk GET /internal/alive',
    '  path: /internal/alive',
    'health_check uri=/internal/alive;',
  ])('and is asked for by %j takes every instance out', (text) => {
    expect(matches(text).map(({ name }) => name)).toEqual(['nameStillUsed']);
    expect(matches(text)[0]?.detail).toContain('health check');
  });

  test('and stands in a line that checks nothing does not', () => {
    expect(matches('log_format /internal/alive')).toEqual([]);
  });

  test('and whose name a longer one begins with is gone', () => {
    const renamed = diffOf(["'GET /internal/alive': a,"], ["'GET /internal/alive/deep': a,"]);
    expect(namesLeft(renamed).map(({ name }) => name)).toEqual(['/internal/alive']);
    expect(matches('  path: /internal/alive/deep', renamed)).toEqual([]);
  });

  test('and came back in another line is not gone', () => {
    const moved = diffOf(["'GET /internal/alive': a,"], ["route('/internal/alive', a)"]);
    expect(namesLeft(moved)).toEqual([]);
  });
});

describe('what a migration takes out of a store', () => {
  const migration = (
    kind: 'column-dropped' | 'column-renamed' | 'table-dropped',
    symbols: readonly string[],
  ) => {
    const diff = diffOf([], ['ALTER TABLE sessions DROP COLUMN bay_label;']);
    const [file] = diff.files as readonly [FileDiff];
    const location = { repo: '.', revision: 'b', path: file.path, line: 3, endLine: 3 };
    const feature = { kind, detail: 'gone', symbols, location, evidence: evidenceRef('test', 'feature') };
    return namesLeft({ ...diff, files: [{ ...file, features: [feature] }] }).map(({ name }) => name);
  };

  test.each([
    {
      name: 'is its column',
      kind: 'column-dropped' as const,
      symbols: ['sessions', 'bay_label'],
      want: ['bay_label'],
    },
    {
      name: 'is the old name',
      kind: 'column-renamed' as const,
      symbols: ['sessions', 'bay_label', 'bay_code'],
      want: ['bay_label'],
    },
    { name: 'is the table', kind: 'table-dropped' as const, symbols: ['zone_hours'], want: ['zone_hours'] },
    { name: 'is no ordinary word', kind: 'column-dropped' as const, symbols: ['sessions', 'note'], want: [] },
  ])('$name', ({ kind, symbols, want }) => expect(migration(kind, symbols)).toEqual(want));
});

describe('a setting that went', () => {
  const setting = (key: string, direction: 'removed' | 'added') => ({
    key,
    oldValue:
      direction === 'removed' ? ({ raw: 'x', number: null, unit: 'none', kind: 'string' } as const) : null,
    newValue: null,
    ratio: null,
    direction,
    location: { repo: '.', revision: 'b', path: 'cart/config.json', line: 9, endLine: 9 },
    evidence: evidenceRef('test', key),
  });
  const config = (removed: string, added: string, ...values: ReturnType<typeof setting>[]): RevisionDiff => {
    const [file] = diffOf([removed], [added]).files;
    return { ...GONE, files: file === undefined ? [] : [{ ...file, category: 'config', values }] };
  };

  test('is a name that whoever reads it asks for', () => {
    const renamed = config(
      '  "ledgerUrl": "http://ledger"',
      '  "ledgerServiceUrl": "http://ledger"',
      setting('ledgerUrl', 'removed'),
      setting('ledgerServiceUrl', 'added'),
    );
    expect(namesLeft(renamed).map(({ name, detail }) => [name, detail])).toEqual([
      ['ledgerUrl', 'the setting ledgerUrl is gone'],
    ]);
  });
  test('is none where it came back in another place', () => {
    const moved = config('  "ledgerUrl": "a"', '    "ledgerUrl": "a"', setting('ledgerUrl', 'removed'));
    expect(namesLeft(moved)).toEqual([]);
  });
});
test('a name that the file itself still holds has not left it', () =>
  expect(matches('  path: /internal/alive', GONE, 'api/server.js')).toEqual([]));

test('a name that stands in a later place of the lines that came has not left', () =>
  expect(
    namesLeft(
      diffOf(
        ["  ['ERR_BAD_OPTION', 'GET /internal/alive'],"],
        ['x.ERR_BAD_OPTION = 1;', "y = '/internal/alive-or-not';", "z = '/internal/alive';"],
      ),
    ),
  ).toEqual([]));

describe('a field that is no longer given', () => {
  const found = (line: number, kind: 'field-removed' | 'field-renamed' = 'field-removed') => {
    const diff = diffOf(['      phone_number: @patient.phone,'], ['      **contact,']);
    const [file] = diff.files as readonly [FileDiff];
    const location = { repo: '.', revision: 'b', path: file.path, line: 6, endLine: 6 };
    const feature = {
      kind,
      detail: 'gone',
      symbols: ['phone_number'],
      location,
      evidence: evidenceRef('test', 'feature'),
    };
    const use: SymbolUse = {
      name: 'phone_number',
      kind: 'identifier',
      location: { repo: '.', revision: 'HEAD', path: 'sms/lib/sender.rb', line: 12, endLine: 12 },
      text: 'number = patient["phone_number"].strip',
      function: null,
      evidence: evidenceRef('test', 'use'),
    };
    const frame = { file: '/app/sms/lib/sender.rb', line, function: 'call', inApp: true };
    const failing = patternAt("undefined method 'strip' for nil", 'sms', every(5, 2000, 3590));
    const situation = normalise(
      snapshotOf({
        serviceFacts: [serviceOf('sms', { path: 'sms' })],
        streams: [streamOf('sms', 0, 3600)],
        patterns: [{ ...failing, frames: [frame], exceptionType: 'NoMethodError' }],
        probeAnswers: [
          {
            kind: 'symbol-uses',
            probeId: 'symbol-uses:HEAD:left:phone_number',
            names: ['phone_number'],
            uses: [use],
            searched: '3 files',
            evidence: [],
          },
        ],
      }),
    );
    const facts = gatherFacts(situation, detect(situation));
    return stillUsedMatches({ ...diff, files: [{ ...file, features: [feature] }] }, facts).length;
  };

  test('convicts where the failing line reads it', () => expect(found(12)).toBe(1));
  test('says nothing where it is read elsewhere: many objects have one of that name', () =>
    expect(found(40)).toBe(0));
  test('a field that is called otherwise is missed wherever it is read', () =>
    expect(found(40, 'field-renamed')).toBe(1));
});

describe('what an object is no longer given', () => {
  const left = (kind: 'call-removed' | 'value-emptied' | 'call-added', symbols: readonly string[]) => {
    const diff = diffOf(['    copy.setDistances(list);'], []);
    const [file] = diff.files as readonly [FileDiff];
    const location = { repo: '.', revision: 'b', path: file.path, line: 6, endLine: 6 };
    const feature = { kind, detail: 'gone', symbols, location, evidence: evidenceRef('test', 'feature') };
    return namesLeft({ ...diff, files: [{ ...file, features: [feature] }] }).map(({ name, ofAnObject }) => [
      name,
      ofAnObject,
    ]);
  };

  test('is read back under the name of its getter', () =>
    expect(left('call-removed', ['copy', 'setDistances'])).toEqual([['getDistances', true]]));
  test('is nothing where no setter went', () => {
    expect(left('call-removed', ['settle', 'setup'])).toEqual([]);
    expect(left('call-added', ['setDistances'])).toEqual([]);
  });
});

describe('a topic under another name', () => {
  const use = (path: string): SymbolUse => ({
    name: 'loans.returned',
    kind: 'config-read',
    location: { repo: '.', revision: 'HEAD', path, line: 2, endLine: 2 },
    text: "topic: 'loans.returned',",
    function: null,
    evidence: evidenceRef('test', 'use'),
  });
  function told(path: string): readonly string[] {
    const diff = diffOf(['const topic = "loans.returned";'], ['const topic = "loans.returned.v2";']);
    const [file] = diff.files as readonly [FileDiff];
    const value = {
      key: 'topic',
      oldValue: { raw: 'loans.returned', number: null, unit: 'none', kind: 'string' },
      newValue: { raw: 'loans.returned.v2', number: null, unit: 'none', kind: 'string' },
      ratio: null,
      direction: 'changed',
      location: { repo: '.', revision: 'b', path: 'shelver/main.js', line: 1, endLine: 1 },
      evidence: evidenceRef('test', 'value'),
    } as const;
    const facts = factsOf({
      streams: [
        streamOf('desk', 0, 3600),
        {
          ...streamOf('shelver', 0, 2000),
          buckets: { widthMs: 1000, at: every(1, 0, 2000).map(atSecond), count: [] },
        },
      ],
      serviceFacts: [serviceOf('desk', { path: 'desk' }), serviceOf('shelver', { path: 'shelver' })],
      probeAnswers: [
        {
          kind: 'symbol-uses',
          probeId: 'symbol-uses:HEAD:left:loans.returned',
          names: ['loans.returned'],
          uses: [use(path)],
          searched: '3 files',
          evidence: [],
        },
      ],
    });
    return stillUsedMatches(
      { ...diff, files: [{ ...file, path: 'shelver/main.js', values: [value] }] },
      facts,
    ).map(({ detail }) => detail);
  }

  test('is why its own listener hears nothing, where another still speaks under the old one', () =>
    expect(told('desk/settings.js')).toEqual([
      'topic went from loans.returned to loans.returned.v2, and desk still uses "loans.returned" (desk/settings.js:2)',
    ]));
  test('and not where it is the listener that still has it', () =>
    expect(told('shelver/other.js')[0] ?? '').not.toMatch(/desk/));
});
