/** Kubernetes manifests to service facts and edges. It reads what is declared, not what runs. */
import { type Criticality, canonicalServiceName, type DeployTarget } from '../../domain/service.ts';
import { textOf } from '../_kit/fields.ts';
import { productOf } from '../_kit/partners.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import type { YamlEntry } from '../_kit/yaml-documents.ts';
import type { Findings } from './facts.ts';

const WORKLOADS = /^(Deployment|StatefulSet|DaemonSet|Rollout|CronJob|Job|Service\.serving)$/;
const CRITICALITIES: readonly Criticality[] = ['critical', 'high', 'medium', 'low'];

type Path = readonly (string | number)[];

function at(value: unknown, path: Path): unknown {
  let current: unknown = value;
  for (const key of path) {
    if (Array.isArray(current) && typeof key === 'number') current = current[key];
    else if (isObject(current) && typeof key === 'string') current = current[key];
    else return undefined;
  }
  return current;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function child(value: unknown, path: Path): JsonObject {
  const found = at(value, path);
  return isObject(found) ? found : {};
}

const NAME_LABELS = ['app.kubernetes.io/name', 'app', 'k8s-app', 'name'];

function labelled(labels: JsonObject): string | null {
  for (const key of NAME_LABELS) {
    const name = textOf(labels[key]);
    if (name !== null) return name;
  }
  return null;
}

interface Named {
  /** Canonical name of the service. */
  readonly service: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: JsonObject;
}

/** The label names the service, unless it names something larger that several workloads share (`app: shop`). */
function namedBy(value: JsonObject): Named | null {
  const name = textOf(at(value, ['metadata', 'name']));
  if (name === null) return null;
  const labels = child(value, ['metadata', 'labels']);
  const label = labelled(labels);
  const fits =
    label !== null && (name === label || name.startsWith(`${label}-`) || label.startsWith(`${name}-`));
  const service = canonicalServiceName(fits && label !== null && label.length < name.length ? label : name);
  return { service, name, namespace: textOf(at(value, ['metadata', 'namespace'])), labels };
}

function podPath(kind: string): Path {
  return kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
}

function criticalityOf(labels: JsonObject): Criticality | null {
  const text = (textOf(labels['criticality']) ?? textOf(labels['tier']) ?? '').toLowerCase();
  return CRITICALITIES.find((one) => one === text) ?? null;
}

function imageName(image: string): string {
  return canonicalServiceName((image.split('@')[0] ?? '').split('/').at(-1)?.replace(/:.*$/, '') ?? '');
}

function targetOf(kind: string, { name, namespace }: Named): DeployTarget {
  const platform = kind === 'Rollout' ? 'argo-rollouts' : 'kubernetes';
  const isUsual = kind === 'Deployment' || kind === 'Rollout';
  return { platform, namespace, context: null, name, ...(isUsual ? {} : { kind }) };
}

function readEnvironment(document: YamlEntry, container: Path, from: string, findings: Findings): void {
  const entries = list(at(document.value, [...container, 'env']));
  for (const [index, entry] of entries.entries()) {
    const [key, value] = [textOf(at(entry, ['name'])), textOf(at(entry, ['value']))];
    if (key !== null && value !== null)
      findings.addHosts(from, key, value, document.lineOf([...container, 'env', index, 'value']));
  }
}

function readWorkload(document: YamlEntry, kind: string, named: Named, findings: Findings): void {
  const { value } = document;
  const spec: Path = [...podPath(kind), 'spec'];
  const containers = list(at(value, [...spec, 'containers']));
  const images = containers.map((container) => textOf(at(container, ['image'])) ?? '');
  const store = images.length === 1 ? productOf(images[0] ?? '') : null;
  const others = [named.name, imageName(images[0] ?? '')].map(canonicalServiceName);
  const aliases = [...new Set(others)].filter((alias) => alias !== '' && alias !== named.service);
  const annotations = child(value, ['metadata', 'annotations']);
  const owner = textOf(named.labels['team']) ?? textOf(named.labels['owner']) ?? textOf(annotations['owner']);
  findings.add(
    {
      name: named.service,
      kind: store === null ? 'service' : store.kind,
      aliases: store === null ? aliases : [],
      deploy: targetOf(kind, named),
      owner,
      criticality: criticalityOf(named.labels),
    },
    document.lineOf(['metadata', 'name']),
  );
  for (const index of containers.keys())
    readEnvironment(document, [...spec, 'containers', index], named.service, findings);
}

/** A Service's own name is how others call what its selector finds. */
function readService(document: YamlEntry, named: Named, findings: Findings): void {
  const selected = labelled(child(document.value, ['spec', 'selector']));
  const line = document.lineOf(['metadata', 'name']);
  const external = textOf(at(document.value, ['spec', 'externalName']));
  if (external !== null) findings.addHosts(named.service, 'url', external, line);
  if (selected === null) return;
  const service = canonicalServiceName(selected);
  const alias = canonicalServiceName(named.name);
  findings.add({ name: service, aliases: alias === service ? [] : [alias] }, line);
}

/** What an Ingress routes to is reached by users. */
function readIngress(document: YamlEntry, findings: Findings): void {
  const routes = new Map<string, { readonly line: number; readonly paths: string[] }>();
  for (const [ruleIndex, rule] of list(at(document.value, ['spec', 'rules'])).entries()) {
    for (const [index, entry] of list(at(rule, ['http', 'paths'])).entries()) {
      const name =
        textOf(at(entry, ['backend', 'service', 'name'])) ?? textOf(at(entry, ['backend', 'serviceName']));
      if (name === null) continue;
      const line = document.lineOf(['spec', 'rules', ruleIndex, 'http', 'paths', index]);
      const known = routes.get(name) ?? { line, paths: [] };
      routes.set(name, known);
      const path = textOf(at(entry, ['path']));
      if (path !== null && !known.paths.includes(path)) known.paths.push(path);
    }
  }
  for (const [name, { line, paths }] of routes)
    findings.add({ name: canonicalServiceName(name), userFacing: true, routes: paths }, line);
}

/** Settings of a ConfigMap belong to the service that it is named after: `cart-config` → `cart`. */
function readConfigMap(document: YamlEntry, named: Named, findings: Findings): void {
  const service = canonicalServiceName(named.service.replace(/-(config|configmap|env|settings)$/, ''));
  for (const [key, value] of Object.entries(child(document.value, ['data']))) {
    const text = textOf(value);
    if (text !== null && !text.includes('\n'))
      findings.addHosts(service, key, text, document.lineOf(['data', key]));
  }
}

/** Adds what a document states; false for a kind that states nothing about services. */
export function readManifest(document: YamlEntry, findings: Findings): boolean {
  const kind = textOf(document.value['kind']) ?? '';
  const named = namedBy(document.value);
  if (named === null) return false;
  if (WORKLOADS.test(kind)) readWorkload(document, kind, named, findings);
  else if (kind === 'Service') readService(document, named, findings);
  else if (kind === 'Ingress') readIngress(document, findings);
  else if (kind === 'ConfigMap') readConfigMap(document, named, findings);
  else return false;
  return true;
}
