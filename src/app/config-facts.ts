/** What a valid wicked-platform.yaml says, as domain values with the line that says it. */
import { createHash } from 'node:crypto';
import { DEFAULT_CONTEXT, type Journey, type TeamContext } from '../domain/context.ts';
import { type Evidence, type EvidenceRef, evidenceRef } from '../domain/evidence.ts';
import { canonicalServiceName, type DeployTarget, type ServiceFact } from '../domain/service.ts';
import { EMPTY_CONTRIBUTION } from '../domain/snapshot.ts';
import type { DependencyEdge } from '../domain/topology.ts';
import { type ConfigFile, PLATFORM_NAMES, type ServiceEntry } from './config-schema.ts';
import { compareText } from './order.ts';
import type { Source, TeamConfig } from './team-config.ts';

const SOURCE = 'wicked-platform.yaml';
const EXCERPT_LIMIT = 400;

/** Hands out one piece of evidence a line. */
class Citations {
  readonly byRef = new Map<EvidenceRef, Evidence>();
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  cite(keys: readonly (string | number)[]): EvidenceRef {
    const line = this.source.lineOf(keys);
    const ref = evidenceRef(SOURCE, `${this.source.path}:${line}`);
    const text = this.source.textOf(line);
    this.byRef.set(ref, {
      ref,
      kind: 'catalog-entry',
      source: SOURCE,
      locator: { kind: 'file-line', path: this.source.path, line, byteOffset: null },
      excerpt: text.slice(0, EXCERPT_LIMIT),
      sha256: createHash('sha256').update(text).digest('hex'),
      observedAt: null,
    });
    return ref;
  }
}

export function toConfig(file: ConfigFile, source: Source): TeamConfig {
  const citations = new Citations(source);
  const entries = Object.entries(file.services ?? {}).map(([name, entry]) => ({ name, entry: entry ?? {} }));
  const serviceFacts = entries.map(({ name, entry }) => serviceFact(name, entry, citations));
  const edges = entries.flatMap(({ name, entry }) => dependencies(name, entry, citations));
  const context = teamContext(file, citations);
  const services = serviceFacts.map((fact) => fact.name).sort(compareText);
  return {
    path: source.path,
    context,
    contribution: {
      ...EMPTY_CONTRIBUTION,
      serviceFacts,
      edges,
      evidence: [...citations.byRef.values()],
      coverage: [
        {
          source: SOURCE,
          what: 'declared services, business and policy',
          path: source.path,
          items: services.length,
          unit: 'services',
          rejected: 0,
          interval: null,
          services,
          notes: [],
        },
      ],
    },
    sources: file.sources ?? {},
    narrator: file.narrator ?? {},
    redact: file.policy?.redact ?? [],
    knownServices: services,
  };
}

function serviceFact(name: string, entry: ServiceEntry, citations: Citations): ServiceFact {
  const canonical = canonicalServiceName(name);
  const { slo, baseline } = entry;
  const isRoute = entry.path !== undefined && looksLikeRoute(entry.path);
  return {
    name: canonical,
    kind: entry.kind ?? 'service',
    aliases: [...new Set([...(canonical === name ? [] : [name]), ...(entry.aliases ?? [])])],
    criticality: entry.criticality ?? null,
    userFacing: entry.userFacing ?? null,
    journey: entry.journey ?? null,
    path: entry.path === undefined || isRoute ? null : entry.path.replaceAll(/^\.?\/+|\/+$/g, ''),
    routes: [...(isRoute && entry.path !== undefined ? [entry.path] : []), ...(entry.routes ?? [])],
    slo:
      slo === undefined
        ? null
        : { availabilityPercent: slo.availability ?? null, latencyP99Ms: slo.latencyP99Ms ?? null },
    baseline:
      baseline === undefined
        ? null
        : {
            errorRateRatio: baseline.errorRate ?? null,
            requestsPerMinute: baseline.requestsPerMinute ?? null,
          },
    deploy: deployTarget(canonical, entry),
    owner: entry.owner ?? null,
    language: entry.language ?? null,
    source: SOURCE,
    evidence: [citations.cite(['services', name])],
  };
}

/** `/events/{id}/seats`, `GET /x` and topics such as `orders.placed` are what a service answers to; anything else is a folder. */
function looksLikeRoute(path: string): boolean {
  return /^(?:[A-Z]+ )?\//.test(path) || path.includes('{') || /^[\w-]+(?:\.[\w-]+)+$/.test(path);
}

function deployTarget(service: string, { deploy }: ServiceEntry): DeployTarget | null {
  if (deploy === undefined) return null;
  return {
    platform: PLATFORM_NAMES[deploy.platform] ?? 'unknown',
    namespace: deploy.namespace ?? null,
    context: deploy.context ?? null,
    name: deploy.name ?? service,
  };
}

function dependencies(name: string, entry: ServiceEntry, citations: Citations): readonly DependencyEdge[] {
  return (entry.dependsOn ?? []).map((other, index) => ({
    from: canonicalServiceName(name),
    to: canonicalServiceName(other),
    source: 'catalog',
    evidence: [citations.cite(['services', name, 'dependsOn', index])],
  }));
}

/** Every value that stands in the file is cited under its dotted key. */
function teamContext(file: ConfigFile, citations: Citations): TeamContext {
  const evidence: Record<string, EvidenceRef> = {};
  citeLeaves({ business: file.business, policy: file.policy }, [], evidence, citations);
  const { rollback, severity } = DEFAULT_CONTEXT.policy;
  return {
    activeUsers: file.business?.activeUsers ?? null,
    currency: file.business?.currency ?? null,
    journeys: Object.entries(file.business?.journeys ?? {}).map(
      ([name, journey]): Journey => ({
        name,
        services: (journey?.services ?? []).map(canonicalServiceName),
        attemptsPerHour: journey?.attemptsPerHour ?? null,
        averageOrderValue: journey?.averageOrderValue ?? null,
      }),
    ),
    policy: {
      rollback: {
        errorRateMultiple: file.policy?.rollback?.errorRateMultiple ?? rollback.errorRateMultiple,
        revenuePerHour: file.policy?.rollback?.revenuePerHour ?? rollback.revenuePerHour,
      },
      severity: {
        sev1FailureRatio: file.policy?.severity?.sev1FailureRatio ?? severity.sev1FailureRatio,
        sev2FailureRatio: file.policy?.severity?.sev2FailureRatio ?? severity.sev2FailureRatio,
        ifUnknown: file.policy?.severity?.ifUnknown ?? severity.ifUnknown,
      },
    },
    evidence,
  };
}

function citeLeaves(
  value: unknown,
  keys: readonly string[],
  evidence: Record<string, EvidenceRef>,
  citations: Citations,
): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, part] of Object.entries(value)) citeLeaves(part, [...keys, key], evidence, citations);
    return;
  }
  evidence[keys.join('.')] = citations.cite(keys);
}
