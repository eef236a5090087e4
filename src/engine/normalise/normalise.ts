/** Stage one: turns a snapshot into a situation. Judges nothing; it only makes names, clocks and changes comparable. */
import type { Change, Commit, Deployment, FlagChange, OtherChange } from '../../domain/change.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { type EpochMs, epochMs, type Interval } from '../../domain/time.ts';
import { HOST_PROGRAM, isHostProgram, servesNobody } from '../_signals/host-programs.ts';
import { isStore } from '../_signals/stores.ts';
import { compareClocks } from './clock.ts';
import { joinFlagChanges } from './flags.ts';
import { foldersOfServices } from './folders.ts';
import {
  filesByName,
  foldersInTraces,
  withDetail,
  withFrames,
  withOwnFiles,
  withOwnLibraries,
  withSources,
} from './frames.ts';
import { buildHistory, mainlineOf } from './history.ts';
import { buildResolver, isShortened } from './identity.ts';
import { firstHeard, signsOf } from './instances.ts';
import { buildReleases } from './releases.ts';
import { datedByRestarts } from './restarted.ts';
import { mergeEdges, mergeServices } from './services.ts';
import { infrastructureStandIns, mergedCommits } from './stand-ins.ts';
import { startedReleases } from './started-releases.ts';
import { taggedReleases } from './tagged-releases.ts';
import { traceSeries } from './trace-series.ts';

export function normalise(snapshot: Snapshot): Situation {
  const resolve = buildResolver(snapshot.serviceFacts, declaredNames(snapshot), podNames(snapshot));
  // A store writes its own log, and is called by whoever writes the other; what the machine tells may be of either.
  const sole = onlyService(snapshot, resolve, (name) => servesNobody(name) || isStore(name));
  const alone = onlyService(snapshot, resolve, servesNobody);
  const named = <T extends { readonly service: ServiceName | null }>(items: readonly T[]): readonly T[] =>
    items.map((item) => ({ ...item, service: item.service === null ? sole : resolve(item.service) }));
  const files = snapshot.repositories.flatMap((repository) => repository.files);
  const said = ofVictims(named(snapshot.patterns), alone).map((pattern) =>
    withSources(
      withOwnLibraries(
        withDetail(withFrames(pattern), (ref) => snapshot.evidence[ref]?.excerpt ?? null),
        files,
      ),
      files,
    ),
  );
  const byName = filesByName(files);
  const traced = foldersInTraces(said, byName);
  const streams = named(snapshot.streams);
  const foreign = new Set(
    snapshot.serviceFacts.filter(({ kind }) => kind !== 'service').map(({ name }) => resolve(name)),
  );
  const isOurs = (service: ServiceName) => !foreign.has(service);
  const declared = new Set([...declaredNames(snapshot)].map((name) => resolve(name)));
  const measured = snapshot.series.map((item) =>
    item.service === null && item.source !== 'log-file'
      ? { ...item, service: calledAfter(item.name, declared) ?? alone }
      : (named([item])[0] ?? item),
  );
  const series = [...measured, ...traceSeries(snapshot.traces, measured, resolve, isOurs)];
  const covered = coveredInterval(snapshot);
  const commits = only(snapshot.changes, 'commit') as readonly Commit[];
  const clock = compareClocks(commits, covered);
  const told = only(snapshot.changes, 'deployment') as readonly Deployment[];
  const started = [...told, ...startedReleases(said, told, resolve)];
  const tagged = clock.epochMismatch
    ? []
    : taggedReleases(snapshot.tags, started, (name) => declared.has(name), resolve);
  const deployments = [...started, ...tagged];
  const mentioned = [...said, ...streams, ...series, ...named(deployments)].flatMap((item) =>
    item.service === null ? [] : [item.service],
  );
  const edges = mergeEdges([...snapshot.edges, ...traceEdges(snapshot)], resolve);
  const services = mergeServices(snapshot.serviceFacts, resolve, [
    ...new Set([...mentioned, ...edges.flatMap((edge) => [edge.from, edge.to])]),
  ]);
  const folders = foldersOfServices(services, edges, traced, snapshot);
  const present = new Set(files);
  const patterns = said.map((pattern) =>
    withOwnFiles(pattern, folders.get(pattern.service ?? '') ?? [], present, byName),
  );
  const recorded = buildReleases({
    deployments,
    tags: snapshot.tags,
    commits,
    history: buildHistory(commits),
    epochMismatch: clock.epochMismatch,
    head: snapshot.repositories[0]?.head ?? null,
    mainline: mainlineOf(
      commits,
      snapshot.repositories.flatMap(({ head }) => (head === null ? [] : [head])),
    ),
    wholeRepos: wholeRepositories(snapshot, commits),
    pathsOf: (service) => folders.get(service) ?? [],
    resolve,
    heardSince: (service) => firstHeard(service, patterns, series),
    signsOf: (service) => signsOf(service, patterns, series),
  });
  const merged =
    recorded.length > 0 || clock.epochMismatch || covered === null
      ? []
      : mergedCommits([...services.values()], folders, { commits, patterns, streams, end: covered.to });
  const standIns = datedByRestarts(merged, patterns, resolve);
  const applied =
    clock.epochMismatch || covered === null ? [] : infrastructureStandIns(commits, recorded, covered.to);
  const releases = [...recorded, ...standIns, ...applied].sort(
    (a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1),
  );
  return {
    snapshot,
    services,
    edges,
    patterns,
    streams,
    series,
    releases,
    flags: joinFlagChanges(only(snapshot.changes, 'flag') as readonly FlagChange[]),
    otherChanges: snapshot.changes.filter(
      (change): change is OtherChange => !['deployment', 'commit', 'flag'].includes(change.type),
    ),
    commits,
    folders,
    clock,
    covered,
    resolve,
  };
}

/** `cart_gateway_sockets_open` is of cart-gateway, the longest such name. Names of one word begin too many metrics of libraries. */
function calledAfter(metric: string, declared: ReadonlySet<ServiceName>): ServiceName | null {
  const name = canonicalServiceName(metric);
  const owners = [...declared].filter(
    (service) => service.includes('-') && name.startsWith(`${service}-`) && name.length > service.length + 1,
  );
  return owners.sort((a, b) => b.length - a.length || (a < b ? -1 : 1))[0] ?? null;
}

/** Where all that names a service names the same one, what names none is its, too: an `access.log` beside the only deployment. Null otherwise. */
function onlyService(
  snapshot: Snapshot,
  resolve: (raw: string) => ServiceName,
  isNone: (name: ServiceName) => boolean,
): ServiceName | null {
  const named = [...snapshot.streams, ...snapshot.series, ...snapshot.patterns, ...snapshot.changes].flatMap(
    ({ service }) => (service === null ? [] : [resolve(service)]),
  );
  const facts = snapshot.serviceFacts.map(({ name }) => resolve(name));
  const all = new Set([...named, ...facts].filter((name) => !isNone(name)));
  const [first] = all;
  const calls = snapshot.edges.some(({ from, to }) => !isNone(resolve(from)) && !isNone(resolve(to)));
  return all.size === 1 && first !== undefined && !calls ? first : null;
}

/** Failures that a machine's own programs tell of are those of the only service that is heard of. */
function ofVictims(patterns: readonly LogPattern[], sole: ServiceName | null): readonly LogPattern[] {
  return patterns.map((pattern) =>
    sole !== null && isHostProgram(pattern.service) && /^(warn|error|fatal)$/.test(pattern.severity)
      ? {
          ...pattern,
          service: sole,
          attributes: { ...pattern.attributes, [HOST_PROGRAM]: pattern.service ?? '' },
        }
      : pattern,
  );
}

/** Those of which as many commits are here as they hold. */
function wholeRepositories(snapshot: Snapshot, commits: readonly Commit[]): ReadonlySet<string> {
  const read = new Map<string, number>();
  for (const { repo } of commits) read.set(repo, (read.get(repo) ?? 0) + 1);
  return new Set(
    snapshot.repositories.flatMap(({ repo, commitCount }) =>
      commitCount <= (read.get(repo) ?? 0) ? [repo] : [],
    ),
  );
}

function only(changes: readonly Change[], type: Change['type']): readonly Change[] {
  return changes.filter((change) => change.type === type);
}

/** Names that something stronger than a mention vouches for. */
function declaredNames(snapshot: Snapshot): ReadonlySet<ServiceName> {
  const facts = snapshot.serviceFacts.filter((fact) => fact.kind === 'service').map((fact) => fact.name);
  const deployed = snapshot.changes.flatMap((change) =>
    change.type === 'deployment' && change.service !== null ? [change.service] : [],
  );
  const vouched = new Set([...facts, ...deployed]);
  const streams = snapshot.streams.flatMap(({ service }) =>
    service === null || isShortened(service, vouched) ? [] : [service],
  );
  return new Set([...vouched, ...streams]);
}

/** Where a fact's service was told from the pod's name alone. */
function podNames(snapshot: Snapshot): readonly string[] {
  return snapshot.platformFacts.flatMap(({ pod, service }) =>
    pod !== null && service !== null && canonicalServiceName(pod) === service ? [pod] : [],
  );
}

function traceEdges(snapshot: Snapshot) {
  return snapshot.traces.flatMap((trace) =>
    trace.from === null
      ? []
      : [{ from: trace.from, to: trace.to, source: 'trace' as const, evidence: trace.evidence }],
  );
}

function coveredInterval(snapshot: Snapshot): Interval | null {
  const intervals: Interval[] = [
    ...snapshot.streams.map((stream) => stream.interval),
    ...snapshot.traces.map((trace) => trace.interval),
    ...snapshot.series.flatMap((series) => {
      const from = series.at[0];
      const to = series.at.at(-1);
      return from === undefined || to === undefined ? [] : [{ from, to }];
    }),
  ];
  if (intervals.length === 0) return null;
  const bound = (pick: (interval: Interval) => EpochMs, choose: (a: number, b: number) => number) =>
    epochMs(
      intervals
        .map(pick)
        .reduce<number>((a, b) => choose(a, b), pick(intervals[0] ?? { from: epochMs(0), to: epochMs(0) })),
    );
  return {
    from: bound((interval) => interval.from, Math.min),
    to: bound((interval) => interval.to, Math.max),
  };
}
