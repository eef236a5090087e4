/** Whether the service that people complain about is one that the evidence knows. It changes nothing about the triage. */
import type { Gap } from '../domain/gap.ts';
import type { Situation } from '../domain/situation.ts';
import { nearest } from './nearest.ts';

const MAX_NAMED = 8;

/** The gap for a name that no evidence speaks of; null for a known one under any of its names. */
export function unknownService(
  asked: string,
  { services, resolve }: Pick<Situation, 'services' | 'resolve'>,
): Gap | null {
  if (services.has(resolve(asked))) return null;
  const known = [...services.values()].filter(({ kind }) => kind === 'service').map(({ name }) => name);
  const near = nearest(asked, known);
  const listed = `${known.slice(0, MAX_NAMED).join(', ')}${known.length > MAX_NAMED ? ' …' : ''}`;
  const choose = known.length === 0 ? 'Add its logs or metrics.' : `Known services are ${listed}.`;
  return {
    source: 'services',
    reason: 'absent',
    detail: `No evidence speaks of a service ${JSON.stringify(asked)}.`,
    effect: 'What fails is looked for in all services.',
    nextStep: near === null ? choose : `Did you mean ${near}?`,
  };
}
