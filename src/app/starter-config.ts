/** Writes a wicked-platform.yaml from what was discovered: what is known as settings, what only people know as comments. It reads nothing. */
import type { TeamContext } from '../domain/context.ts';
import type { DeployTarget, ServiceFact, ServiceName } from '../domain/service.ts';
import type { ServiceNode, Situation } from '../domain/situation.ts';
import { compareText } from './order.ts';
import { stripControls } from './sanitise.ts';
import type { TeamConfig } from './team-config.ts';

/** A file that people fill in by hand; whoever has more services writes a catalog. */
const MAX_SERVICES = 200;

const HEADER = `# What wicked-platform cannot find out by itself. All of it is optional.
# The settings below were discovered: check them. The comments are suggestions: remove the # and fill them in.
# An unknown key is an error that names the nearest known one.
`;

/** Valid by the schema of config-schema.ts, whatever the names are. Settings of `config`, the file that was there, are kept. */
export function starterConfig(situation: Situation, config: TeamConfig): string {
  const nodes = chosenNodes(situation);
  const declared = new Map(config.contribution.serviceFacts.map((fact) => [fact.name, fact]));
  const services = nodes.flatMap((node) =>
    serviceLines(node, situation, declared.get(node.name) ?? null, suggestionsFor(node)),
  );
  const lines = [
    'services:',
    ...(services.length > 0 ? services : EXAMPLE_SERVICE),
    '',
    ...businessLines(config.context, nodes),
    '',
    ...policyLines(config),
    '',
    ...sourceLines(config.sources),
    ...narratorLines(config),
  ];
  return `${HEADER}\n${lines.join('\n')}\n`;
}

const EXAMPLE_SERVICE = [
  '  # checkout-api:',
  '  #   criticality: critical',
  '  #   userFacing: true',
  '  #   path: services/checkout-api',
  '  #   dependsOn: [payment-service]',
];

/** Services, and what they depend on outside; libraries and unused outsiders are left to discovery. */
function chosenNodes({ services, edges }: Situation): readonly ServiceNode[] {
  const needed = new Set(edges.map(({ to }) => to));
  const chosen = new Map<string, ServiceNode>();
  for (const node of [...services.values()].sort((a, b) => compareText(a.name, b.name))) {
    const key = clean(node.name);
    const belongs = node.kind === 'service' || (node.kind !== 'library' && needed.has(node.name));
    if (belongs && key !== '' && !chosen.has(key)) chosen.set(key, node);
  }
  return [...chosen.values()].slice(0, MAX_SERVICES);
}

function suggestionsFor({
  kind,
  criticality,
  userFacing,
  journey,
  slo,
  baseline,
}: ServiceNode): readonly string[] {
  if (kind !== 'service') return [];
  return [
    criticality === null ? 'criticality: high  # critical, high, medium or low' : '',
    userFacing === null ? 'userFacing: true' : '',
    journey === null ? 'journey: checkout  # what users do with it' : '',
    slo === null ? 'slo: { availability: 99.9, latencyP99Ms: 1200 }' : '',
    baseline === null ? 'baseline: { errorRate: 0.01, requestsPerMinute: 100 }' : '',
  ].filter((line) => line !== '');
}

function serviceLines(
  node: ServiceNode,
  situation: Situation,
  declared: ServiceFact | null,
  suggestions: readonly string[],
): readonly string[] {
  const { name, kind, criticality, userFacing, journey, slo, baseline, routes } = node;
  const settings = [
    setting('kind', kind === 'service' ? null : kind),
    setting('criticality', criticality),
    setting('userFacing', userFacing),
    setting('journey', journey),
    setting('path', pathOf(node, situation)),
    setting('routes', listOrNull(declared?.routes ?? (kind === 'service' ? routes : []))),
    dependencySetting(name, situation),
    setting('aliases', listOrNull(declared?.aliases ?? [])),
    setting('owner', declared?.owner ?? null),
    setting('language', declared?.language ?? null),
    setting('slo', slo && { availability: slo.availabilityPercent, latencyP99Ms: slo.latencyP99Ms }),
    setting(
      'baseline',
      baseline && { errorRate: baseline.errorRateRatio, requestsPerMinute: baseline.requestsPerMinute },
    ),
    setting('deploy', deploySetting(targetOf(node, situation))),
  ].filter((line) => line !== null);
  return [
    `  ${scalar(name)}:`,
    ...settings.map((line) => `    ${line}`),
    ...suggestions.map((line) => `    # ${line}`),
  ];
}

function setting(key: string, value: unknown): string | null {
  return isAbsent(value) ? null : `${key}: ${flow(value)}`;
}

function listOrNull(items: readonly string[]): readonly string[] | null {
  const texts = [...new Set(items.map(clean))].filter((item) => item !== '');
  return texts.length === 0 ? null : texts;
}

/** What somebody declared or the code proves, else the folder of its name that holds most files. */
function pathOf(node: ServiceNode, { folders, snapshot }: Situation): string | null {
  if (node.kind !== 'service') return null;
  const files = snapshot.repositories.flatMap((repository) => repository.files);
  const size = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`)).length;
  const named = (folders.get(node.name) ?? []).filter((folder) => folder.split('/').at(-1) === node.name);
  const largest = [...named].sort((a, b) => size(b) - size(a) || compareText(a, b))[0];
  const path = clean(node.paths[0] ?? largest ?? '');
  // A dot would make a lone name look like a topic.
  return path === '' || path === '.' ? null : `${path.includes('.') ? './' : ''}${path}`;
}

function dependencySetting(name: ServiceName, { edges, services }: Situation): string | null {
  const own = edges.filter(({ from, to }) => from === name && services.get(to)?.kind !== 'library');
  const targets = listOrNull(own.map(({ to }) => to).sort(compareText));
  if (targets === null) return null;
  const sources = [...new Set(own.map(({ source }) => source))].sort(compareText);
  return `dependsOn: ${flow(targets)}  # from ${sources.join(', ')}`;
}

/** As the catalog or the manifests say, else as the latest deployment did. */
function targetOf(node: ServiceNode, { releases }: Situation): DeployTarget | null {
  return (
    node.deploy ??
    releases.findLast(({ service, target }) => service === node.name && target !== null)?.target ??
    null
  );
}

function deploySetting(target: DeployTarget | null): unknown {
  if (target === null || target.platform === 'unknown') return null;
  const { platform, namespace, context, name } = target;
  return { platform, namespace, context, name };
}

function businessLines(
  { activeUsers, currency, journeys }: TeamContext,
  nodes: readonly ServiceNode[],
): readonly string[] {
  const example = nodes.find(({ kind }) => kind === 'service')?.name ?? 'checkout-api';
  const known = journeys.map(({ name, services, attemptsPerHour, averageOrderValue }) => {
    const journey = { services: listOrNull(services), attemptsPerHour, averageOrderValue };
    return `    ${scalar(name)}: ${flow(journey)}`;
  });
  return [
    '# With these, users and revenue at stake are computed instead of unknown.',
    'business:',
    activeUsers === null ? '  # activeUsers: 16000' : `  activeUsers: ${activeUsers}`,
    currency === null ? '  # currency: USD' : `  currency: ${currency}`,
    ...(known.length > 0
      ? ['  journeys:', ...known]
      : [
          '  # journeys:',
          `  #   checkout: { services: [${scalar(example)}], attemptsPerHour: 9420, averageOrderValue: 22.5 }`,
        ]),
  ];
}

/** A value that the team wrote stands as a setting, a default as a comment. */
function policyLines({ context, redact }: TeamConfig): readonly string[] {
  const { rollback, severity } = context.policy;
  const mark = (key: string) => (context.evidence[`policy.${key}`] === undefined ? '# ' : '');
  const isSet = (key: string) => mark(key) === '';
  const section = (name: string, keys: readonly string[]) => `  ${keys.some(isSet) ? '' : '# '}${name}:`;
  return [
    '# When to roll back, how severe a failure is, and what must never be printed.',
    'policy:',
    section('rollback', ['rollback.errorRateMultiple', 'rollback.revenuePerHour']),
    `  ${mark('rollback.errorRateMultiple')}  errorRateMultiple: ${rollback.errorRateMultiple}`,
    `  ${mark('rollback.revenuePerHour')}  revenuePerHour: ${rollback.revenuePerHour ?? 50_000}`,
    section('severity', ['severity.sev1FailureRatio', 'severity.sev2FailureRatio', 'severity.ifUnknown']),
    `  ${mark('severity.sev1FailureRatio')}  sev1FailureRatio: ${severity.sev1FailureRatio}`,
    `  ${mark('severity.sev2FailureRatio')}  sev2FailureRatio: ${severity.sev2FailureRatio}`,
    `  ${mark('severity.ifUnknown')}  ifUnknown: ${severity.ifUnknown}`,
    redact.length > 0 ? `  redact: ${JSON.stringify(redact)}` : "  # redact: ['CUST-[0-9]+']",
  ];
}

function sourceLines(sources: Readonly<Record<string, unknown>>): readonly string[] {
  const known = Object.entries(sources).map(([id, section]) => `  ${scalar(id)}: ${flow(section)}`);
  return [
    '# Servers to ask besides the files; tokens come from the environment only.',
    'sources:',
    ...(known.length > 0
      ? known
      : [
          '  # prometheus: { url: "https://prometheus.example.com" }',
          '  # kubernetes: { namespace: shop }  # through kubectl proxy, or with a url and KUBERNETES_TOKEN',
          '  # argo-cd: { url: "https://argocd.example.com" }',
          '  # github: { repository: acme/shop }',
        ]),
  ];
}

/** A value on one line; absent and empty parts are left out. */
function flow(value: unknown): string {
  if (typeof value === 'string') return scalar(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).filter(([, part]) => !isAbsent(part));
    const inside = parts.map(([key, part]) => `${scalar(key)}: ${flow(part)}`).join(', ');
    return inside === '' ? '{}' : `{ ${inside} }`;
  }
  return JSON.stringify(value) ?? 'null';
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && clean(value) === '');
}

/** Words that YAML 1.1 or 1.2 takes for something else than text. */
const RESERVED = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** As it is where YAML would read the same text, else quoted as in JSON, which YAML can read. */
function scalar(text: string): string {
  const plain = clean(text);
  return /^[A-Za-z][\w./-]*$/.test(plain) && !RESERVED.test(plain) ? plain : JSON.stringify(plain);
}

/** On one line, without what a terminal or a parser could stumble over. */
function clean(text: string): string {
  return stripControls(text)
    .replaceAll(/[\r\n\u2028\u2029\ud800-\udfff]+/gu, ' ')
    .trim();
}

/** Optional, so only where there was one. */
function narratorLines({ narrator }: TeamConfig): readonly string[] {
  return Object.keys(narrator).length === 0 ? [] : ['', `narrator: ${flow(narrator)}`];
}
