/** Nobody answers in time at an address: a store that hangs, or a service of ours. */
import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import { atSecond, deploymentAt, every, patternAt, serviceOf, streamOf } from '../_testing/situations.ts';
import { verdictOf } from './_testing/verdict.ts';

function causeOf(says: string, listening?: string) {
  const message = `get shelf:7: ${says}`;
  return verdictOf({
    streams: [streamOf('library', 0, 3600)],
    serviceFacts: [serviceOf('library'), serviceOf('memcached', { kind: 'datastore' })],
    edges: [{ from: 'library', to: 'memcached', source: 'catalog', evidence: [] }],
    patterns: [
      patternAt('get shelf:<*>: <*>', 'library', every(2, 2000, 3590), {
        samples: [{ at: atSecond(2000), message, evidence: evidenceRef('test', 's') }],
        template: `get shelf:<*>: ${says.replace(/[\d.]+:\d+/g, '<*>')}`,
      }),
      ...(listening === undefined ? [] : [patternAt(listening, 'catalogue', [1], {}, 'info')]),
    ],
    changes: [deploymentAt('other', 'v2', 500)],
  }).rootCause;
}

const SILENT = 'read tcp 10.0.0.1:5123->10.0.0.9:11211: i/o timeout';

describe('an address at which nobody answers in time', () => {
  test('is of the one store that the caller calls', () =>
    expect(causeOf(SILENT)).toMatchObject({ kind: 'dependency', service: 'memcached' }));
  test('is of no store where a service of ours listens there', () =>
    expect(causeOf(SILENT, 'catalogue listening on 10.0.0.9:11211')).toBeNull());
  test('is none where the answer was that it was refused', () =>
    expect(
      causeOf('read tcp 10.0.0.1:5123->10.0.0.9:11211: connection reset by peer')?.statement ?? '',
    ).not.toMatch(/in time/));
});
