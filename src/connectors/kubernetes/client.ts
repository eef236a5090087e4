/** Asks a Kubernetes API server for the objects that a triage reads: the only I/O beside files, GET only, page by page. It decodes nothing. */
import { ConnectorError } from '../../domain/error.ts';
import type { Gap } from '../../domain/gap.ts';
import type { ConnectorContext, LiveDeclaration } from '../../ports/connector.ts';
import { type FileSource, gapOf, truncatedGaps } from '../_kit/collect-files.ts';
import { textOf } from '../_kit/fields.ts';
import { getJson, type LiveSource, readLiveSource, textSetting } from '../_kit/http.ts';
import { isObject } from '../_kit/records.ts';
import { at, type KubeObject, objectsOfAnswer } from './objects.ts';

/** What kubectl itself asks for at a time. */
const PAGE_SIZE = '500';
/** A triage must not be what overloads an API server in trouble. */
const AT_ONCE = 3;

interface Resource {
  readonly kind: string;
  readonly group: string;
  readonly name: string;
  /** Nodes belong to no namespace; Rollouts are there only where Argo Rollouts is installed. */
  readonly scope: 'namespaced' | 'cluster';
  readonly optional: boolean;
}

function resource(kind: string, group: string, name: string, more: Partial<Resource> = {}): Resource {
  return { kind, group, name, scope: 'namespaced', optional: false, ...more };
}

/** In the order of what helps a triage most: a run that is stopped keeps what came first. */
const RESOURCES: readonly Resource[] = [
  resource('Deployment', '/apis/apps/v1', 'deployments'),
  resource('ReplicaSet', '/apis/apps/v1', 'replicasets'),
  resource('Pod', '/api/v1', 'pods'),
  resource('Event', '/api/v1', 'events'),
  resource('StatefulSet', '/apis/apps/v1', 'statefulsets'),
  resource('DaemonSet', '/apis/apps/v1', 'daemonsets'),
  resource('ControllerRevision', '/apis/apps/v1', 'controllerrevisions'),
  resource('Rollout', '/apis/argoproj.io/v1alpha1', 'rollouts', { optional: true }),
  resource('Job', '/apis/batch/v1', 'jobs'),
  resource('Node', '/api/v1', 'nodes', { scope: 'cluster' }),
];

export interface Listed {
  readonly server: string;
  readonly objects: readonly KubeObject[];
  readonly rejected: number;
  readonly gaps: readonly Gap[];
}

interface Part extends Omit<Listed, 'server'> {
  readonly failure: ConnectorError | null;
}

/** A kind that may not be read is a gap of that kind. Throws ConnectorError where nothing at all could be asked for. */
export async function listObjects(
  live: LiveDeclaration,
  config: unknown,
  context: ConnectorContext,
  files: FileSource,
  max: number,
): Promise<Listed> {
  const source = readLiveSource(live, config, context.environment, context.signal);
  const namespace = textSetting(source, config, 'namespace');
  if (namespace !== null && !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace)) throw noNamespace(namespace);
  const parts: Part[] = [];
  for (let index = 0; index < RESOURCES.length; index += AT_ONCE) {
    context.progress('listing objects', index, RESOURCES.length);
    const left = max - parts.reduce((sum, { objects }) => sum + objects.length, 0);
    const group = RESOURCES.slice(index, index + AT_ONCE);
    parts.push(...(await Promise.all(group.map((own) => listOne(source, own, namespace, files, left)))));
    // What all of the first kinds fail of is true of the server: a wrong token, no route.
    const failures = parts.flatMap(({ failure }) => failure ?? []);
    if (failures[0] !== undefined && failures.length === parts.length) throw failures[0];
  }
  return {
    server: source.baseUrl,
    objects: parts.flatMap(({ objects }) => objects),
    rejected: parts.reduce((sum, { rejected }) => sum + rejected, 0),
    gaps: parts.flatMap(({ gaps }) => gaps),
  };
}

/** All pages of a kind, up to `max` objects. */
async function listOne(
  source: LiveSource,
  own: Resource,
  namespace: string | null,
  files: FileSource,
  max: number,
): Promise<Part> {
  const within = namespace !== null && own.scope === 'namespaced' ? `/namespaces/${namespace}` : '';
  const path = `${own.group}${within}/${own.name}`;
  const objects: KubeObject[] = [];
  let rejected = 0;
  let next: string | null = '';
  try {
    while (next !== null && objects.length < max) {
      const parameters: Record<string, string> = { limit: PAGE_SIZE };
      if (next !== '') parameters['continue'] = next;
      const answer = await getJson(source, path, parameters);
      if (!isObject(answer) || !Array.isArray(answer['items'])) throw notKubernetes(source, path);
      const page = objectsOfAnswer(answer, own.kind, `${source.baseUrl}${own.group}/${own.name}`);
      objects.push(...page.objects);
      rejected += page.rejected;
      next = textOf(at(answer, 'metadata')['continue']);
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (own.optional && error.code === 'not-found') return { objects, rejected, gaps: [], failure: null };
    return {
      objects,
      rejected,
      gaps: [partGap(files, own, error)],
      failure: objects.length > 0 ? null : error,
    };
  }
  const from = `${source.baseUrl}${path}`;
  const gaps = truncatedGaps(files, from, next !== null, `${objects.length} objects`, 'Name one namespace.');
  return { objects: objects.slice(0, max), rejected, gaps, failure: null };
}

function partGap(files: FileSource, { name }: Resource, error: ConnectorError): Gap {
  const gap = gapOf(files, error);
  if (error.code !== 'auth') return gap;
  return {
    ...gap,
    nextStep: `${error.nextStep} It needs get and list on ${name}: the role view, and nodes.`,
  };
}

function notKubernetes({ baseUrl }: LiveSource, path: string): ConnectorError {
  return new ConnectorError({
    code: 'malformed',
    what: `GET ${baseUrl}${path}`,
    why: 'the answer is not one of the Kubernetes API',
    nextStep: 'Check the address of the source kubernetes; kubectl proxy answers on http://127.0.0.1:8001.',
  });
}

function noNamespace(namespace: string): ConnectorError {
  return new ConnectorError({
    code: 'config',
    what: `The source kubernetes: namespace ${JSON.stringify(namespace)}`,
    why: 'it is no name of a namespace',
    nextStep: 'Name one namespace, or leave it out for all.',
  });
}
