import { describe, expect, it } from 'vitest';
import type { Report } from '../domain/report.ts';
import { epochMs } from '../domain/time.ts';
import { triage } from '../engine/triage.ts';
import type { IncidentStore } from '../ports/incident-store.ts';
import { createMemoryStore } from '../store/memory/index.ts';
import { at, connectorOf, contributionOf, patternOf, testPlatform } from './_testing/fakes.ts';
import { runOperation } from './operation.ts';
import { operation as triageOperation } from './operations/incident.ts';
import { operation as note } from './operations/incident-note.ts';
import { operation as show } from './operations/incident-show.ts';
import { operation as verify } from './operations/incident-verify.ts';
import { operation as view } from './operations/incident-view.ts';
import { verificationSchema } from './verification-schema.ts';

const START = at('2024-01-15T13:00:00Z');
const SECOND_MS = 1000;

/** A service that answers twice a second; errors come every five seconds from 14:00 until `endsAt`. */
function logUntil(now: string, endsAt: string) {
  const from = at('2024-01-15T14:00:00Z');
  const to = Math.min(at(endsAt), at(now));
  const times = Array.from({ length: Math.max(0, Math.ceil((to - from) / (5 * SECOND_MS))) }, (_, index) =>
    epochMs(from + index * 5 * SECOND_MS),
  );
  const minutes = Array.from({ length: Math.floor((at(now) - START) / 60_000) }, (_, index) =>
    epochMs(START + index * 60_000),
  );
  return contributionOf({
    patterns: [
      patternOf({
        template: 'order <*> failed',
        count: times.length,
        firstSeenAt: from,
        lastSeenAt: times.at(-1) ?? from,
        buckets: { widthMs: SECOND_MS, at: times, count: times.map(() => 1) },
      }),
    ],
    streams: [
      {
        path: 'app.log',
        service: 'checkout-api',
        interval: { from: START, to: at(now) },
        records: minutes.length * 120,
        buckets: { widthMs: 60_000, at: minutes, count: minutes.map(() => 120) },
        assumedZone: null,
      },
    ],
  });
}

function platformAt(now: string, endsAt: string, store: IncidentStore) {
  const log = connectorOf({ id: 'log-file', collect: async () => logUntil(now, endsAt) });
  return testPlatform({ connectors: [log], store: async () => store, triage, now: at(now) });
}

async function triaged(store: IncidentStore): Promise<Report> {
  const now = '2024-01-15T14:20:00Z';
  return runOperation(
    triageOperation,
    { symptom: 'orders fail', now },
    platformAt(now, '2024-01-16T00:00:00Z', store),
  );
}

describe('incident-verify', () => {
  it('resolves an incident that recovered after what a note says was done, and the stored views say so', async () => {
    const store = createMemoryStore();
    await triaged(store);
    const platform = platformAt('2024-01-15T14:40:00Z', '2024-01-15T14:25:00Z', store);
    await runOperation(
      note,
      { incident: '1', text: 'Rolled back by hand', at: '2024-01-15T14:25:00Z' },
      platform,
    );
    const verification = await runOperation(verify, {}, platform);
    expect(verificationSchema.parse(verification)).toEqual(verification);
    expect(verification).toMatchObject({
      outcome: 'RECOVERED',
      status: 'RESOLVED',
      mitigation: { basis: 'record', at: '2024-01-15T14:25:00Z' },
    });
    const shown = await runOperation(show, { incident: '1' }, platform);
    expect(shown.status).toBe('RESOLVED');
    expect(shown.record.at(-1)).toMatchObject({
      type: 'verified',
      text: expect.stringContaining('RECOVERED → RESOLVED'),
    });
    const report = await runOperation(view, { incident: '1' }, platform);
    expect(report.incident).toMatchObject({ status: 'RESOLVED', ongoing: false });
    expect(report.timeline.at(-1)?.summary).toContain('Verification: RECOVERED');
  });

  it('puts an incident back to investigating that did not recover, and tells the same once', async () => {
    const store = createMemoryStore();
    await triaged(store);
    const platform = platformAt('2024-01-15T14:40:00Z', '2024-01-16T00:00:00Z', store);
    for (const since of ['14:25', '14:25'])
      expect(await runOperation(verify, { since: `2024-01-15T${since}:00Z` }, platform)).toMatchObject({
        outcome: 'NOT_RECOVERED',
        mitigation: { basis: 'given' },
      });
    const types = (await store.events('INC-1')).map(({ body }) => body.type);
    expect(types.filter((type) => type === 'verified')).toHaveLength(1);
    expect((await runOperation(show, { incident: '1' }, platform)).status).toBe('INVESTIGATING');
  });

  it('waits for the quiet time that was asked for', async () => {
    const store = createMemoryStore();
    await triaged(store);
    const platform = platformAt('2024-01-15T14:40:00Z', '2024-01-15T14:25:00Z', store);
    const input = { since: '2024-01-15T14:25:00Z', quiet: '30m' };
    expect(await runOperation(verify, input, platform)).toMatchObject({
      outcome: 'RECOVERED',
      status: 'MONITORING',
      waitSeconds: 15 * 60,
    });
  });

  it.each([
    { name: 'there is no incident', input: {}, fresh: true, want: 'not-found' },
    { name: 'the mitigation is before the onset', input: { since: '2024-01-15T13:30:00Z' }, want: 'usage' },
    { name: 'the mitigation is in the future', input: { since: '2024-01-15T15:30:00Z' }, want: 'usage' },
    { name: 'the quiet time is no span', input: { quiet: 'soon' }, want: 'usage' },
    { name: 'the zone does not exist', input: { zone: 'Mars/Olympus' }, want: 'usage' },
  ])('says what is wrong where $name', async ({ input, fresh, want }) => {
    const store = createMemoryStore();
    if (fresh !== true) await triaged(store);
    const platform = platformAt('2024-01-15T14:40:00Z', '2024-01-15T14:25:00Z', store);
    await expect(runOperation(verify, input, platform)).rejects.toMatchObject({ code: want });
  });
});
