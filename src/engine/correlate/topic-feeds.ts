/** Who feeds whom through a topic, by the lines that both write: `published orders.placed 17` here, `processed orders.placed message 17` there. */

import type { EvidenceRef } from '../../domain/evidence.ts';
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf, type Situation } from '../../domain/situation.ts';
import type { Facts } from './facts.ts';

const NAME = '["\'`]?([a-z][a-z0-9]*(?:[._:-][a-z0-9]+)+)["\'`]?';
const GIVES = new RegExp(
  `\\b(?:publish(?:ed|es|ing)?|produced?|emitted|enqueued)\\b(?: (?:an?|the|event|events|message|messages|record|to|on|topic|queue))*[ :=]{1,3}${NAME}`,
  'i',
);
const TAKES = new RegExp(
  `\\b(?:handled|handling|processed|processing|consumed|consuming|subscribed to|listening (?:to|on))\\b(?: (?:an?|the|event|events|message|messages|record|from|on|topic|queue))*[ :=]{1,3}${NAME}`,
  'i',
);

interface Feed {
  readonly consumer: ServiceName;
  readonly topic: string;
  readonly evidence: readonly EvidenceRef[];
}

/** A silent service, or one that calls it, which handles what `producer` publishes; null where none does. */
export function feedsSilent(producer: ServiceName, facts: Facts): Feed | null {
  const { situation, detection } = facts;
  const silent = new Set(
    detection.symptoms.flatMap((symptom) =>
      symptom.class === 'silence' && symptom.service !== null ? [symptom.service] : [],
    ),
  );
  if (silent.size === 0) return null;
  const given = topicsOf(producer, GIVES, situation);
  if (given.size === 0) return null;
  const consumers = [...situation.services.keys()]
    .filter(
      (name) =>
        name !== producer &&
        (silent.has(name) ||
          [...dependenciesOf(situation.edges, name).keys()].some((callee) => silent.has(callee))),
    )
    .sort();
  for (const consumer of consumers)
    for (const [topic, taken] of topicsOf(consumer, TAKES, situation)) {
      const evidence = given.get(topic);
      if (evidence !== undefined) return { consumer, topic, evidence: [evidence, taken] };
    }
  return null;
}

function topicsOf(
  service: ServiceName,
  wording: RegExp,
  { patterns }: Situation,
): ReadonlyMap<string, EvidenceRef> {
  const found = new Map<string, EvidenceRef>();
  for (const pattern of patterns) {
    if (pattern.service !== service) continue;
    const [sample] = pattern.samples;
    const topic = sample === undefined ? undefined : wording.exec(sample.message)?.[1]?.toLowerCase();
    if (sample !== undefined && topic !== undefined && !found.has(topic)) found.set(topic, sample.evidence);
  }
  return found;
}
