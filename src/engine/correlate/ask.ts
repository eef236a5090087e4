/** Which questions to ask next: emitters of the failing patterns, differences of suspect releases, histories of suspect keys, readers of flags. */
import type { Probe } from '../../domain/probe.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Release } from '../../domain/situation.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { heldValues } from './held-value.ts';
import { namesToAsk } from './names-left.ts';
import { baseRevision, commitDiffId, keyHistoryId, pathsToCompare, revisionDiffId } from './probe-ids.ts';
import { reachProbes } from './reach.ts';
import { fieldsToAsk } from './shared-fields.ts';

/** Enough for every deployment of a busy day; each costs one parse of what it changed. */
const MAX_DIFFS = 24;
const MAX_PATTERNS = 12;
/** Services whose shared code is looked for; each costs a search of its folders. */
const MAX_IMPORTERS = 6;

/** Probes of this round, in a fixed order; what is answered already is not asked again by the caller. */
export function probesFor(suspects: readonly Release[], facts: Facts): readonly Probe[] {
  return [
    ...importProbes(facts),
    ...emitterProbes(suspects, facts),
    ...reachProbes(suspects, facts),
    ...diffProbes(suspects, facts),
    ...historyProbes(suspects, facts),
    ...commitProbes(suspects, facts),
    ...flagProbes(facts),
    ...nameProbes(suspects, facts),
  ];
}

function emitterProbes(suspects: readonly Release[], facts: Facts): readonly Probe[] {
  const repository = facts.situation.snapshot.repositories[0];
  if (repository === undefined || repository.head === null) return [];
  const ranked = [...facts.failing]
    .filter((item) => item.pattern.template.replace(/<\*>/g, '').trim().length >= 6)
    .sort(
      (a, b) =>
        b.symptom.strength - a.symptom.strength ||
        b.pattern.count - a.pattern.count ||
        (a.pattern.id < b.pattern.id ? -1 : 1),
    );
  const places = new Map<string, { repo: string; revision: string; items: typeof ranked }>();
  const put = (repo: string, revision: string, item: FailingPattern) => {
    const key = `${revision}\u0000${repo}`;
    const known = places.get(key) ?? { repo, revision, items: [] };
    places.set(key, { ...known, items: [...known.items, item] });
  };
  for (const item of ranked.slice(0, MAX_PATTERNS)) {
    const repo = repositoryOf(item.pattern.service, facts) ?? repository.repo;
    const revision = runningRevision(item.pattern.service, suspects) ?? 'HEAD';
    put(repo, revision, item);
    for (const release of handedOnBy(item, suspects))
      if (release.commit !== null && release.commit !== revision)
        put(release.repo ?? repository.repo, release.commit, item);
  }
  return [...places.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { repo, revision, items }]) => ({
      kind: 'find-emitters',
      id: `find-emitters:${revision}:${items.map((item) => item.pattern.id).join(',')}`,
      repo,
      revision,
      patterns: items.map((item) => ({
        patternId: item.pattern.id,
        template: item.pattern.template,
        sample: item.pattern.samples[0]?.message ?? '',
        service: item.pattern.service,
      })),
      pathHints: [
        ...new Set(
          items.flatMap((item) =>
            item.pattern.service === null ? [] : (facts.situation.folders.get(item.pattern.service) ?? []),
          ),
        ),
      ].sort(),
    }));
}

/** The repository that the releases of a service come from; null where none says so. */
function repositoryOf(service: ServiceName | null, { situation }: Facts): string | null {
  return (
    situation.releases.findLast((release) => release.service === service && release.repo !== null)?.repo ??
    null
  );
}

/** More than one piece: somebody put words of his own before what he was told. */
const HANDED_ON = /\S: \S.*: \S/;
const MAX_HANDS = 2;
/** A house with more of them is searched in the first alone of those. */
const MAX_REPOSITORIES = 12;

/** Releases of others that may have written a part of a message which was passed on from service to service. */
function handedOnBy({ pattern }: FailingPattern, suspects: readonly Release[]): readonly Release[] {
  if (!HANDED_ON.test(pattern.template)) return [];
  return suspects
    .filter(({ service, commit }) => service !== pattern.service && commit !== null)
    .slice(0, MAX_HANDS);
}

/** Shared code that the failing services carry; what they call beneath has a service of its own. */
function importProbes(facts: Facts): readonly Probe[] {
  const repository = facts.situation.snapshot.repositories[0];
  if (repository === undefined || repository.head === null) return [];
  return facts.failingServices.slice(0, MAX_IMPORTERS).flatMap((service) => {
    const folders = facts.situation.folders.get(service) ?? [];
    return folders.length === 0
      ? []
      : [
          {
            kind: 'imports' as const,
            id: `imports:${service}`,
            repo: repository.repo,
            revision: 'HEAD',
            service,
            folders,
          },
        ];
  });
}

function runningRevision(service: string | null, suspects: readonly Release[]): string | null {
  return suspects.find((release) => release.service === service && release.commit !== null)?.commit ?? null;
}

function diffProbes(suspects: readonly Release[], facts: Facts): readonly Probe[] {
  return suspects.slice(0, MAX_DIFFS).flatMap((release) => {
    const id = revisionDiffId(release, facts.situation);
    if (id === null || release.commit === null) return [];
    return [
      {
        kind: 'revision-diff' as const,
        id,
        repo: release.repo ?? '.',
        from: baseRevision(release),
        to: release.commit,
        paths: pathsToCompare(release, facts.situation),
      },
    ];
  });
}

function historyProbes(suspects: readonly Release[], facts: Facts): readonly Probe[] {
  const repository = facts.situation.snapshot.repositories[0];
  const services = [...new Set(suspects.map((release) => release.service))];
  const held = services.flatMap((service) => heldValues(service, facts).slice(0, 2));
  return held.map((value) => ({
    kind: 'key-history' as const,
    id: keyHistoryId(value.definition.location.path, value.definition.key),
    repo: repository?.repo ?? '.',
    revision: value.definition.location.revision,
    path: value.definition.location.path,
    key: value.definition.key,
  }));
}

/** The last commits of a release whose difference as a whole is not known, each alone: a comment beside a value changes nothing. */
function commitProbes(suspects: readonly Release[], facts: Facts): readonly Probe[] {
  const whole = suspects.filter((release) => revisionDiffId(release, facts.situation) === null).slice(0, 3);
  return whole.flatMap((release) =>
    release.commits.slice(0, 6).flatMap((commit) => {
      const id = commitDiffId(commit);
      const from = commit.parents[0] ?? null;
      return id === null || from === null
        ? []
        : [{ kind: 'revision-diff' as const, id, repo: commit.repo, from, to: commit.sha, paths: [] }];
    }),
  );
}

/** Who still uses what suspect releases took away. */
function nameProbes(suspects: readonly Release[], facts: Facts): readonly Probe[] {
  const diffs = suspects.slice(0, MAX_DIFFS).flatMap((release) => facts.diffOf(release) ?? []);
  const asked = [namesToAsk(diffs), fieldsToAsk(diffs, facts)].filter((names) => names.length > 0);
  // Who uses a name may stand in another repository than who took it away.
  return facts.situation.snapshot.repositories.slice(0, MAX_REPOSITORIES).flatMap(({ repo }, index) =>
    asked.map((names) => ({
      kind: 'symbol-uses' as const,
      id: `symbol-uses:HEAD:left:${names.join(',')}${index === 0 ? '' : `:${repo}`}`,
      repo,
      revision: 'HEAD',
      names,
    })),
  );
}

function flagProbes(facts: Facts): readonly Probe[] {
  const repository = facts.situation.snapshot.repositories[0];
  // The service behind a flag may have begun to fail later than the first one.
  const onsets = facts.detection.symptoms.filter((item) => item.userVisible).map((item) => item.onsetAt);
  const onset = facts.detection.onsetAt === null ? null : Math.max(facts.detection.onsetAt, ...onsets);
  const names = [
    ...new Set(
      facts.situation.flags
        .filter((flag) => flag.at !== null && onset !== null && flag.at <= onset)
        .map((flag) => flag.flag),
    ),
  ].sort();
  if (repository === undefined || names.length === 0) return [];
  return [
    {
      kind: 'symbol-uses',
      id: `symbol-uses:HEAD:${names.join(',')}`,
      repo: repository.repo,
      revision: 'HEAD',
      names,
    },
  ];
}
