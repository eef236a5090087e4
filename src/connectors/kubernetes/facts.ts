/** A platform fact while it is read: what it says, and the part of which object says it. */
import type { PlatformFact } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';
import { append, type KubeObject } from './objects.ts';

export interface DraftFact extends Omit<PlatformFact, 'id' | 'evidence'> {
  readonly object: KubeObject;
  /** Keys down to the part that says it. */
  readonly keys: readonly (string | number)[];
}

/** What both the pod's status and an event report within this time is one occurrence: the kubelet writes them seconds apart. */
const SAME_OCCURRENCE_MS = 60_000;

/** Facts of pods that no event of the same kind and pod reports too, and all facts of events. */
export function withoutEchoes(
  ofPods: readonly DraftFact[],
  ofEvents: readonly DraftFact[],
): readonly DraftFact[] {
  const times = new Map<string, EpochMs[]>();
  for (const { kind, pod, at } of ofEvents) {
    if (pod === null || at === null) continue;
    append(times, `${kind}/${pod}`, at);
  }
  const isEcho = ({ kind, pod, at }: DraftFact) =>
    at !== null &&
    (times.get(`${kind}/${pod ?? ''}`) ?? []).some((other) => Math.abs(other - at) <= SAME_OCCURRENCE_MS);
  return [...ofPods.filter((fact) => !isEcho(fact)), ...ofEvents];
}
