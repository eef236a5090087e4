import { describe, expect, it } from 'vitest';
import { PlatformError } from '../domain/error.ts';
import type { VerificationReport } from '../domain/report.ts';
import { followVerification, measuredLine } from './follow-verification.ts';

function measured(fields: Partial<VerificationReport>): VerificationReport {
  const base = {
    asOf: '2024-03-01T13:25:00Z',
    outcome: 'INCONCLUSIVE',
    status: 'MONITORING',
    reason: 'why',
    waitSeconds: null,
    trend: null,
  };
  return { ...base, ...fields } as unknown as VerificationReport;
}

/** A clock that only `wait` moves. */
function follow(answers: readonly (VerificationReport | Error)[], abortAfter = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const waits: number[] = [];
  const lines: string[] = [];
  let asked = 0;
  const result = followVerification({
    once: async () => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof Error || answer === undefined) throw answer ?? new Error('none');
      return answer;
    },
    wait: async (ms) => {
      waits.push(ms);
      if (waits.length >= abortAfter) controller.abort();
    },
    intervalMs: 30_000,
    signal: controller.signal,
    onMeasured: (verification, nextInMs) => lines.push(measuredLine(verification, nextInMs, false)),
    onMissed: ({ what }, nextInMs) => lines.push(`${what}, ${nextInMs}`),
  });
  return { result, waits, lines };
}

const interrupted = new PlatformError({ code: 'interrupted', what: 'stopped', why: '', nextStep: '' });

describe('followVerification', () => {
  it.each([
    { name: 'the incident is resolved', last: measured({ outcome: 'RECOVERED', status: 'RESOLVED' }) },
    { name: 'it did not help', last: measured({ outcome: 'NOT_RECOVERED', status: 'INVESTIGATING' }) },
    { name: 'it fails again', last: measured({ outcome: 'RELAPSED', status: 'INVESTIGATING' }) },
  ])('measures until $name', async ({ last }) => {
    const { result, waits, lines } = follow([
      measured({}),
      measured({ outcome: 'RECOVERED', waitSeconds: 120 }),
      last,
    ]);
    expect(await result).toEqual({ verification: last, interrupted: false });
    expect(waits).toEqual([30_000, 30_000]);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('13:25:00 INCONCLUSIVE (MONITORING): why; again in 30 s');
    expect(lines[2]).not.toContain('again');
  });

  it('does not ask sooner than there can be an answer, and not ten intervals later', async () => {
    const done = measured({ outcome: 'RECOVERED', status: 'RESOLVED' });
    const { result, waits } = follow([measured({ waitSeconds: 90 }), measured({ waitSeconds: 7200 }), done]);
    await result;
    expect(waits).toEqual([90_000, 300_000]);
  });

  it('gives the last measurement when it is stopped, while it waits or while it measures', async () => {
    const first = measured({});
    expect(await follow([first], 2).result).toEqual({ verification: first, interrupted: true });
    expect(await follow([first, interrupted]).result).toEqual({ verification: first, interrupted: true });
    await expect(follow([interrupted]).result).rejects.toBe(interrupted);
  });

  it('goes on after a source that gave nothing for a while, and ends with an error that stays', async () => {
    const error = (code: 'no-evidence' | 'not-found') =>
      new PlatformError({ code, what: 'nothing there', why: '', nextStep: '' });
    const done = measured({ outcome: 'RECOVERED', status: 'RESOLVED' });
    const { result, lines } = follow([measured({}), error('no-evidence'), error('no-evidence'), done]);
    expect(await result).toEqual({ verification: done, interrupted: false });
    expect(lines.slice(1, 3)).toEqual(['nothing there, 30000', 'nothing there, 30000']);
    const gone = error('not-found');
    await expect(follow([measured({}), gone]).result).rejects.toBe(gone);
    expect(await follow([measured({}), error('no-evidence')], 3).result).toMatchObject({ interrupted: true });
  });

  it('shows the trend as blocks, and nothing that a terminal would obey', () => {
    const trend = { what: '', unit: 'ratio' as const, at: [], values: [0, 0.5, 1, null] };
    const line = measuredLine(measured({ trend, reason: 'a\u001b[31m\nb' }), null, true);
    expect(line).toBe('▁▅█  13:25:00 INCONCLUSIVE (MONITORING): a b');
  });
});
