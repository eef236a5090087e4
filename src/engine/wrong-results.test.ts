/** A report of wrong results where no error was logged: nobody is cleared, and nothing is over. */
import { describe, expect, test } from 'vitest';
import { deploymentAt, every, patternAt, snapshotOf, streamOf } from './_testing/situations.ts';
import { triage } from './triage.ts';

function reportOf(symptom: string) {
  const snapshot = snapshotOf(
    {
      streams: [streamOf('tariffs', 0, 3600)],
      patterns: [patternAt('quote <*> of <*> cents', 'tariffs', every(5, 0, 3600), {}, 'info')],
      changes: [deploymentAt('tariffs', 'v7', 3000)],
    },
    3600,
  );
  return triage({ ...snapshot, request: { ...snapshot.request, symptom } }).report;
}

describe('where nothing stands out', () => {
  test.each([
    'customers see prices that do not match the price list',
    'some orders were charged twice',
    'the stock page shows stale numbers',
    'users see the orders of other customers',
    'the report of last night is empty',
    'orders are missing on the list',
    'the export contains no rows',
    'the board shows 0 arrivals',
  ])('a report of wrong results stays open: %s', (symptom) => {
    const { incident, rootCauseReason, cleared, rollback } = reportOf(symptom);
    expect([incident.status, incident.severity, rollback.recommendation]).toEqual([
      'INVESTIGATING',
      'SEV3',
      'INVESTIGATE',
    ]);
    expect(rootCauseReason).toMatch(
      /^undetermined: wrong results leave no errors behind, and nothing stands out .*; the latest releases are tariffs v7 \(/,
    );
    expect(cleared).toEqual([]);
  });

  test.each(['checkout answers 500', 'the site is slow', 'saw some warnings for tariffs, should I worry?'])(
    'any other is answered: %s',
    (symptom) => {
      const { incident, cleared, rollback } = reportOf(symptom);
      expect([incident.status, rollback.recommendation]).toEqual(['RESOLVED', 'NONE']);
      expect(cleared).toHaveLength(1);
    },
  );
});
