/** From the parts of a snapshot to what is said of them, for tests of the correlation. */
import type { Snapshot } from '../../../domain/snapshot.ts';
import { snapshotOf } from '../../_testing/situations.ts';
import { detect } from '../../detect/detect.ts';
import { normalise } from '../../normalise/normalise.ts';
import { correlate } from '../correlate.ts';
import { type Facts, gatherFacts } from '../facts.ts';

export function verdictOf(parts: Partial<Snapshot>): ReturnType<typeof correlate>['verdict'] {
  const situation = normalise(snapshotOf(parts));
  return correlate(situation, detect(situation)).verdict;
}

export function factsOf(parts: Partial<Snapshot>): Facts {
  const situation = normalise(snapshotOf(parts));
  return gatherFacts(situation, detect(situation));
}
