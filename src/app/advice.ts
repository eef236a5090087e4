/** What the evidence lacks, most helpful first: each lack with what a triage cannot tell without it and one step that ends it. */
import type { Gap } from '../domain/gap.ts';
import type { ServiceName } from '../domain/service.ts';
import type { Situation } from '../domain/situation.ts';
import { elapsed, MINUTE } from '../domain/time.ts';
import { compareText } from './order.ts';

export interface Lack {
  /** Stable name of what is missing: `logs`, `deployments`, `code` … or the id of a source that failed. */
  readonly what: string;
  readonly why: string;
  readonly nextStep: string;
}

/** Below this no normal state can be told from an incident: baselines are counted in buckets of minutes, and ten of them are few. */
const SHORT_TELEMETRY_MS = 30 * MINUTE;
const MAX_NAMED = 3;

type Rule = (situation: Situation) => readonly Lack[];

/** In the order of what helps a triage most: what fails, what changed, what it hangs together with, whom it hurts. */
const RULES: readonly Rule[] = [
  noSignals,
  failedSources,
  noDeployments,
  noCode,
  untiedReleases,
  noLogs,
  shortTelemetry,
  silentDependencies,
  noMetrics,
  noDependencies,
  noContext,
  noAlerts,
  noFlags,
  noTraces,
];

export function findLacks(situation: Situation): readonly Lack[] {
  return RULES.flatMap((rule) => rule(situation));
}

function when(lacks: boolean, what: string, why: string, nextStep: string): readonly Lack[] {
  return lacks ? [{ what, why, nextStep }] : [];
}

function named(services: readonly ServiceName[]): string {
  const rest = services.length - MAX_NAMED;
  return `${services.slice(0, MAX_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function hasMetrics({ series }: Situation): boolean {
  return series.some(({ source }) => source !== 'log-file');
}

function noSignals({ streams, series, snapshot }: Situation): readonly Lack[] {
  const none =
    streams.length + series.length + snapshot.traces.length + snapshot.alerts.length === 0 &&
    snapshot.platformFacts.length === 0;
  return when(
    none,
    'logs',
    'Nothing shows what fails, or since when.',
    'Put logs into the directory or name them with --logs: kubectl logs deploy/NAME --since=2h > NAME.log',
  );
}

/** A source that is there and could not be read is nearer than one that has to be set up. */
function failedSources({ snapshot }: Situation): readonly Lack[] {
  const failed = (gap: Gap) => gap.reason === 'failed' || gap.reason === 'timed-out';
  return snapshot.gaps.flatMap((gap) =>
    failed(gap) && gap.nextStep !== null
      ? [{ what: gap.source, why: gap.detail, nextStep: gap.nextStep }]
      : [],
  );
}

function noDeployments({ releases }: Situation): readonly Lack[] {
  return when(
    releases.length === 0,
    'deployments',
    'Git says what was merged, not what ran: without deployments a change can hardly be accused or cleared.',
    'Add one of: kubectl get deploy,rs -o json > deployments.json; helm history NAME -o json > NAME.history.json; a deployments.csv with service,version,commit,startedAt.',
  );
}

function noCode({ snapshot, commits }: Situation): readonly Lack[] {
  if (commits.length === 0) {
    return when(
      true,
      'code',
      'Without the git history no change can be tied to the lines that fail.',
      'Run it inside the clone, or name the clone with --repo DIR.',
    );
  }
  const shallow = snapshot.repositories.filter((repository) => repository.shallow);
  return shallow.map(({ repo }) => ({
    what: 'code',
    why: `${repo} is a shallow clone: what earlier releases brought cannot be told.`,
    nextStep: `git -C ${repo} fetch --unshallow --tags`,
  }));
}

function untiedReleases({ releases, commits }: Situation): readonly Lack[] {
  const untied = releases.filter(
    ({ commitBasis, commits: brought }) =>
      commitBasis !== 'given' &&
      commitBasis !== 'tag' &&
      commitBasis !== 'version-text' &&
      brought.length === 0,
  );
  const services = [...new Set(untied.map(({ service }) => service))].sort(compareText);
  return when(
    commits.length > 0 && services.length > 0,
    'versions',
    `Releases of ${named(services)} name no commit and no tag: what they brought is unknown.`,
    'Fetch the tags (git fetch --tags), or record the commit of each deployment.',
  );
}

function noLogs({ streams, series, snapshot }: Situation): readonly Lack[] {
  const others = series.length + snapshot.traces.length + snapshot.alerts.length;
  return when(
    streams.length === 0 && others > 0,
    'logs',
    'Error messages lead to the lines of code that make them; metrics alone do not.',
    'Add the logs of the failing service: kubectl logs deploy/NAME --since=2h > NAME.log',
  );
}

function shortTelemetry({ covered }: Situation): readonly Lack[] {
  const lengthMs = covered === null ? null : elapsed(covered.from, covered.to);
  return when(
    lengthMs !== null && lengthMs < SHORT_TELEMETRY_MS,
    'baseline',
    `Logs and metrics cover ${Math.max(1, Math.round((lengthMs ?? 0) / MINUTE))} min: what is normal cannot be told.`,
    'Add an hour or more from before the trouble.',
  );
}

/** What others depend on and nothing is heard of: silence must not pass for health. */
function silentDependencies(situation: Situation): readonly Lack[] {
  const heard = heardOf(situation);
  const silent = situation.edges
    .filter(({ from, to }) => heard.has(from) && !heard.has(to))
    .map(({ to }) => to)
    .filter((name) => situation.services.get(name)?.kind === 'service');
  const services = [...new Set(silent)].sort(compareText);
  return when(
    services.length > 0,
    'telemetry',
    `Others depend on ${named(services)}, of which there is no log, metric or trace: silence is not health.`,
    `Add the logs or metrics of ${services[0] ?? ''}.`,
  );
}

/** Services that some telemetry speaks of. */
function heardOf({ streams, series, snapshot, resolve }: Situation): ReadonlySet<ServiceName> {
  const items = [...streams, ...series];
  const traced = snapshot.traces.map(({ to }) => resolve(to));
  return new Set([...items.flatMap(({ service }) => (service === null ? [] : [service])), ...traced]);
}

function noMetrics(situation: Situation): readonly Lack[] {
  return when(
    !hasMetrics(situation),
    'metrics',
    'Failure rates, latency and traffic have to be guessed from log lines.',
    'Save request, error and latency series, for example: curl "$PROMETHEUS/api/v1/query_range?query=…" > metrics/errors.json',
  );
}

function noDependencies({ edges, services }: Situation): readonly Lack[] {
  return when(
    edges.length === 0 && services.size > 1,
    'dependencies',
    'Who calls whom is unknown, so a cause cannot be told from its effects.',
    'Run wicked-platform init and fill in dependsOn, or add a catalog-info.yaml or docker-compose.yml.',
  );
}

function noContext({ services }: Situation): readonly Lack[] {
  const own = [...services.values()].filter(({ kind }) => kind === 'service');
  return when(
    own.length > 0 && own.every(({ criticality, userFacing }) => criticality === null && userFacing === null),
    'context',
    'Which services are critical and face users is not declared: severity rests on assumptions.',
    'Run wicked-platform init and fill in criticality and userFacing.',
  );
}

function noAlerts({ snapshot }: Situation): readonly Lack[] {
  return when(
    snapshot.alerts.length === 0,
    'alerts',
    'When the alarm was raised is unknown.',
    'Save what Alertmanager, Grafana or PagerDuty sent as a .json file.',
  );
}

function noFlags({ flags }: Situation): readonly Lack[] {
  return when(
    flags.length === 0,
    'flags',
    'A feature flag that was switched would not be seen.',
    'Save the audit log of the flag service, or a flags.csv with flag,from,to,at.',
  );
}

function noTraces({ snapshot }: Situation): readonly Lack[] {
  return when(
    snapshot.traces.length === 0,
    'traces',
    'Where time is spent between services is unknown.',
    'Save a few traces of failing requests as OTLP or Jaeger JSON.',
  );
}
