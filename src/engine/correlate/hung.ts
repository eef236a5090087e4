/** A service of ours that answers nobody in time and says nothing any more: it hangs, and no release of it came before. */
import { append } from '../../domain/append.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { epochMs, MINUTE, SECOND, toIso } from '../../domain/time.ts';
import { isStore } from '../_signals/stores.ts';
import { factor, lengthText } from './circumstance.ts';
import { coverage, type Draft, draft, sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { recentReleases } from './recent-releases.ts';
import { WEIGHT } from './weights.ts';

/** What callers meet where somebody takes their requests and does not answer them. */
const UNANSWERED: readonly SymptomClass[] = ['timeout', 'network'];
/** Who said something every few seconds and nothing for so long has stopped. */
const SILENT_MS = (3 * MINUTE) / 4;
const WERE_DUE = 20;
/** What was asked before the failure may be answered, and told, a moment after it. */
const LATE_MS = 10 * SECOND;

export function hungHypotheses(facts: Facts): readonly Draft[] {
  const waiting = new Map<ServiceName, FailingPattern[]>();
  for (const item of facts.failing) {
    const { peer } = item.symptom;
    if (peer === null || !UNANSWERED.includes(item.symptom.class) || isStore(peer)) continue;
    append(waiting, peer, item);
  }
  return [...waiting.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([service, items]) => about(service, items, facts) ?? []);
}

function about(service: ServiceName, items: readonly FailingPattern[], facts: Facts): Draft | null {
  const onset = Math.min(...items.map(({ symptom }) => symptom.onsetAt));
  const silence = silenceOf(service, onset, facts);
  // Where most do not even come through, nobody asks it: that is the way there.
  const come = items.reduce(
    (sum, { symptom, pattern }) => sum + (symptom.class === 'timeout' ? pattern.count : -pattern.count),
    0,
  );
  if (come <= 0) return null;
  // Whoever was released hangs by his release.
  if (silence === null || recentReleases(service, facts).length > 0) return null;
  const callers = [...new Set(items.flatMap(({ pattern }) => pattern.service ?? []))].sort();
  const factors = [
    factor(
      'callers-wait',
      WEIGHT.callersWait,
      `${callers.join(' and ')} wait for ${service} in vain: ${items[0]?.symptom.summary ?? ''}`,
      sampleRefs(items),
    ),
    factor('says-nothing', WEIGHT.saysNothing, silence),
    ...(callers.length > 1
      ? [factor('several-callers', WEIGHT.severalCallers, `${callers.length} services meet it alike`)]
      : []),
    ...coverage(items, facts),
  ];
  return draft(
    'resource',
    `resource:hung:${service}`,
    service,
    `${service} hangs: it answers nobody and says nothing`,
    factors,
  );
}

/** What its log tells: steady until then, and nothing since, while others write on. Null where it goes on, or said little before. */
function silenceOf(service: ServiceName, onset: number, { situation }: Facts): string | null {
  const own = situation.streams.filter((stream) => stream.service === service);
  const last = Math.max(...own.map(({ interval }) => interval.to));
  const end = Math.max(...situation.streams.map(({ interval }) => interval.to));
  const from = Math.min(...own.map(({ interval }) => interval.from));
  const records = own.reduce((sum, stream) => sum + stream.records, 0);
  const due = (records / Math.max(1, last - from)) * (end - last);
  const isSilent =
    own.length > 0 && Math.abs(last - onset) <= LATE_MS && end - last >= SILENT_MS && due >= WERE_DUE;
  return isSilent
    ? `${service} says nothing since ${toIso(epochMs(last))}, ${lengthText(end - last)} before the end, though ${Math.round(due)} records were due`
    : null;
}
