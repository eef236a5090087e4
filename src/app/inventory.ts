/** What each evidence file turned out to be, told from what was read out of it. It judges nothing and reads no file. */
import type { EvidenceRef } from '../domain/evidence.ts';
import type { Contribution } from '../domain/snapshot.ts';
import { toIso } from '../domain/time.ts';
import type { Connector, EvidenceFile } from '../ports/connector.ts';
import { assignFiles, looksLikeEvidence } from './collect.ts';
import { compareText } from './order.ts';

/** In the order in which a file that holds several is called by one: a log that tells of deployments is a log. */
export const EVIDENCE_GROUPS = [
  'logs',
  'alerts',
  'traces',
  'metrics',
  'deployments',
  'flags',
  'platform',
  'changes',
  'services',
  'context',
] as const;

export type EvidenceGroup = (typeof EVIDENCE_GROUPS)[number];

export interface InventoryFile {
  readonly path: string;
  /** Id of the connector that claimed it. */
  readonly connector: string;
  /** Null where nothing was read out of it. */
  readonly kind: EvidenceGroup | null;
  /** All that it holds, in the order of EVIDENCE_GROUPS. */
  readonly holds: readonly EvidenceGroup[];
  readonly bytes: number;
  readonly items: number;
  readonly unit: string | null;
  readonly rejected: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly services: readonly string[];
  readonly notes: readonly string[];
}

interface Located {
  readonly evidence: readonly EvidenceRef[];
}

/** The lists of a contribution by what they are to a person. Series that were computed from log lines are no metrics file. */
function groupsOf(found: Contribution): readonly (readonly [EvidenceGroup, readonly Located[]])[] {
  const changes = (wanted: (type: string) => boolean) => found.changes.filter(({ type }) => wanted(type));
  return [
    ['alerts', found.alerts],
    ['traces', found.traces],
    ['metrics', found.series.filter(({ source }) => source !== 'log-file')],
    ['deployments', changes((type) => type === 'deployment')],
    ['flags', changes((type) => type === 'flag')],
    ['platform', [...found.platformFacts, ...found.instances]],
    ['changes', changes((type) => !['deployment', 'flag', 'commit'].includes(type))],
    ['services', [...found.serviceFacts, ...found.edges]],
  ];
}

/** Path of a file in the evidence directory → what was read out of it. */
function groupsByPath(found: Contribution): ReadonlyMap<string, ReadonlySet<EvidenceGroup>> {
  const pathOf = new Map<EvidenceRef, string>();
  for (const { ref, locator } of found.evidence) {
    if ('path' in locator && !('repo' in locator)) pathOf.set(ref, locator.path);
  }
  const groups = new Map<string, Set<EvidenceGroup>>();
  const add = (path: string | undefined, group: EvidenceGroup) => {
    if (path === undefined) return;
    const known = groups.get(path);
    if (known === undefined) groups.set(path, new Set([group]));
    else known.add(group);
  };
  for (const { path } of found.streams) add(path, 'logs');
  // A repository that came in a file is named by it.
  for (const { repo } of found.repositories) add(repo, 'changes');
  for (const [group, items] of groupsOf(found)) {
    for (const { evidence } of items) for (const ref of evidence) add(pathOf.get(ref), group);
  }
  return groups;
}

export interface Inventory {
  /** Sorted by path. */
  readonly files: readonly InventoryFile[];
  /** Files that look like evidence and that no connector knows, sorted. */
  readonly unread: readonly string[];
}

/** `configPath`: wicked-platform.yaml, which no connector reads. */
export function takeInventory(
  candidates: readonly EvidenceFile[],
  connectors: readonly Connector[],
  found: Contribution,
  configPath: string | null,
): Inventory {
  const groups = groupsByPath(found);
  const { claimed, unclaimed } = assignFiles(
    candidates.filter(({ path }) => path !== configPath),
    connectors,
  );
  const files = [...claimed].flatMap(([id, list]) =>
    list.map((file) => describe(file, id, groups.get(file.path) ?? new Set(), found)),
  );
  const config = candidates.find(({ path }) => path === configPath);
  if (config !== undefined) {
    files.push(describe(config, 'wicked-platform.yaml', new Set(['context']), found));
  }
  return {
    files: files.sort((a, b) => compareText(a.path, b.path)),
    unread: unclaimed
      .filter(looksLikeEvidence)
      .map(({ path }) => path)
      .sort(compareText),
  };
}

function describe(
  { path, size }: EvidenceFile,
  connector: string,
  groups: ReadonlySet<EvidenceGroup>,
  found: Contribution,
): InventoryFile {
  const rows = found.coverage.filter((row) => row.path === path);
  const holds = EVIDENCE_GROUPS.filter((group) => groups.has(group));
  const intervals = rows.flatMap(({ interval }) => (interval === null ? [] : [interval]));
  const starts = intervals.map(({ from }) => from).sort((a, b) => a - b);
  const ends = intervals.map(({ to }) => to).sort((a, b) => b - a);
  const unit = rows[0]?.unit ?? null;
  return {
    path,
    connector,
    kind: holds[0] ?? null,
    holds,
    bytes: size,
    items: rows.reduce((sum, row) => sum + (row.unit === unit ? row.items : 0), 0),
    unit,
    rejected: rows.reduce((sum, { rejected }) => sum + rejected, 0),
    from: starts[0] === undefined ? null : toIso(starts[0]),
    to: ends[0] === undefined ? null : toIso(ends[0]),
    services: [...new Set(rows.flatMap(({ services }) => services))].sort(compareText),
    notes: rows.flatMap(({ notes }) => notes),
  };
}
