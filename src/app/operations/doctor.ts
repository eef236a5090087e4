/** What evidence is there, what it covers, what is missing and what would help most. It triages nothing. */
import { z } from 'zod';
import type { Repository } from '../../domain/code.ts';
import type { Coverage } from '../../domain/gap.ts';
import type { ServiceNode, Situation } from '../../domain/situation.ts';
import { type EpochMs, type Interval, toIso } from '../../domain/time.ts';
import { findLacks } from '../advice.ts';
import { type Gathered, survey } from '../gather.ts';
import { instantInput, readInstant } from '../instants.ts';
import { EVIDENCE_GROUPS, takeInventory } from '../inventory.ts';
import { defineOperation } from '../operation.ts';
import type { Platform } from '../platform.ts';
import { situationOf } from '../survey-situation.ts';

const group = z.enum(EVIDENCE_GROUPS);
const interval = z.strictObject({ from: z.string(), to: z.string() }).nullable();

const output = z.strictObject({
  dir: z.string(),
  asOf: z.string(),
  files: z.array(
    z.strictObject({
      path: z.string(),
      connector: z.string(),
      kind: group.nullable().describe('Null where nothing was read out of the file'),
      holds: z.array(group),
      bytes: z.number(),
      items: z.number(),
      unit: z.string().nullable(),
      rejected: z.number(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      services: z.array(z.string()),
      notes: z.array(z.string()),
    }),
  ),
  unread: z.array(z.string()).describe('Files that look like evidence and are in no known format'),
  sources: z
    .array(
      z.strictObject({
        source: z.string(),
        what: z.string(),
        items: z.number(),
        unit: z.string(),
        rejected: z.number(),
        from: z.string().nullable(),
        to: z.string().nullable(),
        services: z.array(z.string()),
      }),
    )
    .describe('What servers answered that were named with --source or in wicked-platform.yaml'),
  repositories: z.array(
    z.strictObject({
      repo: z.string(),
      branch: z.string().nullable(),
      head: z.string().nullable(),
      commits: z.number(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      shallow: z.boolean(),
    }),
  ),
  covered: interval.describe('What logs, metrics and traces cover together'),
  services: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.string(),
      logs: z.boolean(),
      metrics: z.boolean(),
      traces: z.boolean(),
      alerts: z.boolean(),
      deployments: z.number(),
      folders: z.array(z.string()),
      dependsOn: z.array(z.string()),
    }),
  ),
  gaps: z.array(z.strictObject({ source: z.string(), detail: z.string(), nextStep: z.string().nullable() })),
  missing: z
    .array(z.strictObject({ what: z.string(), why: z.string(), nextStep: z.string() }))
    .describe('Most helpful first'),
});

export type Diagnosis = z.infer<typeof output>;

export const operation = defineOperation({
  name: 'doctor',
  summary: 'What evidence is there, what it covers, what is missing and what would help most.',
  input: z.strictObject({
    dir: z.string().default('.').describe('The evidence directory'),
    logs: z.array(z.string()).default([]).describe('Files, folders or globs that are logs'),
    repos: z.array(z.string()).default([]).describe('Further git repositories'),
    now: instantInput.nullable().default(null).describe('Evidence after this time is left out'),
  }),
  output,
  effects: 'read',
  tool: {
    name: 'doctor',
    title: 'What evidence is there',
    description:
      'Evidence check: which files of a directory are logs, metrics, traces, alerts, deployments; which services and times they cover; what is missing and what would help most. Use it when a triage finds no evidence or names gaps, or to choose what to fetch. It triages nothing.',
    idempotent: true,
    gathers: true,
  },
  text: describeShortly,
  async run({ dir, logs, repos, now }, platform) {
    const asOf = now === null ? null : readInstant(now, '--now', platform.clock.now());
    const options = { dir, logs, repos, asOf, since: null, until: null, zone: null };
    const gathered = await survey(options, platform);
    try {
      return await diagnose(dir, gathered, platform);
    } finally {
      await gathered.place.close();
    }
  },
});

/** What is there, what is missing; the rest is in the output. */
function describeShortly({ dir, files, unread, repositories, covered, services, gaps, missing }: Diagnosis) {
  const own = services.filter(({ kind }) => kind === 'service').map(({ name }) => name);
  return [
    `${dir}: ${files.length} files of evidence, ${repositories.length} repositories, ${unread.length} files not read`,
    covered === null ? 'No logs, metrics or traces.' : `Covers ${covered.from} to ${covered.to}`,
    ...files.map(
      ({ path, connector, holds, items, unit }) =>
        `  ${path}: ${holds.join(', ') || 'nothing in it'} (${connector}${unit === null ? '' : `, ${items} ${unit}`})`,
    ),
    `Services: ${own.join(', ') || 'none found'}`,
    ...gaps.map(({ source, detail }) => `Not read, or in part: ${source}: ${detail}`),
    ...missing.map(({ what, why, nextStep }) => `Missing: ${what}: ${why}. ${nextStep}`),
  ].join('\n');
}

async function diagnose(dir: string, gathered: Gathered, platform: Platform): Promise<Diagnosis> {
  const { place, connectors, contribution, config, asOf } = gathered;
  platform.progress('doctor', 'looking through the evidence', 0, null);
  const situation = await situationOf(gathered);
  const live = new Set(connectors.flatMap((connector) => (connector.live === undefined ? [] : connector.id)));
  const { files, unread } = takeInventory(
    await place.directory.files(),
    connectors,
    contribution,
    config.path,
  );
  return {
    dir,
    asOf: toIso(asOf),
    files: files.map((file) => ({
      ...file,
      holds: [...file.holds],
      services: [...file.services],
      notes: [...file.notes],
    })),
    unread: [...unread],
    sources: contribution.coverage
      .filter(({ source, path }) => path === null && live.has(source))
      .map(describeSource),
    repositories: contribution.repositories.map(describeRepository),
    covered: describeInterval(situation.covered),
    services: [...situation.services.values()].map((node) => describeService(node, situation)),
    gaps: contribution.gaps.map(({ source, detail, nextStep }) => ({ source, detail, nextStep })),
    missing: findLacks(situation).map((lack) => ({ ...lack })),
  };
}

function describeInterval(covered: Interval | null) {
  return covered === null ? null : { from: toIso(covered.from), to: toIso(covered.to) };
}

function describeSource({ source, what, items, unit, rejected, interval, services }: Coverage) {
  const { from, to } = describeInterval(interval) ?? { from: null, to: null };
  return { source, what, items, unit, rejected, from, to, services: [...services] };
}

function describeRepository(repository: Repository): Diagnosis['repositories'][number] {
  const { repo, branch, head, commitCount, firstCommitAt, lastCommitAt, shallow } = repository;
  const iso = (at: EpochMs | null) => (at === null ? null : toIso(at));
  return {
    repo,
    branch,
    head,
    commits: commitCount,
    from: iso(firstCommitAt),
    to: iso(lastCommitAt),
    shallow,
  };
}

function describeService(node: ServiceNode, situation: Situation): Diagnosis['services'][number] {
  const { streams, series, releases, edges, folders, snapshot, resolve } = situation;
  const { name, kind } = node;
  const isIt = (raw: string | null) => raw !== null && resolve(raw) === name;
  return {
    name,
    kind,
    logs: streams.some(({ service }) => service === name),
    metrics: series.some(({ service, source }) => service === name && source !== 'log-file'),
    traces: snapshot.traces.some(({ from, to }) => isIt(from) || isIt(to)),
    alerts: snapshot.alerts.some(({ service }) => isIt(service)),
    deployments: releases.filter(({ service }) => service === name).length,
    folders: [...(folders.get(name) ?? [])],
    dependsOn: [...new Set(edges.filter(({ from }) => from === name).map(({ to }) => to))].sort(),
  };
}
