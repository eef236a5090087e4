import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import { parseIso } from '../../domain/time.ts';
import { runConnector } from '../_kit/_testing/connector-run.ts';
import { decodeEvent, versionOfArtifact } from './decode.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('the event is the end, customData.startedAt the beginning', async () => {
  const { changes, coverage, gaps } = await runConnector(connector, fixtures);
  expect(changes).toMatchObject([
    {
      id: 'cdevents:e-1',
      service: 'cart',
      version: 'v3.13.2',
      commit: '1d6c796441d7dc92e2cbabaaf313f3d08f78cf8b',
      at: parseIso('2024-03-01T10:00:00Z'),
      finishedAt: parseIso('2024-03-01T10:00:44Z'),
      status: 'succeeded',
      environment: 'production',
      rollback: false,
    },
    {
      service: 'cart',
      version: 'v3.13.1',
      rollback: true,
      at: parseIso('2024-03-01T10:30:00Z'),
      commit: null,
    },
  ]);
  expect(coverage).toMatchObject([{ items: 2, notes: ['1 events are not about a deployment'] }]);
  expect(gaps).toEqual([]);
});

test('at a time between start and end it is still running', async () => {
  const { changes } = await runConnector(connector, fixtures, { asOf: '2024-03-01T10:00:10Z' });
  expect(changes).toMatchObject([{ status: 'started', finishedAt: null }]);
});

test.each([
  ['pkg:oci/cart@sha256:67e7?tag=v3.13.2', 'v3.13.2'],
  ['pkg:npm/%40acme/cart@1.2.3', '1.2.3'],
  ['pkg:oci/cart@sha256%3A67e7', null],
  ['pkg:oci/cart@sha256:67e7', null],
  ['registry:5000/acme/cart:v1', 'v1'],
  ['registry:5000/acme/cart', null],
  ['pkg:oci/cart?tag=%E0%A4%A', '%E0%A4%A'],
  ['', null],
])('version of %j is %s', (artifact, version) => {
  expect(versionOfArtifact(artifact)).toBe(version);
});

test.each([
  ['no type', { id: '1' }, 'rejected'],
  ['another type', { type: 'com.example.x', time: '2024-03-01T10:00:00Z' }, 'rejected'],
  ['no time', { type: 'dev.cdevents.service.deployed.0.1.0', subject: 'a' }, 'rejected'],
  [
    'no subject',
    { type: 'dev.cdevents.service.deployed.0.1.0', time: '2024-03-01T10:00:00Z', data: 7 },
    'rejected',
  ],
  [
    'removed',
    { type: 'dev.cdevents.service.removed.0.1.0', subject: 'a', time: '2024-03-01T10:00:00Z' },
    'ignored',
  ],
])('an event with %s', (_name, event, kind) => {
  expect(decodeEvent(event, evidenceRef('x', '1')).kind).toBe(kind);
});

test.each([
  ['the id of the event is not that of a deployment', {}, { deploymentId: null, share: null }],
  ['a deployment id of its own', { deploymentId: 17 }, { deploymentId: '17' }],
  ['a canary in percent', { canaryWeight: 12 }, { share: 0.12 }],
  ['one percent', { canaryWeight: 1 }, { share: 0.01 }],
  ['a ratio', { weight: 0.25 }, { share: 0.25 }],
  ['all of it', { weight: 100 }, { share: null }],
])('%s', (_name, customData, want) => {
  const event = {
    specversion: '1.0',
    id: 'e-9',
    type: 'dev.cdevents.service.deployed.0.2.0',
    time: '2024-03-01T10:00:00Z',
    data: { subject: { id: 'cart', content: {} }, customData },
  };
  expect(decodeEvent(event, evidenceRef('cdevents', 'x'))).toMatchObject({ deployment: want });
});
