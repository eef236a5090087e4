/** The evidence with one name for each service and one release for each rollout, for operations that look but do not triage. */
import type { Situation } from '../domain/situation.ts';
import type { Gathered } from './gather.ts';
import { buildSnapshot } from './snapshot.ts';

export async function situationOf({ asOf, asOfBasis, config, contribution }: Gathered): Promise<Situation> {
  const { normalise } = await import('../engine/normalise/normalise.ts');
  const request = {
    symptom: '',
    asOf,
    asOfBasis,
    service: null,
    since: null,
    until: null,
    answers: [],
    incidentId: '',
  };
  return normalise(buildSnapshot(request, config.context, contribution, []));
}
