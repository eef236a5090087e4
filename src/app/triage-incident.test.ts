import { describe, expect, it } from 'vitest';
import { PlatformError } from '../domain/error.ts';
import type { Report } from '../domain/report.ts';
import type { IncidentStore } from '../ports/incident-store.ts';
import { createMemoryStore } from '../store/memory/index.ts';
import { at, connectorOf, contributionOf, NOW, patternOf, reportOf, testPlatform } from './_testing/fakes.ts';
import { runOperation } from './operation.ts';
import { operation } from './operations/incident.ts';
import { operation as answer } from './operations/incident-answer.ts';
import { operation as note } from './operations/incident-note.ts';
import { operation as resolve } from './operations/incident-resolve.ts';
import { operation as show } from './operations/incident-show.ts';
import { operation as view } from './operations/incident-view.ts';
import { operation as list } from './operations/incidents.ts';
import type { Triage } from './platform.ts';

const SYMPTOM = 'Checkout fails, customers complain';
const log = connectorOf({ id: 'log-file', collect: async () => contributionOf({ patterns: [patternOf()] }) });

/** An engine whose report shows what it was given. */
function engine(fields: { cause?: string; recommendation?: string } = {}): Triage {
  return (snapshot) => ({
    probes: [],
    report: {
      ...reportOf(snapshot.request.incidentId, fields),
      timeline: snapshot.record.map(({ at: when, body, sequence }) => `${sequence} ${when} ${body.type}`),
      answers: snapshot.request.answers.map(({ key, value }) => `${key}=${value}`),
    } as unknown as Report,
  });
}

function world(
  store: IncidentStore,
  triage: Triage = engine({ cause: 'paymentTimeout', recommendation: 'ROLLBACK' }),
) {
  return testPlatform({ connectors: [log], store: async () => store, triage });
}

const timeline = (report: Report) => report.timeline as unknown as readonly string[];
const typesOf = async (store: IncidentStore, id = 'INC-1') =>
  (await store.events(id)).map(({ body }) => body.type);
const now = '2024-01-15T14:41:00Z';

describe('incident', () => {
  it('opens an incident and tells of what it recorded itself', async () => {
    const store = createMemoryStore();
    const report = await runOperation(operation, { symptom: SYMPTOM, now }, world(store));
    expect(timeline(report)).toEqual([
      `1 ${NOW} opened`,
      `2 ${NOW} cause-identified`,
      `3 ${NOW} decision-made`,
    ]);
    expect(await typesOf(store)).toEqual(['opened', 'cause-identified', 'decision-made', 'triaged']);
  });

  it('says the same a second time and records nothing twice', async () => {
    const store = createMemoryStore();
    const first = await runOperation(operation, { symptom: SYMPTOM, now }, world(store));
    const second = await runOperation(
      operation,
      { symptom: `  ${SYMPTOM.toUpperCase()} !`, now },
      world(store),
    );
    expect({ ...second, durationMs: 0 }).toEqual({ ...first, durationMs: 0 });
    expect(await typesOf(store)).toHaveLength(4);
  });

  it('goes on with the open incident later, and opens a new one for another symptom or after the end', async () => {
    const store = createMemoryStore();
    await runOperation(operation, { symptom: SYMPTOM, now }, world(store));
    await runOperation(operation, { symptom: SYMPTOM, now: '2024-01-15T14:50:00Z' }, world(store));
    expect(await typesOf(store)).toEqual([
      'opened',
      'cause-identified',
      'decision-made',
      'triaged',
      'triaged',
    ]);
    const other = await runOperation(operation, { symptom: 'login is slow', now }, world(store));
    expect(other.incident.id).toBe('INC-2');
    await runOperation(resolve, { incident: '1', text: 'rolled back' }, world(store));
    const next = await runOperation(operation, { symptom: SYMPTOM, now }, world(store));
    expect(next.incident.id).toBe('INC-3');
  });

  it('records a new cause beside the old one, but none beside a person’s', async () => {
    const store = createMemoryStore();
    await runOperation(operation, { symptom: SYMPTOM, now }, world(store, engine({ cause: 'one' })));
    await runOperation(operation, { symptom: SYMPTOM, now }, world(store, engine({ cause: 'two' })));
    expect((await typesOf(store)).filter((type) => type === 'cause-identified')).toHaveLength(2);
    const by = { at: NOW, actor: 'dana' } as const;
    await store.append('INC-1', [{ ...by, body: { type: 'cause-identified', statement: 'confirmed' } }]);
    await runOperation(operation, { symptom: SYMPTOM, now }, world(store, engine({ cause: 'three' })));
    expect((await typesOf(store)).filter((type) => type === 'cause-identified')).toHaveLength(3);
  });

  it('says which answers nothing was made of, with the nearest key that was asked for', async () => {
    const citing: Triage = (snapshot) => ({
      probes: [],
      report: {
        ...reportOf(snapshot.request.incidentId),
        questions: [{ key: 'payments.latencyP99Ms', question: '', why: '', wouldChange: '', decisive: true }],
        evidence: { E1: { kind: 'statement', source: 'user', locator: 'answer activeUsers' } },
      } as unknown as Report,
    });
    const platform = world(createMemoryStore(), citing);
    const answers = { activeUsers: '16000', 'paymnts.latencyP99Ms': '800', 'a.failureRate': '85%' };
    await runOperation(operation, { symptom: SYMPTOM, now, answers }, platform);
    expect(platform.problems.map(({ what, nextStep }) => [what, nextStep])).toEqual([
      ['The answer a.failureRate=85% was not used', expect.stringContaining('from 0 to 1')],
      ['The answer paymnts.latencyP99Ms=800 was not used', 'Did you mean payments.latencyP99Ms?'],
    ]);
  });

  it('keeps answers for the next triage', async () => {
    const store = createMemoryStore();
    await runOperation(operation, { symptom: SYMPTOM, now, answers: { activeUsers: '16000' } }, world(store));
    const second = await runOperation(operation, { symptom: SYMPTOM, now }, world(store));
    expect((second as unknown as { answers: unknown }).answers).toEqual(['activeUsers=16000']);
  });

  it.each([
    { name: 'opens', break: { list: () => Promise.reject(locked()) } },
    { name: 'writes', break: { append: () => Promise.reject(locked()) } },
  ])('reports even when the store fails while it $name', async ({ break: broken }) => {
    const platform = world({ ...createMemoryStore(), ...broken });
    const report = await runOperation(operation, { symptom: SYMPTOM, now }, platform);
    expect(timeline(report)).toHaveLength(3);
    expect(platform.problems.map(({ code }) => code)).toEqual(['store']);
  });

  it.each([
    { name: 'nothing was found', connectors: [], want: 'no-evidence' },
    {
      name: 'all evidence is later',
      connectors: [log],
      now: '2024-01-15T10:00:00Z',
      want: 'no-evidence',
    },
    { name: 'a time has no zone', connectors: [log], now: '2024-01-15T10:00:00', want: 'usage' },
    {
      name: 'the time ends before it begins',
      connectors: [log],
      since: '2024-01-15T15:00:00Z',
      want: 'usage',
    },
    { name: 'the zone does not exist', connectors: [log], zone: 'Mars/Olympus', want: 'usage' },
  ])('opens no incident where $name', async ({ name: _name, connectors, want, ...input }) => {
    const store = createMemoryStore();
    const platform = testPlatform({ connectors, store: async () => store, triage: engine() });
    await expect(
      runOperation(operation, { symptom: SYMPTOM, now, ...input }, platform),
    ).rejects.toMatchObject({ code: want });
    expect(await store.list(null)).toEqual([]);
  });

  it('saves a snapshot that replays to the same report without evidence or store', async () => {
    const first = world(createMemoryStore());
    const report = await runOperation(operation, { symptom: SYMPTOM, now, saveSnapshot: 'kept.json' }, first);
    const later = testPlatform({ triage: engine({ cause: 'paymentTimeout', recommendation: 'ROLLBACK' }) });
    later.files.set('kept.json', first.files.get('kept.json') ?? '');
    const replayed = await runOperation(operation, { snapshot: 'kept.json' }, later);
    expect({ ...replayed, durationMs: 0 }).toEqual({ ...report, durationMs: 0 });
    expect(later.problems).toEqual([]);
  });

  it('refuses an option that does not exist, with the nearest one', async () => {
    const input = { symptom: SYMPTOM, sinse: '2h' } as unknown as { symptom: string };
    await expect(runOperation(operation, input, world(createMemoryStore()))).rejects.toMatchObject({
      code: 'usage',
      nextStep: 'Did you mean since?',
    });
  });
});

describe('stored incidents', () => {
  it('shows, lists, notes and answers by id, however it is spelt', async () => {
    const store = createMemoryStore();
    const platform = world(store);
    await runOperation(operation, { symptom: SYMPTOM, now }, platform);
    await runOperation(
      note,
      { incident: 'inc-1', text: 'password hunter2 was rotated', at: '10m' },
      platform,
    );
    const shown = await runOperation(show, { incident: '1' }, platform);
    expect(shown.record.at(-1)).toMatchObject({
      at: '2024-01-15T14:31:00Z',
      actor: 'dana',
      text: 'password [redacted] was rotated',
    });
    const answered = await runOperation(
      answer,
      { incident: 'INC-1', answers: { activeUsers: '9' } },
      platform,
    );
    expect((answered as unknown as { answers: unknown }).answers).toEqual(['activeUsers=9']);
    const { incidents } = await runOperation(list, {}, platform);
    expect(incidents).toMatchObject([
      { id: 'INC-1', status: 'IDENTIFIED', severity: 'SEV1', title: 'Checkout fails' },
    ]);
  });

  it('views the newest open incident, else the newest', async () => {
    const store = createMemoryStore();
    const platform = world(store);
    await expect(runOperation(view, {}, platform)).rejects.toMatchObject({ code: 'not-found' });
    for (const symptom of ['one', 'two']) await runOperation(operation, { symptom, now }, platform);
    expect((await runOperation(view, {}, platform)).incident.id).toBe('INC-2');
    await runOperation(resolve, { incident: 'INC-2' }, platform);
    expect((await runOperation(view, {}, platform)).incident.id).toBe('INC-1');
    const closed = await runOperation(view, { incident: '2' }, platform);
    expect(closed).toMatchObject({
      incident: { id: 'INC-2', status: 'RESOLVED', ongoing: false },
      rollback: { recommendation: 'NONE', commands: [] },
    });
    await expect(runOperation(view, { incident: 'INC-9' }, platform)).rejects.toMatchObject({
      code: 'not-found',
      why: 'the latest are INC-2, INC-1',
    });
  });

  it('has no report for an incident whose triage was interrupted', async () => {
    const store = createMemoryStore();
    const opened = { type: 'opened', title: 't', symptom: 's', workspace: '/evidence' } as const;
    await store.open([{ at: at(now), actor: 'x', body: opened }]);
    await expect(runOperation(view, {}, world(store))).rejects.toMatchObject({ code: 'not-found' });
  });
});

function locked(): PlatformError {
  return new PlatformError({
    code: 'store',
    what: 'The incident store',
    why: 'is locked',
    nextStep: 'Wait.',
  });
}
