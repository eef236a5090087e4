/** Everything that a triage knows before it thinks: the team's declarations, what connectors found, and as of when. */
import { PlatformError } from '../domain/error.ts';
import type { Contribution, TriageRequest } from '../domain/snapshot.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Connector } from '../ports/connector.ts';
import { chooseAsOf, evidenceEnd, knownAt } from './as-of.ts';
import { collect } from './collect.ts';
import { readConfig } from './config.ts';
import { mergeContributions } from './order.ts';
import type { OpenedPlace, Place, Platform } from './platform.ts';
import type { TextPolicy } from './sanitise.ts';
import { chooseSources, unknownSources } from './sources.ts';
import type { TeamConfig } from './team-config.ts';

/** More than these nobody reads in an error. */
const MAX_REASONS = 3;

export interface GatherOptions extends Place {
  /** Null: chosen by the clock and the evidence. */
  readonly asOf: EpochMs | null;
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
  readonly zone: string | null;
}

export interface Gathered extends Pick<TriageRequest, 'asOf' | 'asOfBasis'> {
  readonly place: OpenedPlace;
  readonly connectors: readonly Connector[];
  readonly config: TeamConfig;
  readonly policy: TextPolicy;
  readonly contribution: Contribution;
}

/** The caller closes `place`. Throws PlatformError `usage`, `config`, `no-evidence`, `interrupted`. */
export async function gather(options: GatherOptions, platform: Platform): Promise<Gathered> {
  const gathered = await survey(options, platform);
  const { place, contribution } = gathered;
  if (hasSignals(contribution) || contribution.changes.length > 0) return gathered;
  const files = (await place.directory.files()).length;
  await place.close();
  throw nothingFound(options, contribution, files);
}

/** As `gather`, but to find nothing is an answer. */
export async function survey(options: GatherOptions, platform: Platform): Promise<Gathered> {
  const place = await platform.openPlace(options);
  try {
    return await gatherIn(place, options, platform);
  } catch (error) {
    await place.close();
    throw error;
  }
}

async function gatherIn(place: OpenedPlace, options: GatherOptions, platform: Platform): Promise<Gathered> {
  const config = await readConfig(place.directory);
  const policy = await platform.textPolicy(config.redact);
  const connectors = await Promise.all(platform.connectors.map(({ load }) => load()));
  const sources = chooseSources(config.sources, platform.sources, connectors);
  const collected = await collect(
    {
      directory: place.directory,
      connectors,
      taken: new Set(config.path === null ? [] : [config.path]),
      asOf: options.asOf,
      since: options.since,
      until: options.until,
      zone: options.zone,
      knownServices: config.knownServices,
      sources,
      policy,
    },
    platform,
  );
  const asOf = chooseAsOf(options.asOf, platform.clock.now(), evidenceEnd(collected));
  const whole = mergeContributions([collected, config.contribution]);
  const gaps = [...whole.gaps, ...(await place.gaps()), ...unknownSources(sources, connectors)];
  const contribution = knownAt({ ...whole, gaps }, asOf);
  return { ...asOf, place, connectors, config, policy, contribution };
}

function hasSignals(found: Contribution): boolean {
  const signals = [found.patterns, found.series, found.traces, found.alerts, found.platformFacts];
  return signals.some((list) => list.length > 0);
}

const NEXT_STEP =
  'Name the folder with --dir or the logs with --logs, for example: kubectl logs deploy/NAME --since=2h | wicked-platform incident "…" --logs -';

/** What was seen and refused says more than "nothing": gaps and remarks go into the reason, those of a file before the rest. */
function nothingFound(options: GatherOptions, found: Contribution, files: number): PlatformError {
  const ofFiles = found.gaps.filter(({ source }) => source !== 'git');
  const others = found.gaps.filter(({ source }) => source === 'git');
  const remarks = found.coverage.flatMap(({ path, what, notes }) =>
    notes.map((note) => `${path ?? what}: ${note}`),
  );
  const reasons = [...ofFiles.map(({ detail }) => detail), ...remarks, ...others.map(({ detail }) => detail)];
  const looked = `${files === 0 ? 'no file there' : `none of ${files} files`} is a log, a metric, an alert or a deployment record`;
  const why = reasons.length > 0 ? reasons.map((reason) => reason.replace(/\.$/, '')) : [looked];
  return new PlatformError({
    code: 'no-evidence',
    what: `No evidence was found in ${options.logs.length > 0 ? options.logs.join(', ') : options.dir}`,
    why: why.slice(0, MAX_REASONS).join('; '),
    nextStep: ofFiles.find(({ nextStep }) => nextStep !== null)?.nextStep ?? NEXT_STEP,
  });
}
