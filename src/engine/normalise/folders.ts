/** Which folders and files of the repositories a service runs: its own, what sets it up, and the shared code that it was seen or found to use. */
import type { ServiceName } from '../../domain/service.ts';
import type { ServiceNode } from '../../domain/situation.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { DependencyEdge } from '../../domain/topology.ts';
import { isStore } from '../_signals/stores.ts';

/** By service, sorted; an empty list limits nothing, since then it is not known where the service's code lies. */
export function foldersOfServices(
  services: ReadonlyMap<ServiceName, ServiceNode>,
  edges: readonly DependencyEdge[],
  traced: ReadonlyMap<ServiceName, readonly string[]>,
  snapshot: Snapshot,
): ReadonlyMap<ServiceName, readonly string[]> {
  const byName = foldersByName(snapshot);
  const own = new Map(
    [...services.values()].map((node) => [node.name, foldersOf(node, edges, services, byName)]),
  );
  // A caller logs the stack of whom it called: that lies in the other's folder, and is not run here.
  const isOthers = (folder: string, name: ServiceName) =>
    [...own].some(
      ([other, folders]) =>
        other !== name &&
        services.get(other)?.kind === 'service' &&
        folders.some((each) => folder === each || folder.startsWith(`${each}/`)),
    );
  return new Map(
    [...own].map(([name, folders]) => [
      name,
      withTraced(folders, [
        ...(traced.get(name) ?? []).filter((folder) => !isOthers(folder, name)),
        ...importedBy(name, snapshot),
      ]),
    ]),
  );
}

/** Folders proved by traces are added where they lie outside those known; without any known folder nothing is limited. */
function withTraced(known: readonly string[], traced: readonly string[]): readonly string[] {
  if (known.length === 0) return known;
  const outside = traced.filter(
    (folder) => !known.some((own) => folder === own || folder.startsWith(`${own}/`)),
  );
  return [...new Set([...known, ...outside])].sort();
}

/** Folders that the catalog or the code gives, else any folder that carries exactly the service's name; then the libraries it imports. */
function foldersOf(
  node: ServiceNode,
  edges: readonly DependencyEdge[],
  services: ReadonlyMap<ServiceName, ServiceNode>,
  named: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const own = [...new Set([...node.paths, ...(named.get(bareName(node.name)) ?? [])])];
  // A file that sets the service up says nothing of where its code lies: then nothing is limited. Nobody here writes that of a program.
  if (own.every((path) => NAMED_FILE.test(path))) return isProgram(node.name) ? own : [];
  const libraries = edges
    .filter((edge) => edge.from === node.name && services.get(edge.to)?.kind === 'library')
    .flatMap((edge) => services.get(edge.to)?.paths ?? []);
  return [...new Set([...own, ...libraries])].sort();
}

/** Folders that the service's code was found to import from. */
function importedBy(service: ServiceName, snapshot: Snapshot): readonly string[] {
  return snapshot.probeAnswers.flatMap((answer) =>
    answer.kind === 'imports' && answer.service === service ? answer.folders.map(({ folder }) => folder) : [],
  );
}

/** `plan-api`, `plan_api` and `PlanApi` are one name, and `planapi` where a language allows no separators. */
function bareName(name: string): string {
  return name.replace(/[-_.]/g, '').toLowerCase();
}

/** Programs that a house sets up and does not write. */
const PROGRAM =
  /^(?:nginx|haproxy|envoy|traefik|varnish|squid|apache2?|httpd|caddy|kong|prometheus|alertmanager|logstash|fluentd?|fluent-?bit|otel-?collector|coredns|memcached|pgbouncer|proxysql|keycloak|vault|consul)$/;

function isProgram(name: ServiceName): boolean {
  return PROGRAM.test(name) || isStore(name);
}

/** Files that set up a service and are named after it: `deploy/cart.yaml`, `infra/cart-values.yml`, `terraform/cart.tf`. */
const NAMED_FILE =
  /^(.+?)(?:[-_.](?:deployment|deploy|values|config|configmap|service|statefulset|prod|production|app))*\.(?:ya?ml|json|toml|tf|tfvars|hcl|env|properties|conf|cfg|cnf|ini|vcl)$/;

/**
 * Folders of all repositories by the bare name of their last part, each sorted, and single files that set up what they are named
 * after. A folder within one of the same name is part of it.
 */
function foldersByName(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const known = new Set<string>();
  const found = new Map<string, string[]>();
  const add = (name: string, path: string) => {
    const list = found.get(name) ?? [];
    if (!list.includes(path)) found.set(name, [...list, path]);
  };
  for (const repository of snapshot.repositories) {
    for (const file of repository.files) {
      const slash = file.lastIndexOf('/');
      const folder = file.slice(0, Math.max(0, slash));
      const owner = NAMED_FILE.exec(file.slice(slash + 1))?.[1];
      if (owner !== undefined && slash > 0) add(bareName(owner), file);
      if (folder === '' || known.has(folder)) continue;
      known.add(folder);
      const names = new Set<string>();
      const parts = folder.split('/');
      for (const [index, part] of parts.entries()) {
        const name = bareName(part);
        if (names.has(name)) continue;
        names.add(name);
        add(name, parts.slice(0, index + 1).join('/'));
      }
    }
  }
  return new Map([...found.entries()].map(([name, list]) => [name, list.sort()]));
}
