import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../domain/context.ts';
import { PlatformError } from '../domain/error.ts';
import { evidenceRef } from '../domain/evidence.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { at, contributionOf, NOW, patternOf } from './_testing/fakes.ts';
import { buildSnapshot, readSnapshot, snapshotAt, writeSnapshot } from './snapshot.ts';

function snapshot(): Snapshot {
  const piece = {
    ref: evidenceRef('log-file', 'error.log:3'),
    kind: 'log-line',
    source: 'log-file',
    locator: { kind: 'file-line', path: 'error.log', line: 3, byteOffset: 0 },
    excerpt: 'boom',
    sha256: 'x',
    observedAt: NOW,
  } as const;
  return buildSnapshot(
    {
      symptom: 'checkout fails',
      asOf: NOW,
      asOfBasis: 'given',
      service: null,
      since: null,
      until: null,
      answers: [],
      incidentId: 'INC-1',
    },
    DEFAULT_CONTEXT,
    contributionOf({ patterns: [patternOf()], evidence: [piece] }),
    [{ incidentId: 'INC-1', sequence: 1, at: NOW, actor: 'x', body: { type: 'noted', text: 'y' } }],
  );
}

function whyOf(text: string): string {
  try {
    readSnapshot(text, 'kept.json');
    return 'read';
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'malformed') return error.why;
    throw error;
  }
}

describe('readSnapshot', () => {
  it('gives back what was written', () => {
    const written = writeSnapshot(snapshot());
    expect(readSnapshot(written, 'kept.json')).toEqual(snapshot());
    expect(writeSnapshot(readSnapshot(written, 'kept.json'))).toBe(written);
  });

  const edited = (edit: (value: Record<string, unknown>) => void) => {
    const value = JSON.parse(writeSnapshot(snapshot())) as Record<string, unknown>;
    edit(value);
    return JSON.stringify(value);
  };

  it.each([
    { name: 'an empty file', text: '', want: /empty/ },
    { name: 'half a file', text: writeSnapshot(snapshot()).slice(0, 200), want: /not complete JSON/ },
    { name: 'another JSON file', text: '{"name":"x","version":"1.0.0"}', want: /not a snapshot/ },
    { name: 'a list', text: '[1]', want: /not a snapshot/ },
    { name: 'a report', text: '{"schemaVersion":1,"incident":{}}', want: /not a snapshot/ },
    {
      name: 'a newer one',
      text: edited((value) => Object.assign(value, { schemaVersion: 2 })),
      want: /version 2/,
    },
    {
      name: 'a version of another kind',
      text: edited((value) => Object.assign(value, { schemaVersion: 'x' })),
      want: /version is "x"/,
    },
    {
      name: 'one without patterns',
      text: edited((value) => Object.assign(value, { patterns: null })),
      want: /patterns are damaged/,
    },
    {
      name: 'one with a damaged change',
      text: edited((value) => Object.assign(value, { changes: [{ id: 1 }] })),
      want: /changes are damaged/,
    },
    {
      name: 'one without a request',
      text: edited((value) => Object.assign(value, { request: {} })),
      want: /request is damaged/,
    },
    {
      name: 'one with damaged evidence',
      text: edited((value) => Object.assign(value, { evidence: { a: null } })),
      want: /evidence is damaged/,
    },
  ])('refuses $name', ({ text, want }) => {
    expect(whyOf(text)).toMatch(want);
  });

  it('reads any text or refuses it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(whyOf(text)).not.toBe('');
      }),
    );
  });
});

describe('snapshotAt', () => {
  it('knows no more than one could know then', () => {
    const earlier = snapshotAt(snapshot(), at('2024-01-15T14:23:00Z'));
    expect(earlier.request).toMatchObject({ asOf: at('2024-01-15T14:23:00Z'), asOfBasis: 'given' });
    expect(earlier.patterns).toEqual([]);
    expect(earlier.record).toEqual([]);
    expect(earlier.gaps).toHaveLength(1);
  });

  it('is the same snapshot at its own time', () => {
    expect(snapshotAt(snapshot(), NOW)).toEqual(snapshot());
  });
});
