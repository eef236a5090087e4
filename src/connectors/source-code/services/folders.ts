/** Services as a repository's folders show them: where code lives that is built and run by itself. Pure. */
import type { ServiceKind } from '../../../domain/service.ts';
import { categoryOf } from '../diff/category.ts';
import { baseName, extensionOf, folderOf, isSourceFile, profileOf } from '../languages/detect.ts';
import { byText } from '../order.ts';

export interface ServiceFolder {
  /** Name of the folder as written; empty for the root of a repository that is one service. */
  readonly name: string;
  /** Without a trailing slash; empty for the root. */
  readonly path: string;
  readonly kind: ServiceKind;
  readonly language: string | null;
  readonly manifest: string | null;
  readonly files: number;
}

const MANIFEST =
  /^(package\.json|go\.mod|pom\.xml|build\.gradle(\.kts)?|pyproject\.toml|requirements\.txt|setup\.py|Cargo\.toml|Gemfile|composer\.json|mix\.exs|Dockerfile|.*\.csproj)$/;
/** What starts a program that is run by itself, where no manifest lies beside it: a rack file, a front controller, a settled name of an entry. */
const ENTRY =
  /^(?:config\.ru|artisan|manage\.py|wsgi\.py|asgi\.py|(?:public|web|htdocs)\/index\.php|index\.php|(?:main|server|app|worker|consumer)\.(?:rb|py|js|mjs|ts|php|go))$/;
/** Names under which one program keeps its own code. */
const OWN_CODE = /^(?:app|src|lib|source|code|main|core|common|shared)$/;
/** Folders whose direct children are services when they hold code, with or without a manifest. */
const SERVICE_CONTAINERS = /^(services|apps|microservices|functions|lambdas|workers|svc|backends?)$/;
/** Folders whose children are services or libraries only with a manifest. */
const PACKAGE_CONTAINERS = /^(packages|libs|modules|src|projects|pkg|components|crates)$/;
const NO_SERVICE =
  /^(docs?|documentation|infra|infrastructure|scripts?|tools?|test|tests|e2e|deploy|deployments?|charts?|helm|k8s|terraform|migrations?|config|configs|build|dist|bin|examples?|vendor|third_party|node_modules|\..*)$/;

interface Draft {
  readonly path: string;
  readonly container: 'service' | 'package' | 'command' | 'top';
  manifest: string | null;
  hasDockerfile: boolean;
  hasEntry: boolean;
  code: number;
  readonly languages: Map<string, number>;
}

/** The folder that a file's service would have, by the names of the folders above it; null where none fits. */
function ownerOf(path: string): Pick<Draft, 'path' | 'container'> | null {
  const parts = path.split('/');
  for (let index = 0; index + 2 < parts.length + 0 && index < 3; index += 1) {
    const part = parts[index] ?? '';
    const child = parts[index + 1];
    if (child === undefined || index + 2 > parts.length - 1) break;
    const folder = parts.slice(0, index + 2).join('/');
    if (SERVICE_CONTAINERS.test(part)) return { path: folder, container: 'service' };
    if (part === 'cmd') return { path: folder, container: 'command' };
    if (PACKAGE_CONTAINERS.test(part) && index === 0) return { path: folder, container: 'package' };
  }
  const top = parts[0];
  return parts.length > 1 && top !== undefined && !NO_SERVICE.test(top)
    ? { path: top, container: 'top' }
    : null;
}

/** Folder of the package, service or top-level part that a file belongs to; null for a file at the root. */
export function unitOf(path: string): string | null {
  return ownerOf(path)?.path ?? null;
}

function mostFrequent(counts: ReadonlyMap<string, number>): string | null {
  const ranked = [...counts].sort(([a, left], [b, right]) => right - left || byText(a, b));
  return ranked[0]?.[0] ?? null;
}

function add(draft: Draft, path: string): void {
  const inside = path.slice(draft.path === '' ? 0 : draft.path.length + 1);
  const name = baseName(path);
  if (!inside.includes('/') && MANIFEST.test(name)) {
    if (name === 'Dockerfile') draft.hasDockerfile = true;
    if (draft.manifest === null || draft.manifest.endsWith('Dockerfile')) draft.manifest = path;
  }
  if (ENTRY.test(inside)) draft.hasEntry = true;
  const category = categoryOf(path);
  if (!isSourceFile(path) || category === 'test' || category === 'generated') return;
  draft.code += 1;
  const language = profileOf(path)?.id ?? extensionOf(path);
  draft.languages.set(language === 'tsx' ? 'typescript' : language, (draft.languages.get(language) ?? 0) + 1);
}

/** Several programs beside each other at the top of a repository that is none itself: each folder is one, with a manifest or without. */
function besideEachOther(drafts: readonly Draft[], root: Draft): readonly Draft[] {
  const programs = drafts.filter(
    ({ container, manifest, hasEntry, code, path }) =>
      container === 'top' && code > 0 && (manifest !== null || (hasEntry && !OWN_CODE.test(path))),
  );
  return root.manifest === null && programs.length > 1 ? programs : [];
}

function isService(draft: Draft): boolean {
  if (draft.code === 0 && draft.manifest === null) return false;
  if (draft.container === 'service') return draft.code > 0;
  if (draft.container === 'command') return draft.code > 0;
  return draft.manifest !== null && draft.code > 0;
}

function finish(draft: Draft, files: number): ServiceFolder {
  const library = draft.container === 'package' && !draft.hasDockerfile;
  return {
    name: draft.path === '' ? '' : baseName(draft.path),
    path: draft.path,
    kind: library ? 'library' : 'service',
    language: mostFrequent(draft.languages),
    manifest: draft.manifest,
    files,
  };
}

/** A manifest this deep at most stands for a program; deeper ones are parts of one. */
const DEEPEST = 4;

/** Folders with a manifest of their own below a top folder that has none and is no container by name: `frontend/storefront/package.json`. */
function nested(paths: readonly string[]): readonly string[] {
  const withManifest = new Set(
    paths.filter((path) => MANIFEST.test(baseName(path))).map((path) => folderOf(path)),
  );
  const inside = [...withManifest].filter((folder) => {
    const parts = folder.split('/');
    return (
      parts.length >= 2 &&
      parts.length < DEEPEST &&
      !parts.some(
        (part) => NO_SERVICE.test(part) || PACKAGE_CONTAINERS.test(part) || SERVICE_CONTAINERS.test(part),
      )
    );
  });
  // The outermost one is the program.
  return inside.filter((folder) => {
    const parts = folder.split('/');
    return parts.slice(1).every((_, index) => !withManifest.has(parts.slice(0, index + 1).join('/')));
  });
}

/** Sorted by path. A repository with a manifest at its root and no service folders is one service with an empty path. */
export function serviceFolders(paths: readonly string[]): ServiceFolder[] {
  const drafts = new Map<string, Draft>();
  const counts = new Map<string, number>();
  const root: Draft = {
    path: '',
    container: 'top',
    manifest: null,
    hasDockerfile: false,
    hasEntry: false,
    code: 0,
    languages: new Map(),
  };
  const deep = new Set(nested(paths));
  for (const path of paths) {
    add(root, path);
    const inner = path
      .split('/')
      .slice(0, DEEPEST)
      .map((_, index, parts) => parts.slice(0, index).join('/'))
      .find((folder) => deep.has(folder));
    const owner = inner === undefined ? ownerOf(path) : { path: inner, container: 'top' as const };
    if (owner === null) continue;
    let draft = drafts.get(owner.path);
    if (draft === undefined) {
      draft = {
        ...owner,
        manifest: null,
        hasDockerfile: false,
        hasEntry: false,
        code: 0,
        languages: new Map(),
      };
      drafts.set(owner.path, draft);
    }
    add(draft, path);
    counts.set(owner.path, (counts.get(owner.path) ?? 0) + 1);
  }
  const beside = besideEachOther([...drafts.values()], root);
  const services = [...drafts.values()]
    .filter((draft) => isService(draft) || beside.includes(draft))
    .map((draft) => finish(draft, counts.get(draft.path) ?? 0));
  const named = services.filter((service) => service.kind === 'service');
  if (named.length === 0 && root.manifest !== null && root.code > 0)
    return [...services, finish(root, paths.length)];
  return services.sort((a, b) => byText(a.path, b.path));
}

/** The service folder that holds a file: the longest path that fits; null where none does. */
export function folderHolding(path: string, folders: readonly ServiceFolder[]): ServiceFolder | null {
  let best: ServiceFolder | null = null;
  for (const folder of folders)
    if (
      (folder.path === '' || path.startsWith(`${folder.path}/`)) &&
      (best === null || folder.path.length > best.path.length)
    )
      best = folder;
  return best;
}

/** Name of the service that a path would belong to, even one that holds no files: `services/payment-service/client` → `payment-service`. */
export function serviceNameOfPath(path: string): string | null {
  const parts = path.split('/');
  const index = parts.findIndex((part) => SERVICE_CONTAINERS.test(part));
  const name = index === -1 ? undefined : parts[index + 1];
  return name === undefined ||
    name === '' ||
    (folderOf(path) === parts.slice(0, index + 1).join('/') && name.includes('.'))
    ? null
    : name;
}
