/** Services that were deployed since and already use what only the new side offers: going back would take it from them. */
import type { RevisionDiff, RollbackHazard } from '../../domain/code.ts';
import type { SafetyFinding } from '../../domain/decision.ts';
import type { Probe } from '../../domain/probe.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import { answerTo, type GoingBack, isInFolders } from './going-back.ts';

const MAX_NAMES = 12;
const MAX_CONSUMERS = 6;
/** Shorter names stand everywhere and show nothing. */
const MIN_NAME = 4;
const ROUTE = /["'`](\/[a-z][\w/{}:.<>-]{2,})["'`]/gi;
const ROUTE_LINE = /\b(get|post|put|patch|delete|route|handle\w*|mapping|path|endpoint|url)\b/i;

/** What callers can name and only the new side has: fields, routes, operations, topics, columns. */
export function newNames(hazards: readonly RollbackHazard[], diff: RevisionDiff | null): readonly string[] {
  const contracts = hazards
    .filter(({ kind }) => kind === 'contract-added' || kind === 'schema-added')
    .flatMap(({ symbols }) => symbols.slice(0, 1));
  const code = (diff?.files ?? []).filter(({ category, inert }) => category === 'code' && inert === 'none');
  const features = code.flatMap(({ features: all }) =>
    all
      .filter(({ kind }) => kind === 'route-changed' || kind === 'topic-changed' || kind === 'field-renamed')
      .flatMap(({ symbols }) => symbols.slice(0, 1)),
  );
  const routes = code.flatMap(({ hunks }) =>
    hunks.flatMap(({ added, removed }) => {
      const before = removed.join('\n');
      return added
        .filter((line) => ROUTE_LINE.test(line))
        .flatMap((line) => [...line.matchAll(ROUTE)].map((match) => match[1] ?? ''))
        .filter((route) => !before.includes(route));
    }),
  );
  const names = [...contracts, ...features, ...routes].map((name) => name.replace(/\/?[{:<].*$/, ''));
  return [...new Set(names)]
    .filter((name) => name.length >= MIN_NAME)
    .sort()
    .slice(0, MAX_NAMES);
}

/** Services whose release began after the accused one, newest first: those known to call it, or those of which no call is known. */
function deployedSince(
  { release, situation }: GoingBack,
  which: 'callers' | 'strangers',
): readonly Release[] {
  const callers = new Set(situation.edges.filter(({ to }) => to === release.service).map(({ from }) => from));
  return situation.releases
    .filter(
      (other) =>
        other.service !== release.service &&
        callers.has(other.service) === (which === 'callers') &&
        other.startedAt > release.startedAt &&
        other.status !== 'failed' &&
        other.status !== 'cancelled' &&
        !other.rollback,
    )
    .reverse()
    .slice(0, MAX_CONSUMERS);
}

function usesProbe(commit: string | null, repo: string | null, names: readonly string[]): Probe | null {
  if (commit === null || names.length === 0) return null;
  return {
    kind: 'symbol-uses',
    id: `symbol-uses:${commit}:${names.join(',')}`,
    repo: repo ?? '.',
    revision: commit,
    names,
  };
}

function probesOf(consumer: Release, names: readonly string[]): readonly Probe[] {
  const now = usesProbe(consumer.commit, consumer.repo, names);
  const before = usesProbe(consumer.previousCommit, consumer.repo, names);
  return [now, before].filter((probe) => probe !== null);
}

export function relianceProbes(back: GoingBack, names: readonly string[]): readonly Probe[] {
  return [
    ...deployedSince(back, 'callers').flatMap((consumer) => probesOf(consumer, names)),
    ...deployedSince(back, 'strangers').flatMap((other) => probesOf(other, routesAmong(names))),
  ];
}

function label({ service, version }: Release): string {
  return version === null ? service : `${service} ${version}`;
}

export function relianceFindings(back: GoingBack, names: readonly string[]): readonly SafetyFinding[] {
  const routes = routesAmong(names);
  const told = deployedSince(back, 'callers').map((consumer) => relianceOf(consumer, names, back));
  // Of a service that is not known to call it only a use says something.
  const found =
    routes.length === 0
      ? []
      : deployedSince(back, 'strangers')
          .map((other) => relianceOf(other, routes, back))
          .filter(({ verdict }) => verdict === 'danger');
  return [...told, ...found];
}

/** Other names (`total`, `currency`) stand in code that has nothing to do with it. */
function routesAmong(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith('/'));
}

function relianceOf(
  consumer: Release,
  names: readonly string[],
  { situation, release }: GoingBack,
): SafetyFinding {
  const calls = situation.edges.some(({ from, to }) => from === consumer.service && to === release.service);
  const who = `${label(consumer)} ${calls ? 'calls it and was' : 'was'} deployed since`;
  if (names.length === 0)
    return {
      verdict: 'ok',
      statement: `${who}, but the difference offers callers nothing new`,
      evidence: consumer.evidence,
    };
  const [nowProbe, beforeProbe] = [
    usesProbe(consumer.commit, consumer.repo, names),
    usesProbe(consumer.previousCommit, consumer.repo, names),
  ];
  const now = answerTo(nowProbe, 'symbol-uses', situation);
  if (now === null)
    return {
      verdict: 'step',
      statement: `${who}: check that it does not need ${listed(names)}`,
      evidence: consumer.evidence,
    };
  const before = answerTo(beforeProbe, 'symbol-uses', situation);
  const known = new Set(
    (before?.uses ?? [])
      .filter((use) => inConsumer(use.location.path, consumer, situation))
      .map(({ name }) => name),
  );
  const own = now.uses.filter(
    ({ name, location }) =>
      !known.has(name) &&
      inConsumer(location.path, consumer, situation) &&
      !isOnlyOf(location.path, release.service, situation),
  );
  const [first] = own;
  if (first === undefined)
    return {
      verdict: 'ok',
      statement: `${who}, and names nothing that only the new side has`,
      evidence: consumer.evidence,
    };
  return {
    verdict: 'danger',
    statement: `${who}, and already uses ${first.name} (${first.location.path}:${first.location.line}), which the earlier release does not offer`,
    evidence: [first.evidence, ...consumer.evidence],
  };
}

function inConsumer(path: string, consumer: Release, situation: Situation): boolean {
  const folders = situation.folders.get(consumer.service) ?? [];
  return folders.length > 0 && isInFolders(path, consumer.service, situation);
}

/** The provider's own files, or a contract that both import, are no use by the consumer. */
function isOnlyOf(path: string, provider: string, situation: Situation): boolean {
  const folders = situation.folders.get(provider) ?? [];
  return (
    (folders.length > 0 && isInFolders(path, provider, situation)) ||
    /\.(proto|avsc|graphql|gql)$|(openapi|swagger|asyncapi)/i.test(path)
  );
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
