/** Who reconciles what is declared: Flux HelmReleases and Kustomizations, Argo CD Applications. What they control by folder is found once all files are read. */
import { canonicalServiceName, type DeployTarget, type ServiceFact } from '../../domain/service.ts';
import { textOf } from '../_kit/fields.ts';
import { isObject } from '../_kit/records.ts';
import type { YamlEntry } from '../_kit/yaml-documents.ts';

/** Marks a manifest of a controller by its API group, which no other tool uses. */
export const GITOPS_API = /^apiVersion:\s*["']?(?:(?:helm|kustomize)\.toolkit\.fluxcd\.io|argoproj\.io)\//m;

export interface Controller {
  readonly target: DeployTarget;
  /** Folder that it applies, without `./` in front; null where it applies no folder of a repository. */
  readonly folder: string | null;
  /** Service that it deploys by its own name. */
  readonly service: string;
  readonly line: number;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) current = isObject(current) ? current[key] : undefined;
  return current;
}

function folderOf(value: unknown): string | null {
  const folder = textOf(value)?.replace(/^\.?\/+|\/+$/g, '') ?? '';
  return folder === '' || folder === '.' ? null : folder;
}

/** Null for any other kind, and for one without a name. */
export function controllerOf({ value, lineOf }: YamlEntry): Controller | null {
  const [api, kind] = [textOf(value['apiVersion']) ?? '', textOf(value['kind']) ?? ''];
  const name = textOf(at(value, 'metadata', 'name'));
  if (name === null) return null;
  const namespace = textOf(at(value, 'metadata', 'namespace'));
  const line = lineOf(['metadata', 'name']);
  const spec = value['spec'];
  const suspended = at(spec, 'suspend') === true;
  const flux = (own: string, folder: string | null, service: string): Controller => ({
    target: {
      platform: 'flux',
      namespace,
      context: null,
      name: own,
      kind,
      sync: suspended ? 'manual' : 'automated',
    },
    folder,
    service: canonicalServiceName(service),
    line,
  });
  if (api.startsWith('helm.toolkit.fluxcd.io/') && kind === 'HelmRelease')
    return flux(name, folderOf(at(spec, 'chart', 'spec', 'chart')), textOf(at(spec, 'releaseName')) ?? name);
  if (api.startsWith('kustomize.toolkit.fluxcd.io/') && kind === 'Kustomization')
    return flux(name, folderOf(at(spec, 'path')), name);
  if (!api.startsWith('argoproj.io/') || kind !== 'Application') return null;
  const automated = at(spec, 'syncPolicy', 'automated');
  const isAutomated = isObject(automated) && automated['enabled'] !== false;
  const selfHeals = isAutomated && automated['selfHeal'] === true;
  const sync = selfHeals ? 'self-heal' : 'automated';
  return {
    target: {
      platform: 'argo-cd',
      namespace: textOf(at(spec, 'destination', 'namespace')),
      context: null,
      name,
      sync: isAutomated ? sync : 'manual',
    },
    folder: folderOf(at(spec, 'source', 'path')),
    service: canonicalServiceName(name),
    line,
  };
}

/** Workloads below a controller's folder are under its control; facts of other files are looked up by their path. */
export function controlled(
  controllers: readonly { readonly controller: Controller; readonly evidence: ServiceFact['evidence'] }[],
  facts: readonly { readonly path: string; readonly fact: ServiceFact }[],
): readonly ServiceFact[] {
  return controllers.flatMap(({ controller, evidence }) => {
    const { folder } = controller;
    const below = facts.filter(
      ({ path, fact }) => folder !== null && path.startsWith(`${folder}/`) && fact.deploy !== null,
    );
    return below.map(({ fact }) => ({
      ...fact,
      aliases: [],
      routes: [],
      deploy: controller.target,
      evidence,
    }));
  });
}
