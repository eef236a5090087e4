/** A store that became slow in itself, by the measured times of the calls to it: whoever asks waits, whatever he asks, and nobody asks more or otherwise than before. */
import { append } from '../../domain/append.ts';
import type { DiffFeatureKind } from '../../domain/code.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { TraceEdgeStats } from '../../domain/signal.ts';
import { GREW, grown, STAYED } from './beneath.ts';
import { factor } from './circumstance.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { recentReleases } from './recent-releases.ts';
import { DOUBLED, FELT_MS, MOST, riseOfCallers } from './slow-callee.ts';
import { WEIGHT } from './weights.ts';

/** Edits after which a store answers late though nothing is wrong with it. */
const ASKS_OTHERWISE: ReadonlySet<DiffFeatureKind> = new Set<DiffFeatureKind>([
  'query-changed',
  'query-widened',
  'query-narrowed',
  'index-removed',
  'constraint-added',
  'column-dropped',
  'column-renamed',
  'call-in-loop',
  'batch-removed',
  'cache-removed',
  'limit-removed',
  'transaction-changed',
  'lock-changed',
  'close-removed',
  'key-narrowed',
  'partition-changed',
]);
interface Call {
  readonly edge: TraceEdgeStats;
  readonly caller: ServiceName;
  readonly before: number;
  readonly after: number;
  readonly total: number;
  readonly times: number;
}

export function slowStoreHypotheses(facts: Facts): readonly Draft[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  const { situation } = facts;
  const byStore = new Map<ServiceName, Call[]>();
  for (const edge of situation.snapshot.traces) {
    const store = situation.resolve(edge.to);
    const time = grown(edge, onset);
    if (edge.from === null || time === null || situation.services.get(store)?.kind !== 'datastore') continue;
    const { before, after, total, calls: times } = time;
    const call = { edge, caller: situation.resolve(edge.from), before, after, total, times };
    append(byStore, store, call);
  }
  return [...byStore.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([store, calls]) => about(store, calls, facts) ?? []);
}

function about(store: ServiceName, calls: readonly Call[], facts: Facts): Draft | null {
  const slow = calls.filter(({ total, before, after }) => total >= DOUBLED && after - before >= FELT_MS);
  const [worst] = [...slow].sort((a, b) => b.after - b.before - (a.after - a.before));
  if (worst === undefined || calls.some(({ times }) => times > STAYED)) return null;
  if (calls.some(({ caller }) => mayAskOtherwise(caller, facts))) return null;
  const evidence = worst.edge.evidence.slice(0, 1);
  const ms = (value: number) => Math.round(value);
  const factors = [
    factor(
      'store-slow',
      WEIGHT.storeSlow,
      `${store} takes ${ms(worst.after)} ms instead of ${ms(worst.before)} ms for what ${worst.caller} asks, no more often than before`,
      evidence,
    ),
  ];
  const rise = riseOfCallers(worst.caller, facts);
  const lost = worst.after - worst.before;
  if (rise !== null && lost >= rise * MOST)
    factors.push(
      factor(
        'explains-the-time',
        WEIGHT.partExplains,
        `that is ${Math.min(100, Math.round((lost / rise) * 100))} % of what requests of ${worst.caller} take longer`,
        evidence,
      ),
    );
  const others = calls.filter((call) => call !== worst);
  const [other] = others;
  if (other !== undefined)
    factors.push(
      others.every(({ total }) => total >= GREW)
        ? factor(
            'all-asked-of-it',
            WEIGHT.allAskedOfIt,
            `whatever it is asked takes longer (${calls.length} kinds of calls)`,
            other.edge.evidence.slice(0, 1),
          )
        : factor(
            'others-asked-as-before',
            WEIGHT.othersAskedAsBefore,
            'other calls to it take as long as before: it may be what this one asks',
            (others.find(({ total }) => total < GREW) ?? other).edge.evidence.slice(0, 1),
          ),
    );
  return draft('dependency', `dependency:slow:${store}`, store, `${store} answers late`, factors);
}

/** Whether a recent release of the service touched what it asks of stores or how often, or whether that is not known. */
function mayAskOtherwise(service: ServiceName, facts: Facts): boolean {
  return recentReleases(service, facts).some((release) => {
    const diff = facts.diffOf(release);
    if (diff === null || facts.isPartial(release)) return true;
    return diff.files.some(
      ({ category, features }) =>
        category === 'migration' || features.some(({ kind }) => ASKS_OTHERWISE.has(kind)),
    );
  });
}
