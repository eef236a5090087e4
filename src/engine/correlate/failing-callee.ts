/** A system outside our code fails the calls to it, as spans measure them: its callers' logs need not say so, nor be there. */
import type { TraceEdgeStats } from '../../domain/signal.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { type Draft, providerDraft } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Fewer are chance. */
const MIN_ERRORS = 8;
/** Share of the calls that fail, and by how much it must have grown: a provider is never without errors. */
const MIN_SHARE = 0.1;
const GREW = 5;
/** Share of what its callers fail to answer, from which on it is most of it, or much. */
const MOST = 0.8;
const MUCH = 0.4;
/** What it calls our fault may be ours, and who stops waiting may wait too short a time: neither says that it is unwell. */
const MAY_BE_OURS =
  /\b(?:http |status(?: code)?:? ?)?4\d\d\b|time[d ]?-?out|deadline|cancel|abort|socket hang up/i;
const SAYS_SO = /\b(?:http |status(?: code)?:? ?)?5\d\d\b|unavailable/i;

interface Counts {
  readonly calls: number;
  readonly errors: number;
}

function countsOf(edges: readonly TraceEdgeStats[], from: EpochMs, to: EpochMs): Counts {
  const buckets = edges.flatMap((edge) => edge.buckets).filter(({ at }) => at >= from && at <= to);
  return {
    calls: buckets.reduce((sum, { calls }) => sum + calls, 0),
    errors: buckets.reduce((sum, { errors }) => sum + errors, 0),
  };
}

export function failingCalleeHypotheses(facts: Facts): readonly Draft[] {
  const { onsetAt, endedAt } = facts.detection;
  const { traces } = facts.situation.snapshot;
  const resolve = facts.situation.resolve;
  const outside = [...new Set(traces.map(({ to }) => resolve(to)))].filter(
    (name) => facts.situation.services.get(name)?.kind === 'external',
  );
  if (onsetAt === null) return [];
  const span = { from: epochMs(onsetAt - MINUTE), to: endedAt ?? epochMs(Number.MAX_SAFE_INTEGER) };
  return outside.sort().flatMap((callee) => about(callee, span, facts) ?? []);
}

function about(callee: string, { from, to }: { from: EpochMs; to: EpochMs }, facts: Facts): Draft | null {
  const resolve = facts.situation.resolve;
  const { traces } = facts.situation.snapshot;
  const edges = traces.filter((edge) => resolve(edge.to) === callee && edge.from !== null);
  const callers = [...new Set(edges.map((edge) => resolve(edge.from ?? '')))].filter((name) =>
    facts.failingServices.includes(name),
  );
  const [now, past] = [countsOf(edges, from, to), countsOf(edges, epochMs(0), epochMs(from - 1))];
  const share = now.errors / Math.max(1, now.calls);
  const before = past.errors / Math.max(1, past.calls);
  if (callers.length === 0 || now.errors < MIN_ERRORS || share < MIN_SHARE || share < before * GREW)
    return null;
  const samples = edges
    .flatMap(({ errorSamples }) => errorSamples)
    .filter(({ at }) => at >= from && at <= to);
  if (samples.length > 0 && samples.every(({ message }) => MAY_BE_OURS.test(message))) return null;
  const evidence = samples.slice(0, 2).map((sample) => sample.evidence);
  const factors = [
    factor(
      'calls-fail',
      WEIGHT.namesProvider,
      `${now.errors} of ${now.calls} calls to ${callee}, which is outside this code base, fail (${percent(share)}); before ${past.calls === 0 ? 'none was seen' : percent(before)}`,
      evidence,
    ),
  ];
  const served = traces.filter((edge) => callers.includes(resolve(edge.to)));
  const missed = countsOf(served, from, to).errors;
  const explains = now.errors / Math.max(1, missed);
  if (missed > 0 && explains >= MUCH)
    factors.push(
      factor(
        'explains-callers',
        explains >= MOST ? WEIGHT.mostNameIt : WEIGHT.manyNameIt,
        `that is as many as ${percent(Math.min(1, explains))} of the requests that ${callers.join(', ')} failed to serve`,
      ),
    );
  if (samples.some(({ message }) => SAYS_SO.test(message)))
    factors.push(
      factor(
        'provider-says-so',
        WEIGHT.providerSaysSo,
        `${callee} itself answers with server errors`,
        evidence.slice(0, 1),
      ),
    );
  return providerDraft(callee, factors);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
