/** What a service measures of somebody whom it waits for, by a metric that is called after him: it takes longer, and requests do by as much. */
import type { ServiceName } from '../../domain/service.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { showValue } from '../_measure/show-value.ts';
import { factor } from './circumstance.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { riseOfCallers } from './slow-callee.ts';
import { WEIGHT } from './weights.ts';

/** From this share on, what requests lose is what the part takes longer. */
const MOST = 0.5;
/** Words of a name that say what is measured and how, not of whom. */
const OF_NOBODY =
  /^(https?|grpc|rpc|graphql|server|client|web|api|app|application|service|requests?|responses?|calls?|handlers?|routes?|endpoints?|controllers?|methods?|functions?|operations?|spans?|transactions?|jobs?|tasks?|batch(es)?|queues?|messages?|consumers?|producers?|processing|process|db|database|sql|query|queries|statements?|pools?|connections?|cache|gc|event|loop|eventloop|lag|duration|durations|latency|latencies|elapsed|time|times|took|seconds?|secs?|ms|millis|milliseconds|us|microseconds|ns|nanoseconds|minutes?|bucket|histogram|summary|total|sum|count|avg|mean|max|min|median|p\d+|quantile|percentile|the|of|in|to|by|for|nodejs|node|jvm|go|python|process|system|internal|external|outbound|upstream|downstream|traces?|logs?|measured|observed|health|ready|live|ping|page|ktor|express|fastify|koa|flask|django|fastapi|rails|puma|gin|echo|spring|tomcat|jetty|netty|kestrel|aspnetcore|nginx|envoy|istio|traefik|haproxy)$/;

interface Part {
  readonly symptom: Symptom;
  readonly series: MetricSeries;
  readonly name: string;
}

/** The one word that is left of a metric's name; null where none or several are. */
function partyOf({ name, service }: MetricSeries): string | null {
  const own = new Set((service ?? '').split('-'));
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && !OF_NOBODY.test(word) && !own.has(word));
  return new Set(words).size === 1 ? (words[0] ?? null) : null;
}

/** Whether anything beside the metric's name speaks of him: a party outside that is known, or what the service logs of him. */
function isSpokenOf(name: string, service: ServiceName, facts: Facts): boolean {
  const { services, patterns } = facts.situation;
  const isKnown = [...services.values()].some(
    (node) => node.kind === 'external' && node.name.split('-').includes(name),
  );
  const asked = new RegExp(`\\b(by|to|from|at|with|via|for) (the |our )?${name}\\b`, 'i');
  const timed = new RegExp(`^${name}[_.]?(ms|millis|duration|latency|seconds|took|elapsed)`, 'i');
  return (
    isKnown ||
    patterns.some(
      (pattern) =>
        pattern.service === service &&
        (asked.test(pattern.template) || Object.keys(pattern.attributes).some((key) => timed.test(key))),
    )
  );
}

export function slowPartHypotheses(facts: Facts): readonly Draft[] {
  const series = new Map(facts.situation.series.map((item) => [item.id, item]));
  const parts = facts.detection.symptoms.flatMap((symptom): Part[] => {
    if (symptom.class !== 'latency' || symptom.service === null) return [];
    return symptom.signalIds.flatMap((id) => {
      const measured = series.get(id);
      const name = measured === undefined || measured.source === 'log-file' ? null : partyOf(measured);
      const isOurs =
        name !== null && facts.situation.services.get(facts.situation.resolve(name))?.kind === 'service';
      return measured === undefined ||
        name === null ||
        isOurs ||
        !isSpokenOf(name, symptom.service ?? '', facts)
        ? []
        : [{ symptom, series: measured, name }];
    });
  });
  const names = [...new Set(parts.map(({ name }) => name))].sort();
  return names.flatMap(
    (name) =>
      about(
        parts.filter((part) => part.name === name),
        facts,
      ) ?? [],
  );
}

function about(parts: readonly Part[], facts: Facts): Draft | null {
  const [part] = [...parts].sort((a, b) => riseOf(b) - riseOf(a) || (a.series.id < b.series.id ? -1 : 1));
  const service: ServiceName | null = part?.symptom.service ?? null;
  if (part === undefined || service === null) return null;
  const { symptom, series, name } = part;
  const show = (value: number) => showValue(value, series.unit);
  const factors = [
    factor(
      'part-slow',
      WEIGHT.partSlow,
      `${series.name} of ${service} went from ${show(symptom.baseline.value ?? 0)} to ${show(symptom.level ?? 0)}`,
      symptom.evidence.slice(0, 1),
    ),
  ];
  const rise = riseOfCallers(service, facts);
  if (rise !== null && riseOf(part) >= rise * MOST)
    factors.push(
      factor(
        'explains-the-time',
        WEIGHT.partExplains,
        `that is what requests of ${service} take longer`,
        symptom.evidence.slice(0, 1),
      ),
    );
  return draft(
    'dependency',
    `dependency:${name}`,
    name,
    `${name}, which ${service} waits for, answers late`,
    factors,
  );
}

function riseOf({ symptom }: Part): number {
  return (symptom.level ?? 0) - (symptom.baseline.value ?? 0);
}
