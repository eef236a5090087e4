/** Failures that keep to one path of many that go through the same code: `/partners/harbour/stock` fails and `/partners/mill/stock` is served. What all of them run cannot be how. */
import type { Factor } from '../../domain/hypothesis.ts';
import { routeOf } from '../../domain/signal.ts';
import type { Release } from '../../domain/situation.ts';
import { epochMs, MINUTE } from '../../domain/time.ts';
import { requestsOf } from '../_measure/requests-of.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Nearly all that comes this way fails. */
const ALL_OF_IT = 0.85;
const LEAST_SIBLINGS = 2;
const LEAST_REQUESTS = 8;

/** Null where the difference names the very path, or nobody else goes the same way. */
export function onePath(release: Release, facts: Facts): Factor | null {
  const shares = facts.detection.symptoms.filter(
    ({ class: family, service, route, level }) =>
      (family === 'error-ratio' || family === 'client-error') &&
      service === release.service &&
      route !== null &&
      (level ?? 0) >= ALL_OF_IT,
  );
  const [alone] = shares;
  if (alone?.route == null || shares.length !== 1) return null;
  const siblings = siblingsOf(alone.route, release.service, alone.onsetAt, facts);
  const [other] = siblings;
  if (siblings.length < LEAST_SIBLINGS || other === undefined) return null;
  const name = differingPart(alone.route, other);
  if (name === null || names(release, name, facts)) return null;
  return factor(
    'one-path',
    WEIGHT.onePath,
    `only ${alone.route} fails; ${siblings.slice(0, 3).join(', ')} go through the same code and are served`,
    alone.evidence.slice(0, 1),
  );
}

/** Paths that differ from this one in one part, are asked since and do not fail. */
function siblingsOf(route: string, service: string, onset: number, facts: Facts): readonly string[] {
  const failing = new Set(
    facts.detection.symptoms
      .filter(({ class: family }) => family === 'error-ratio' || family === 'client-error')
      .map((symptom) => symptom.route),
  );
  const found = facts.situation.series.flatMap((series) => {
    const other = routeOf(series);
    if (
      other === null ||
      series.service !== service ||
      failing.has(other) ||
      differingPart(route, other) === null
    )
      return [];
    const requests = series.meaning === 'requests' ? series : requestsOf(series, facts.situation.series);
    if (requests === null) return [];
    const asked = requests.at.reduce(
      (sum, at, index) => (at >= epochMs(onset - MINUTE) ? sum + (requests.values[index] ?? 0) : sum),
      0,
    );
    return asked >= LEAST_REQUESTS ? [other] : [];
  });
  return [...new Set(found)].sort();
}

/** The one part in which two paths of the same length differ, as the first has it; null where they differ in more, or in their last words only. */
function differingPart(route: string, other: string): string | null {
  const [a, b] = [route.split('/'), other.split('/')];
  if (a.length !== b.length || a.length < 3) return null;
  const differing = a.filter((part, index) => part !== b[index]);
  return differing.length === 1 ? (differing[0] ?? null) : null;
}

function names(release: Release, name: string, facts: Facts): boolean {
  const files = facts.diffOf(release)?.files ?? [];
  return files.some(
    ({ path, hunks }) =>
      path.includes(name) ||
      hunks.some(({ added, removed }) => [...added, ...removed].some((line) => line.includes(name))),
  );
}
