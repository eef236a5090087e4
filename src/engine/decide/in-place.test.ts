/** What was altered where it runs is undone there: no release is taken back, and none is blamed. */
import { expect, test } from 'vitest';
import { deploymentAt, every, patternAt, serviceOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { triage } from '../triage.ts';

const report = (statement: string) =>
  triage(
    snapshotOf({
      serviceFacts: [serviceOf('ledger')],
      streams: [streamOf('ledger', 0, 3600), streamOf('postgresql', 0, 3600)],
      patterns: [
        patternAt('column "old_code" does not exist', 'ledger', every(10, 2000, 3590)),
        patternAt(statement, 'postgresql', [1995], { attributes: { 'db.user': 'dba' } }, 'info'),
      ],
      changes: [deploymentAt('ledger', 'v7', 200)],
    }),
  ).report;

test('a column that was dropped by hand is mitigated, and no deployment correlates', () => {
  const { rollback, timeline, followUps, lessons } = report(
    'statement: ALTER TABLE codes DROP COLUMN old_code',
  );
  expect(rollback.recommendation).toBe('MITIGATE');
  expect(rollback.target).toBeNull();
  expect(rollback.wouldFlipIf.length).toBeGreaterThan(0);
  expect(rollback.criteria.find(({ id }) => id === 'correlation')?.result).toBe('not-met');
  expect(timeline.map(({ summary }) => summary)).toContainEqual(
    expect.stringContaining('DROP COLUMN old_code'),
  );
  expect([...followUps.map(({ action }) => action), ...lessons.map(({ text }) => text)].join()).not.toMatch(
    /as it was released|passed review/,
  );
});

test('a statement that has nothing to do with it is acted on by nobody', () => {
  expect(report('statement: ALTER TABLE colours ADD COLUMN shade').rollback.recommendation).toBe(
    'INVESTIGATE',
  );
});
