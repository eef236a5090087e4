/** Rollouts that no deploy system recorded, told by the service's own log: another version starts than ran before. */
import type { Deployment } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { type EpochMs, toIso } from '../../domain/time.ts';
import { versionNumber } from './releases.ts';

/** The name and the version stand side by side: `Starting pricing 4.12.0`, `cart version 2.1.0 started`. */
const VERSION =
  /([a-z][\w.-]{1,60})[\s:=(/@]{1,3}(?:version |release |build )?v?(\d+(?:\.\d+){1,3}(?:[-+][\w.]+)?)(?![\w.])/gi;
const RUNS = /\b(start(s|ed|ing)|boot(s|ed|ing)|launch(ed|ing)|running|initiali[sz](ed|ing)|ready)\b/i;
const ENDS = /\b(stop(s|ped|ping)|shut(ting)? ?down|terminat(ed|ing)|exit(ed|ing))\b/i;
const REVISION = /\b(?:rev|revision|commit|sha|git)[\s:=#]{1,3}([0-9a-f]{7,40})\b/i;

interface Said {
  readonly at: EpochMs;
  readonly version: string;
  readonly starts: boolean;
  readonly commit: string | null;
  readonly evidence: EvidenceRef;
}

/** A version of which some record tells already is no news; one without an earlier one may have run all along. */
export function startedReleases(
  patterns: readonly LogPattern[],
  recorded: readonly Deployment[],
  resolve: (raw: string) => ServiceName,
): readonly Deployment[] {
  const byService = new Map<ServiceName, Said[]>();
  for (const pattern of patterns) {
    const { service } = pattern;
    if (service === null || pattern.severity === 'error' || pattern.severity === 'fatal') continue;
    const said = saidBy(pattern, service, resolve);
    if (said.length > 0) byService.set(service, [...(byService.get(service) ?? []), ...said]);
  }
  return [...byService.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([service, said]) => newVersions(service, said, recorded, resolve));
}

function saidBy(
  pattern: LogPattern,
  service: ServiceName,
  resolve: (raw: string) => ServiceName,
): readonly Said[] {
  return pattern.samples.flatMap(({ at, message, evidence }): Said[] => {
    const ends = ENDS.test(message);
    if (at === null || (!ends && !RUNS.test(message))) return [];
    const own = [...message.matchAll(VERSION)].find(
      (match) => resolve(canonicalServiceName(match[1] ?? '')) === service,
    );
    const version = own?.[2];
    return version === undefined
      ? []
      : [{ at, version, starts: !ends, commit: REVISION.exec(message)?.[1] ?? null, evidence }];
  });
}

function newVersions(
  service: ServiceName,
  said: readonly Said[],
  recorded: readonly Deployment[],
  resolve: (raw: string) => ServiceName,
): readonly Deployment[] {
  const sorted = [...said].sort((a, b) => a.at - b.at || (a.version < b.version ? -1 : 1));
  const known = new Set(
    recorded
      .filter((item) => item.service !== null && resolve(item.service) === service)
      .flatMap(({ version }) => (version === null ? [] : [versionNumber(version)])),
  );
  const found: Deployment[] = [];
  let ran: string | null = null;
  for (const item of sorted) {
    const version = versionNumber(item.version);
    if (item.starts && ran !== null && version !== ran && !known.has(version))
      found.push(asDeployment(service, item));
    ran = version;
    if (item.starts) known.add(version);
  }
  return found;
}

function asDeployment(service: ServiceName, { at, version, commit, evidence }: Said): Deployment {
  return {
    id: `started:${service}:${version}:${toIso(at)}`,
    type: 'deployment',
    service,
    version,
    commit,
    at,
    finishedAt: at,
    summary: `${service} ${version} started, by its own log`,
    actor: null,
    source: 'log-file',
    status: 'succeeded',
    environment: null,
    platformRevision: null,
    deploymentId: null,
    rollback: false,
    share: null,
    target: null,
    images: [],
    evidence: [evidence],
  };
}
