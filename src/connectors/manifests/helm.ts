/** Helm charts (`Chart.yaml`, `values.yaml`) to service facts and edges. Templates are not rendered. */
import { canonicalServiceName } from '../../domain/service.ts';
import { textOf } from '../_kit/fields.ts';
import { productOf } from '../_kit/partners.ts';
import { isObject } from '../_kit/records.ts';
import type { YamlEntry } from '../_kit/yaml-documents.ts';
import type { Findings } from './facts.ts';

const MAX_DEPTH = 8;

/** `charts/cart/values.yaml` → `cart`; null at the root of the evidence. */
export function chartOfPath(path: string): string | null {
  const name = path.split('/').at(-2);
  return name === undefined || /^(charts?|helm|deploy|infra|values|environments?|envs?)$/i.test(name)
    ? null
    : canonicalServiceName(name);
}

/** The release is taken to be called like the chart, which `helm install` proposes nowhere but teams do. */
export function readChart(document: YamlEntry, findings: Findings): boolean {
  const name = textOf(document.value['name']);
  if (name === null || document.value['type'] === 'library') return false;
  const dependencies = Array.isArray(document.value['dependencies']) ? document.value['dependencies'] : [];
  const service = canonicalServiceName(name);
  findings.add(
    { name: service, deploy: { platform: 'helm', namespace: null, context: null, name } },
    document.lineOf(['name']),
  );
  for (const [index, dependency] of dependencies.entries()) {
    const product = isObject(dependency) ? productOf(textOf(dependency['name']) ?? '') : null;
    if (product === null) continue;
    const line = document.lineOf(['dependencies', index, 'name']);
    findings.addHosts(service, 'host', product.name, line);
  }
  return true;
}

/** Settings that name hosts, at any depth; `image.repository` is another name of the service. */
export function readValues(document: YamlEntry, chart: string, findings: Findings): boolean {
  const image = isObject(document.value['image']) ? document.value['image'] : {};
  const repository = textOf(image['repository']);
  const alias = canonicalServiceName(repository?.split('/').at(-1) ?? '');
  const line = document.lineOf(repository === null ? [] : ['image', 'repository']);
  findings.add({ name: chart, aliases: alias === '' || alias === chart ? [] : [alias] }, line);
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (path.length > MAX_DEPTH || path[0] === 'image') return;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, [...path, index]);
    } else if (isObject(value)) {
      const [key, text] = [textOf(value['name']), textOf(value['value'])];
      if (key !== null && text !== null)
        findings.addHosts(chart, key, text, document.lineOf([...path, 'value']));
      else for (const [name, item] of Object.entries(value)) visit(item, [...path, name]);
    } else {
      const text = textOf(value);
      const key = path.findLast((part) => typeof part === 'string');
      if (text !== null && typeof key === 'string' && !isOwnHost(path))
        findings.addHosts(chart, key, text, document.lineOf(path));
    }
  };
  visit(document.value, []);
  return true;
}

/** `ingress.hosts[].host` is where users reach the service, not whom it calls. */
function isOwnHost(path: readonly (string | number)[]): boolean {
  return path.some(
    (part) => typeof part === 'string' && /^(ingress|gateway|route|virtualservice|service)$/i.test(part),
  );
}
