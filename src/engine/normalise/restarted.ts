/** Commits that nothing but a restart tells of: whoever is stopped and started again after a commit of his may have been rolled out then. */
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import type { Release } from '../../domain/situation.ts';
import { type EpochMs, epochMs, HOUR, MINUTE, SECOND } from '../../domain/time.ts';

/** What supervisord, systemd and pm2 write of a program that they were told to stop, and as it is there again. */
const STOPPED = [
  /^stopped: (\S+) \(/,
  /^Stopp(?:ed|ing) ([\w@.-]+)\.service\b/,
  /^Stopping app:(\S+) id:/,
] as const;
const STARTED = [
  /^(?:spawned: '([^']+)' with pid|success: (\S+) entered RUNNING)/,
  /^Started ([\w@.-]+)\.service\b/,
  /^App \[([\w.-]+):\d+\] online/,
] as const;

interface Turn {
  readonly at: EpochMs;
  readonly service: ServiceName;
}

interface Restart extends Turn {
  readonly until: EpochMs;
}

function turnsOf(
  patterns: readonly LogPattern[],
  wordings: readonly RegExp[],
  resolve: (raw: string) => ServiceName,
): readonly Turn[] {
  return patterns
    .flatMap(({ samples }) => samples)
    .flatMap(({ at, message }) => {
      const found = wordings.map((wording) => wording.exec(message)).find((match) => match !== null);
      const name = found?.slice(1).find((part) => part !== undefined);
      return at === null || name === undefined ? [] : [{ at, service: resolve(canonicalServiceName(name)) }];
    })
    .sort((a, b) => a.at - b.at || (a.service < b.service ? -1 : 1));
}

/** Longer than this between stop and start is an outage and no rollout. */
const LONGEST_MS = 2 * MINUTE;

/** Of what comes again and again only some lines are kept: where no start is, the stop tells. */
function restartsOf(
  patterns: readonly LogPattern[],
  resolve: (raw: string) => ServiceName,
): readonly Restart[] {
  const starts = turnsOf(patterns, STARTED, resolve);
  return turnsOf(patterns, STOPPED, resolve).map((stop) => {
    const start = starts.find(
      ({ service, at }) => service === stop.service && at >= stop.at && at - stop.at <= LONGEST_MS,
    );
    return { ...stop, until: start?.at ?? stop.at };
  });
}

/** A commit may be stamped a moment after the restart that brings it: two clocks. */
const CLOCKS_MS = 5 * SECOND;

/** Stand-ins of commits, those with a restart of their service within the hour dated by it. Any other stays as it is. */
export function datedByRestarts(
  standIns: readonly Release[],
  patterns: readonly LogPattern[],
  resolve: (raw: string) => ServiceName,
): readonly Release[] {
  const restarts = restartsOf(patterns, resolve);
  return standIns.map((release) => {
    const restart = restarts.find(
      ({ service, at }) =>
        service === release.service && at >= release.startedAt - CLOCKS_MS && at - release.startedAt <= HOUR,
    );
    return restart === undefined
      ? release
      : {
          ...release,
          startedAt: restart.at,
          finishedAt: epochMs(restart.until),
          reach: 'deployed',
          sources: [...release.sources, RESTART_SOURCE],
        };
  });
}

/** Named among the sources of a release that nothing but a restart dates. */
export const RESTART_SOURCE = 'restart';
