/** What every incident store must keep to, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import type { IncidentEventBody } from '../../domain/incident.ts';
import { epochMs } from '../../domain/time.ts';
import type { IncidentStore, NewEvent } from '../../ports/incident-store.ts';

export function opened(workspace = '/shop', symptom = 'checkout fails'): NewEvent {
  return {
    at: epochMs(1000),
    actor: 'wicked-platform',
    body: { type: 'opened', title: 'Checkout', symptom, workspace },
  };
}

export function noted(text: string, at = 2000): NewEvent {
  return { at: epochMs(at), actor: 'dana', body: { type: 'noted', text } };
}

/** `open` gives an empty store; the suite closes it. */
export function describeIncidentStore(name: string, open: () => Promise<IncidentStore>): void {
  const withStore = async (work: (store: IncidentStore) => Promise<void>) => {
    const store = await open();
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };

  describe(`${name} keeps the contract of an incident store`, () => {
    it('allots ids in order and numbers events from 1', () =>
      withStore(async (store) => {
        const first = await store.open([opened(), noted('a')]);
        expect(first.map(({ incidentId, sequence }) => [incidentId, sequence])).toEqual([
          ['INC-1', 1],
          ['INC-1', 2],
        ]);
        expect((await store.open([opened()]))[0]?.incidentId).toBe('INC-2');
        expect(
          (await store.append('INC-1', [noted('b'), noted('c')])).map(({ sequence }) => sequence),
        ).toEqual([3, 4]);
      }));

    it('gives events back as they were, in the order they came, whatever time they speak of', () =>
      withStore(async (store) => {
        await store.open([opened()]);
        const bodies: IncidentEventBody[] = [
          { type: 'noted', text: 'Zürich → 漢字 😀 \u0000 "quoted"\nline' },
          { type: 'answered', key: 'activeUsers', value: '16000' },
          { type: 'status-changed', status: 'MITIGATING', why: '' },
          { type: 'resolved', text: 'x'.repeat(200_000) },
        ];
        await store.append(
          'INC-1',
          bodies.map((body, index) => ({ at: epochMs(9000 - index), actor: 'dana', body })),
        );
        const events = await store.events('INC-1');
        expect(events.slice(1).map(({ body }) => body)).toEqual(bodies);
        expect(events.map(({ at }) => at)).toEqual([1000, 9000, 8999, 8998, 8997]);
        expect(events[0]).toEqual({ incidentId: 'INC-1', sequence: 1, ...opened() });
      }));

    it('lists the newest first, of one workspace or of all', () =>
      withStore(async (store) => {
        for (const workspace of ['/a', '/b', '/a']) await store.open([opened(workspace)]);
        await store.append('INC-1', [noted('x')]);
        expect(await store.list(null)).toEqual([
          { id: 'INC-3', workspace: '/a', lastSequence: 1 },
          { id: 'INC-2', workspace: '/b', lastSequence: 1 },
          { id: 'INC-1', workspace: '/a', lastSequence: 2 },
        ]);
        expect((await store.list('/a')).map(({ id }) => id)).toEqual(['INC-3', 'INC-1']);
        expect(await store.list('/c')).toEqual([]);
      }));

    it('knows nothing of an unknown incident, and adds nothing to it', () =>
      withStore(async (store) => {
        await store.open([opened()]);
        for (const id of ['INC-2', 'INC-0', 'INC-01', 'x', '', "INC-1' OR 1=1", 'INC-99999999999999999999']) {
          expect(await store.events(id)).toEqual([]);
          await expect(store.append(id, [noted('x')])).rejects.toMatchObject({ code: 'not-found' });
        }
        expect(await store.events('INC-1')).toHaveLength(1);
      }));

    it('does not change what it holds when the caller changes what it got', () =>
      withStore(async (store) => {
        await store.open([opened()]);
        const events = (await store.events('INC-1')) as unknown as { actor: string }[];
        for (const event of events) event.actor = 'nobody';
        expect((await store.events('INC-1'))[0]?.actor).toBe('wicked-platform');
      }));

    it('opens no incident without an `opened` event, and uses up no id', () =>
      withStore(async (store) => {
        await expect(store.open([noted('x')])).rejects.toThrow('opened');
        await expect(store.open([])).rejects.toThrow('opened');
        expect((await store.open([opened()]))[0]?.incidentId).toBe('INC-1');
      }));

    it('takes many writers at once without a gap', () =>
      withStore(async (store) => {
        await store.open([opened()]);
        await Promise.all(
          Array.from({ length: 50 }, (_each, index) => store.append('INC-1', [noted(String(index))])),
        );
        expect((await store.events('INC-1')).map(({ sequence }) => sequence)).toEqual(
          Array.from({ length: 51 }, (_each, index) => index + 1),
        );
      }));

    it('may be closed twice', () =>
      withStore(async (store) => {
        await store.close();
        await expect(store.close()).resolves.toBeUndefined();
      }));
  });
}
