import { describe, expect, test } from 'vitest';
import type { MetricMeaning } from '../../domain/signal.ts';
import { seriesOf, snapshotOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

const MINUTES = 60;
const level = (before: number, since: number) =>
  Array.from({ length: MINUTES }, (_, minute) => (minute < 40 ? before : since));

function counted(
  meaning: MetricMeaning,
  route: string | null,
  values: readonly number[],
  weights?: readonly number[],
) {
  return seriesOf(meaning, 'caves', values, {
    id: `${meaning}-${route ?? '*'}`,
    source: 'log-file',
    unit: meaning === 'refused-ratio' ? 'ratio' : '1/bucket',
    attributes: route === null ? {} : { 'http.route': route },
    weights: weights ?? null,
  });
}

/** What is asked from minute 40 on beside the usual pages, all of it refused. */
function seen(asked: readonly string[], pages = level(20, 20)) {
  const strange = asked
    .flatMap((route) => [
      counted('requests', route, level(0, 15)),
      counted('refused-ratio', route, level(0, 1).slice(40), level(0, 15).slice(40)),
    ])
    .map((series) =>
      series.meaning === 'refused-ratio'
        ? { ...series, at: series.at.map((at) => (at + 40 * 60_000) as typeof at) }
        : series,
    );
  const all = pages.map((count, minute) => count + (minute < 40 ? 0 : 15 * asked.length));
  const refused = all.map((count, minute) => (minute < 40 ? 0.01 : (15 * asked.length) / count));
  const situation = normalise(
    snapshotOf({
      series: [
        counted('requests', null, all),
        counted('refused-ratio', null, refused, all),
        counted('requests', '/cheeses/{id}', pages),
        ...strange,
      ],
    }),
  );
  return detect(situation);
}

const TRIED = ['/.env', '/wp-login.php', '/.git/config', '/cgi-bin/luci', '/admin/setup.php'];

describe('requests for what was never served', () => {
  test('by somebody who tries what other houses have are no symptom, and the reason is told', () => {
    const { primary, dismissed } = seen(TRIED);
    expect(primary).toBeNull();
    expect(dismissed.map(({ reason }) => reason).join(' ')).toContain('a scanner');
  });

  test.each([
    {
      name: 'by a caller who knows our ways',
      asked: ['/v2/caves', '/v2/cheeses', '/v2/tastings', '/v2/prices', '/v2/stock'],
    },
    { name: 'while nobody reads the usual pages any more', asked: TRIED, pages: level(20, 2) },
    { name: 'of two kinds only', asked: TRIED.slice(0, 2) },
  ])('$name are', ({ asked, pages }) => {
    expect(seen(asked, pages).primary).not.toBeNull();
  });
});
