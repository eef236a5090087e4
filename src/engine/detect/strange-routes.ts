/** Requests for what the house never had: a scanner asks for the pages of other people's software, and is refused. Customers notice nothing. */
import { type MetricSeries, routeOf } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';

/** Paths of widespread software, of secrets left lying and of consoles: what scanners try everywhere. */
const TRIED_EVERYWHERE =
  /\/\.(env|git|svn|aws|ssh|ds_store|htaccess)\b|\bwp-|wordpress|xmlrpc|phpmyadmin|phpunit|cgi-bin|\.(php\d?|aspx?|jsp|cgi|bak|sql)$|actuator|\/etc\/passwd|boaform|hnap1|solr\/admin|manager\/html|owa\/|autodiscover|vendor\/|console\/|setup\b/i;
/** Distinct routes that appear at once; fewer may be a new caller of ours. */
const MIN_ROUTES = 4;
/** Share of the refused requests that asks for routes which were never served, and of these routes that scanners try everywhere. */
const NEARLY_ALL = 0.9;
const MOST = 0.6;
/** What is served must go on: at this share of its pace. */
const GOES_ON = 0.6;

/** Why refused requests, or more requests than usual, are no symptom; null when they are. */
export function strangersAsk(symptom: Symptom, situation: Situation): string | null {
  if (symptom.class !== 'client-error' && symptom.class !== 'traffic-surge') return null;
  const own = situation.series.filter(
    ({ source, service }) => source === 'log-file' && service === symptom.service,
  );
  const requests = own.filter(({ meaning }) => meaning === 'requests');
  const all = requests.find((series) => routeOf(series) === null);
  const routes = requests.filter((series) => routeOf(series) !== null);
  if (all === undefined || routes.length < MIN_ROUTES) return null;
  const { onsetAt: from, lastSeenAt: to } = symptom;
  const strange = routes.filter(
    (series) =>
      sumOf(series, 0, from - 1) === 0 && sumOf(series, from, to) > 0 && isRefused(series, own, from, to),
  );
  const usual = routes.filter((series) => sumOf(series, 0, from - 1) > 0);
  const tried = strange.filter((series) => TRIED_EVERYWHERE.test(routeOf(series) ?? ''));
  if (strange.length < MIN_ROUTES || tried.length < MOST * strange.length) return null;
  const more = sumOf(all, from, to) - usual.reduce((sum, series) => sum + sumOf(series, from, to), 0);
  const askedStrangely = strange.reduce((sum, series) => sum + sumOf(series, from, to), 0);
  if (askedStrangely < NEARLY_ALL * more || !goesOn(usual, from, to)) return null;
  if (usual.some((series) => refusedMore(series, own, from, to))) return null;
  const names = strange.flatMap((series) => routeOf(series) ?? []).sort();
  return `${Math.round(askedStrangely)} requests ask for ${names.length} paths that were never served here (${names.slice(0, 3).join(', ')}): a scanner; what is served is served as before`;
}

/** Of the requests between two instants that have been counted per bucket. */
function sumOf(series: MetricSeries, from: number, to: number): number {
  return series.at.reduce(
    (sum, at, index) => (at >= from && at <= to ? sum + (series.values[index] ?? 0) : sum),
    0,
  );
}

function refusedOf(route: string | null, own: readonly MetricSeries[]): MetricSeries | undefined {
  return own.find((series) => series.meaning === 'refused-ratio' && routeOf(series) === route);
}

/** Mean refused share of a route between two instants, weighted by its requests; 0 where so few are refused that nothing counts them. */
function refusedShare(series: MetricSeries, own: readonly MetricSeries[], from: number, to: number): number {
  const ratio = refusedOf(routeOf(series), own);
  if (ratio === undefined) return 0;
  let refused = 0;
  let asked = 0;
  for (const [index, at] of ratio.at.entries()) {
    if (at < from || at > to) continue;
    const weight = ratio.weights?.[index] ?? 1;
    asked += weight;
    refused += weight * (ratio.values[index] ?? 0);
  }
  return asked === 0 ? 0 : refused / asked;
}

function isRefused(series: MetricSeries, own: readonly MetricSeries[], from: number, to: number): boolean {
  const isCounted = refusedOf(routeOf(series), own) !== undefined;
  return !isCounted || refusedShare(series, own, from, to) >= NEARLY_ALL;
}

function refusedMore(series: MetricSeries, own: readonly MetricSeries[], from: number, to: number): boolean {
  return refusedShare(series, own, from, to) > refusedShare(series, own, 0, from - 1) + 0.1;
}

/** The served routes keep their pace, together. */
function goesOn(usual: readonly MetricSeries[], from: number, to: number): boolean {
  const first = Math.min(...usual.flatMap((series) => series.at.slice(0, 1)));
  const before =
    usual.reduce((sum, series) => sum + sumOf(series, 0, from - 1), 0) / Math.max(1, from - first);
  const since = usual.reduce((sum, series) => sum + sumOf(series, from, to), 0) / Math.max(1, to - from);
  return usual.length > 0 && since >= GOES_ON * before;
}
