/** A statement about a service with everything unknown that a source does not say. */
import type { ServiceFact } from '../../domain/service.ts';

type Said = Pick<ServiceFact, 'name' | 'kind' | 'source' | 'evidence'>;

export function serviceFact(said: Said & Partial<ServiceFact>): ServiceFact {
  return {
    aliases: [],
    criticality: null,
    userFacing: null,
    journey: null,
    path: null,
    routes: [],
    slo: null,
    baseline: null,
    deploy: null,
    owner: null,
    language: null,
    ...said,
  };
}
