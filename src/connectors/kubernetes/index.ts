/** Kubernetes objects, saved or asked for: rollouts, pods and their versions, what went wrong. It asks a cluster only where it is named as a source. */
import type { Coverage, Gap } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { type EpochMs, toIso } from '../../domain/time.ts';
import type {
  CollectRequest,
  Connector,
  ConnectorContext,
  EvidenceFile,
  LiveDeclaration,
} from '../../ports/connector.ts';
import { coverageOfItems } from '../_kit/cited-records.ts';
import {
  collectFiles,
  contributionOrGap,
  type FileSource,
  isYamlPath,
  rejectedGaps,
  truncatedGaps,
} from '../_kit/collect-files.ts';
import { printedAt } from '../_kit/printed-at.ts';
import { plainPath, sampleRecord } from '../_kit/record-file.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { SOURCE } from './citations.ts';
import { decodeObjects } from './decode.ts';
import {
  HEAD_CHARACTERS,
  isPrinted,
  type KubeObject,
  latestOfEach,
  readObjects,
  unwatched,
} from './objects.ts';
import { Workloads } from './workloads.ts';

const MAX_OBJECTS = 50_000;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'Rollouts, pods and events that stand there are not part of this triage.',
  yamlAsJson: true,
};

/** Kinds by what they tell. */
const WHAT: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  Rollout: 'deployments',
  ReplicaSet: 'deployments',
  ControllerRevision: 'deployments',
  StatefulSet: 'deployments',
  DaemonSet: 'deployments',
  Job: 'jobs',
  Pod: 'instances',
  Event: 'platform',
  Node: 'platform',
  ConfigMap: 'settings',
  Secret: 'settings',
};
const READ_LIST =
  /"kind"\s*:\s*"(Deployment|Rollout|ReplicaSet|ControllerRevision|StatefulSet|DaemonSet|Job|Pod|Event|Node|ConfigMap|Secret)?List"/;

/** Objects that run, as `kubectl get -o yaml` prints them, and not manifests, which carry no time of creation. */
const LIVE_YAML = /^[\s-]*creationTimestamp: ["']?\d{4}-/m;
const READ_YAML =
  /^[\s-]*kind: (Deployment|Rollout|ReplicaSet|ControllerRevision|StatefulSet|DaemonSet|Job|Pod|Event|Node)(List)?\s*$/m;

function recogniseYaml(head: string): number {
  return /^apiVersion:/m.test(head) && LIVE_YAML.test(head) && READ_YAML.test(head) ? 0.95 : 0;
}

function recognise(file: EvidenceFile): number {
  const path = plainPath(file.path);
  if (file.explicitLog) return 0;
  if (isYamlPath(path)) return recogniseYaml(file.head());
  if (/(\.(txt|log|out)|(^|\/)[^./]+)$/.test(path))
    return isPrinted(file.head().slice(0, HEAD_CHARACTERS)) ? 0.95 : 0;
  if (!/\.(jsonl?|ndjson)$/.test(path)) return 0;
  const first = sampleRecord(file, ['items']);
  const sample = first === null ? null : unwatched(first);
  if (sample === null || Array.isArray(sample['items']))
    return /"apiVersion"\s*:\s*"/.test(file.head()) && READ_LIST.test(file.head()) ? 0.9 : 0;
  const { kind, apiVersion, metadata } = sample;
  if (!isObject(metadata) || (typeof metadata['creationTimestamp'] !== 'string' && !isRunning(sample)))
    return 0;
  if (typeof kind !== 'string' && isObject(sample['involvedObject']) && typeof sample['reason'] === 'string')
    return 0.95;
  if (typeof kind !== 'string') return READ_LIST.test(file.head()) ? 0.95 : 0;
  if (typeof apiVersion !== 'string') return 0;
  if (kind === 'Event' && sample['reason'] === undefined) return 0;
  if (kind === 'ConfigMap' || kind === 'Secret') return hasWriters(file.head()) ? 0.95 : 0.5;
  return WHAT[kind] === undefined ? Number(!/argoproj|fluxcd/.test(apiVersion)) * 0.5 : 0.95;
}

/** Extracts leave out times of creation; a status is written by a cluster alone, so that the object is no manifest. */
function isRunning({ kind, status }: JsonObject): boolean {
  return (kind === 'Pod' || kind === 'Node') && isObject(status) && Object.keys(status).length > 0;
}

/** Settings say when they were edited only where the notes on their fields were asked for; or other objects follow them. */
function hasWriters(head: string): boolean {
  return /"managedFields"\s*:/.test(head) || /"kind"\s*:\s*"(Pod|Event|Deployment|ReplicaSet)"/.test(head);
}

const LIVE: LiveDeclaration = {
  name: SOURCE,
  settings: ['namespace'],
  // Where kubectl proxy listens: it holds the credentials, so that no token is needed here.
  defaultUrl: 'http://127.0.0.1:8001',
  tokens: ['KUBERNETES_TOKEN'],
};

/** Objects of one file, or of a server. */
interface FoundObjects {
  /** Null for a server. */
  readonly path: string | null;
  /** For messages: the path or the address. */
  readonly name: string;
  readonly objects: readonly KubeObject[];
  readonly rejected: number;
  /** How the ages of a printed table were understood; null for what is none. */
  readonly ages: string | null;
}

const AGES = 'ages are relative to when it was printed; kubectl get pods,events -o json gives times';

/** How the ages of a printed table were understood. */
function ageNote(path: string, text: string): string {
  const printed = printedAt(path, text, null);
  return printed === null ? AGES : `ages are counted back from ${toIso(printed.at)}, when it was printed`;
}

function otherKinds(objects: readonly KubeObject[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind } of objects) if (WHAT[kind] === undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (counts.size === 0) return [];
  const listed = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${count} ${kind}`);
  return [`kinds that are not read: ${listed.slice(0, 12).join(', ')}`];
}

function coverageOf(
  file: FoundObjects,
  workloads: Workloads,
  notes: readonly string[],
  asOf: EpochMs | null,
): readonly Coverage[] {
  const whats = [...new Set(file.objects.flatMap(({ kind }) => WHAT[kind] ?? []))].sort();
  return (whats.length === 0 ? ['platform'] : whats).map((what, index) => {
    const items = file.objects
      .filter(({ kind, createdAt }) => WHAT[kind] === what && (asOf === null || (createdAt ?? 0) <= asOf))
      .map(({ kind, namespace, name, createdAt }) => ({
        at: kind === 'Pod' || kind === 'ReplicaSet' || kind === 'Event' ? createdAt : null,
        service: workloads.serviceOfNamed(kind, namespace, name),
      }));
    const first = index === 0;
    return coverageOfItems(
      {
        source: SOURCE,
        what: file.path === null ? `${what} of ${file.name}` : what,
        path: file.path,
        unit: 'objects',
        rejected: first ? file.rejected : 0,
        notes: first
          ? [
              ...otherKinds(file.objects),
              ...(what === 'deployments' ? notes : []),
              ...(file.ages === null ? [] : [file.ages]),
            ]
          : [],
      },
      items,
    );
  });
}

/** Nothing of a file of other kinds was of use: it was claimed by mistake, or holds too little. */
function unreadGaps({ name, objects }: FoundObjects): readonly Gap[] {
  if (objects.length === 0 || objects.some(({ kind }) => WHAT[kind] !== undefined)) return [];
  const [detail] = otherKinds(objects);
  return [
    {
      source: SOURCE,
      reason: 'not-covered',
      detail: `${name} holds no rollouts, pods, events or nodes; ${detail ?? ''}.`,
      effect: FILES.effect,
      nextStep: 'Save `kubectl get deploy,rs,pods,events,nodes -A -o json` beside it.',
    },
  ];
}

interface Read {
  readonly found: readonly FoundObjects[];
  readonly gaps: readonly Gap[];
}

async function readFiles(request: CollectRequest, context: ConnectorContext): Promise<Read> {
  const found: FoundObjects[] = [];
  let left = MAX_OBJECTS;
  const { gaps } = await collectFiles(request.files, context, FILES, (file, text) => {
    const { objects, rejected, truncated } = readObjects(file.path, text, left);
    left -= objects.length;
    const ages = isPrinted(text.slice(0, HEAD_CHARACTERS)) ? ageNote(file.path, text) : null;
    const own = { path: file.path, name: file.path, objects, rejected, ages };
    found.push(own);
    return {
      ...EMPTY_CONTRIBUTION,
      gaps: [
        ...rejectedGaps(FILES, file.path, rejected, 'objects'),
        ...truncatedGaps(FILES, file.path, truncated, `${objects.length} objects`),
        ...unreadGaps(own),
      ],
    };
  });
  return { found, gaps };
}

async function askServer(request: CollectRequest, context: ConnectorContext): Promise<Read> {
  if (request.config === null) return { found: [], gaps: [] };
  const { listObjects } = await import('./client.ts');
  const found: FoundObjects[] = [];
  const { gaps } = await contributionOrGap(FILES, context.signal, async () => {
    const { server, objects, rejected, gaps } = await listObjects(
      LIVE,
      request.config,
      context,
      FILES,
      MAX_OBJECTS,
    );
    found.push({ path: null, name: server, objects, rejected, ages: null });
    return { ...EMPTY_CONTRIBUTION, gaps: [...gaps, ...rejectedGaps(FILES, server, rejected, 'objects')] };
  });
  return { found, gaps };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Rollouts, pods, events and nodes: what `kubectl get` saved, or what the cluster answers.',
  probes: [],
  always: false,
  live: LIVE,
  recognise,
  collect: async (request, context): Promise<Contribution> => {
    const [saved, asked] = [await readFiles(request, context), await askServer(request, context)];
    const found = [...saved.found, ...asked.found];
    const objects = latestOfEach(found.flatMap((each) => each.objects));
    const { contribution, notes } = decodeObjects(objects, request.asOf);
    const workloads = new Workloads(objects);
    const coverage = found.flatMap((each) => coverageOf(each, workloads, notes, request.asOf));
    return { ...contribution, gaps: [...saved.gaps, ...asked.gaps], coverage };
  },
};
