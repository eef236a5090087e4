import { expect, test } from 'vitest';
import { parseIso } from '../../domain/time.ts';
import { fileWithHead } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';
import { decodeUptime, isUptime } from './uptime.ts';

const event = (date: unknown, message: string, store = 'carts-db') => ({
  SourceIdentifier: store,
  SourceType: 'db-instance',
  Message: message,
  EventCategories: ['availability'],
  Date: date,
});
const EVENTS = [
  event('2024-03-02T02:01:02Z', 'Applying off-line patches to DB instance'),
  event('2024-03-02T02:04:09Z', 'DB instance shutdown'),
  event('2024-03-02T02:08:15Z', 'DB instance restarted'),
  event('2024-03-02T03:00:00Z', 'The storage has run out', 'rates-db'),
];

test('a managed store that goes away and comes back is a spell, one that stays away goes on', () => {
  const document = { Events: EVENTS };
  expect(connector.recognise(fileWithHead('events.json', JSON.stringify(document)))).toBeGreaterThan(0.9);
  expect(decodeUptime(document).map(({ notice }) => notice)).toMatchObject([
    {
      service: 'carts-db',
      name: 'carts-db is down: DB instance shutdown',
      firedAt: parseIso('2024-03-02T02:04:09Z'),
      resolvedAt: parseIso('2024-03-02T02:08:15Z'),
    },
    { service: 'rates-db', resolvedAt: null },
  ]);
});

test.each([
  [{ Events: [] }],
  [{ Events: [7, null, {}] }],
  [{ Events: [event({}, 'notification')] }],
  [{ Events: [{ EventDate: 1, EnvironmentName: 'x' }] }],
])('%j tells of no spell', (document) => {
  expect(isUptime(document)).toBe(false);
  expect(decodeUptime({ Events: [event({}, 'DB instance shutdown')] })).toEqual([]);
});
