/** A broken part of a machine, and beside it what is none of what fails. */
import { describe, expect, test } from 'vitest';
import type { LogPattern } from '../../domain/signal.ts';
import { every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { correlate } from './correlate.ts';

const FAILS = every(5, 2000, 3590);
const IO_ERROR = 'blk_update_request: I/O error, dev sde, sector 953100176';

const onHost = (pattern: LogPattern, host: string): LogPattern => ({
  ...pattern,
  splits: [
    {
      dimension: 'host',
      value: host,
      count: pattern.count,
      firstSeenAt: pattern.firstSeenAt,
      lastSeenAt: pattern.lastSeenAt,
    },
  ],
});
const kernel = (text: string, from: number, host = 'store-2') =>
  onHost(patternAt(text, 'kernel', every(30, from, 3590), {}, 'unknown'), host);
const reads = (store: string) => patternAt(`read from ${store} failed: deadline exceeded`, 'archive', FAILS);

function causeOf(patterns: readonly LogPattern[]) {
  const situation = normalise(snapshotOf({ patterns, streams: [streamOf('archive', 0, 3600)] }));
  return correlate(situation, detect(situation)).verdict;
}

describe('a machine that says that a part of it is failing', () => {
  test('is the cause where the failures name it', () => {
    expect(causeOf([reads('store-2'), kernel(IO_ERROR, 1980)]).rootCause).toMatchObject({
      kind: 'resource',
      service: 'store-2',
    });
  });

  test('or are of what runs on it', () => {
    const own = onHost(patternAt('study not written', 'archive', FAILS), 'store-2');
    expect(causeOf([own, kernel(IO_ERROR, 1980)]).rootCause).toMatchObject({ service: 'store-2' });
  });

  test.each([
    { name: 'they name another', patterns: [reads('store-1'), kernel(IO_ERROR, 1980)] },
    { name: 'it has said so for hours', patterns: [reads('store-2'), kernel(IO_ERROR, -9000)] },
    { name: 'it began long after', patterns: [reads('store-2'), kernel(IO_ERROR, 2900)] },
    {
      name: 'it says something else',
      patterns: [reads('store-2'), kernel('eth0: link becomes ready', 1980)],
    },
  ])('is none where $name', ({ patterns }) => {
    const { hypotheses } = causeOf(patterns);
    expect(hypotheses.filter(({ id }) => id.startsWith('resource:hardware'))).toEqual([]);
  });
});
