/** How many users, customers or tenants had failing requests: counted where counters, logs or traces carry their ids. */
import type { Quantity } from '../../domain/quantity.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { FailingIdentities } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Interval } from '../../domain/time.ts';
import { sharesByLabel } from '../_measure/parts.ts';
import { dimensionOf } from './partial.ts';

const KINDS = ['user', 'customer', 'tenant'] as const;
type Kind = (typeof KINDS)[number];

/** Null where no failing request names anybody. Counters beat logs, logs beat traces, which may be sampled; people beat organisations. */
export function peopleHit(
  services: readonly ServiceName[],
  window: Interval,
  before: Interval,
  situation: Situation,
): Quantity | null {
  for (const kind of KINDS) {
    const counted =
      fromCounters(kind, services, window, before, situation) ??
      fromLogs(kind, services, window, before, situation) ??
      fromTraces(kind, services, window, situation);
    if (counted !== null) return counted;
  }
  return null;
}

function fromCounters(
  kind: Kind,
  services: readonly ServiceName[],
  window: Interval,
  before: Interval,
  situation: Situation,
): Quantity | null {
  for (const service of services)
    for (const [label, shares] of sharesByLabel(service, window, before, situation)) {
      const hit = shares.filter(({ now }) => now.errors >= 1);
      if (dimensionOf(label) !== kind || hit.length === 0) continue;
      return {
        value: hit.length,
        unit: `${kind}s`,
        basis: 'measured',
        formula: `values of ${label} with failing requests of ${service}: ${hit.length} of ${shares.length}`,
        evidence: [...new Set(hit.flatMap(({ evidence }) => evidence.slice(0, 1)))].slice(0, 3),
      };
    }
  return null;
}

/** A failure that named people as often before has nothing to do with the incident. */
const RISE = 3;

function fromLogs(
  kind: Kind,
  services: readonly ServiceName[],
  window: Interval,
  before: Interval,
  situation: Situation,
): Quantity | null {
  const ids = new Set<number>();
  const evidence = new Set<Quantity['evidence'][number]>();
  let capped = false;
  for (const pattern of situation.snapshot.patterns) {
    if (pattern.service === null || !services.includes(situation.resolve(pattern.service))) continue;
    for (const identities of pattern.failing.filter((each) => each.kind === kind)) {
      const found = idsIn(identities, window);
      const usual = (idsIn(identities, before).length * lengthOf(window)) / Math.max(1, lengthOf(before));
      if (found.length < RISE * usual) continue;
      for (const hash of found) ids.add(hash);
      capped ||= identities.capped;
      if (found.length > 0) for (const sample of pattern.samples.slice(-1)) evidence.add(sample.evidence);
    }
  }
  if (ids.size === 0) return null;
  return {
    value: ids.size,
    unit: `${kind}s`,
    basis: 'measured',
    formula: `distinct ${kind} ids in log records of failures${capped ? ', of which not all were kept' : ''}; records that name nobody are not in it`,
    low: ids.size,
    evidence: [...evidence].slice(0, 3),
  };
}

function fromTraces(
  kind: Kind,
  services: readonly ServiceName[],
  window: Interval,
  situation: Situation,
): Quantity | null {
  const ids = new Set<number>();
  const evidence = new Set<Quantity['evidence'][number]>();
  let capped = false;
  for (const trace of situation.snapshot.traces) {
    if (!services.includes(situation.resolve(trace.to))) continue;
    for (const identities of trace.failing.filter((each) => each.kind === kind)) {
      for (const hash of idsIn(identities, window)) ids.add(hash);
      capped ||= identities.capped;
      for (const { evidence: cited } of trace.errorSamples.slice(0, 1)) evidence.add(cited);
    }
  }
  return ids.size === 0
    ? null
    : {
        value: ids.size,
        unit: `${kind}s`,
        basis: 'measured',
        formula: `distinct ${kind} ids in failing spans${capped ? ', of which not all were kept' : ''}; sampled traces show fewer than there are`,
        low: ids.size,
        evidence: [...evidence].slice(0, 3),
      };
}

function lengthOf({ from, to }: Interval): number {
  return to - from;
}

function idsIn({ hashes, at }: FailingIdentities, window: Interval): readonly number[] {
  return hashes.filter((_, index) => {
    const when = at[index];
    return when !== undefined && when >= window.from && when <= window.to;
  });
}
