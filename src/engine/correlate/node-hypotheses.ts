/** A node of the platform that went out of service with instances of what fails on it: by what the platform says of node and instances. */
import { factor } from './circumstance.ts';
import { clueText, failedNodes } from './clues.ts';
import { type Draft, draft, spokenOf } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Drained or back again: neither takes instances away unasked. */
const GONE = /not.?ready|unreachable|rebooted|\bunknown\b|lost|down/i;

export function nodeHypotheses(facts: Facts): readonly Draft[] {
  const { onsetAt } = facts.detection;
  const { snapshot, resolve } = facts.situation;
  const node = failedNodes(facts).findLast(
    ({ service, text }) => service === null && GONE.test(text) && /^node\b/i.test(text),
  );
  if (onsetAt === null || node === undefined) return [];
  const carried = snapshot.platformFacts.filter(
    (fact) =>
      fact.kind === 'node-condition' &&
      fact.pod !== null &&
      fact.service !== null &&
      facts.failingServices.includes(resolve(fact.service)),
  );
  const [first] = carried;
  if (first === undefined) return [];
  const services = [
    ...new Set(carried.flatMap(({ service }) => (service === null ? [] : [resolve(service)]))),
  ];
  const service = spokenOf(services.sort(), facts);
  const factors = [
    factor('node-failed', WEIGHT.nodeFailed, clueText(node, onsetAt), node.evidence),
    factor(
      'node-carried-it',
      WEIGHT.nodeCarriedIt,
      `${services.join(' and ')} ran there: ${first.summary}`,
      first.evidence.slice(0, 1),
    ),
  ];
  return [
    draft(
      'resource',
      `resource:node:${service ?? ''}`,
      service,
      `a node that carries ${service ?? 'the service'} went out of service`,
      factors,
    ),
  ];
}
