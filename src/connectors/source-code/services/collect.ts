/** Services and their dependencies from the committed code of every repository: one listing and one search each. */
import type { Gap } from '../../../domain/gap.ts';
import { canonicalServiceName, type ServiceFact, type ServiceKind } from '../../../domain/service.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../../domain/snapshot.ts';
import type { DependencyEdge, EdgeSource } from '../../../domain/topology.ts';
import type { CollectRequest, ConnectorContext } from '../../../ports/connector.ts';
import { GitRepository, type GrepMatch } from '../../_kit/git.ts';
import { type FoundRepository, findRepositories } from '../../_kit/git-find.ts';
import { GitError } from '../../_kit/git-process.ts';
import { joinPath } from '../definitions/modules.ts';
import { categoryOf } from '../diff/category.ts';
import { baseName, extensionOf, folderOf } from '../languages/detect.ts';
import { byText } from '../order.ts';
import { CONNECTOR_ID, RepositoryReader } from '../repository-reader.ts';
import { type Endpoint, endpointsIn, partnerOfVariable } from './endpoints.ts';
import { folderHolding, type ServiceFolder, serviceFolders, serviceNameOfPath } from './folders.ts';

/** Files whose lines are looked at; beyond it the rest is left out and said so. */
const MAX_FILES = 2_000;
const MAX_PER_FILE = 60;
const SEARCHED = new Set(['code', 'config', 'manifest', 'dependency-manifest']);
const GENERIC_PATTERNS = [
  '[a-z]+://[A-Za-z0-9]',
  '["\']\\.\\./',
  '[A-Z]_(URL|URI|HOST|ADDR|ADDRESS|ENDPOINT)',
];
const COMMENT = /^\s*(\/\/|#(?!include)|\*|\/\*|--|<!--)/;

interface Found {
  readonly facts: ServiceFact[];
  readonly edges: DependencyEdge[];
}

interface Line {
  readonly match: GrepMatch;
  readonly from: string;
}

function fact(name: string, kind: ServiceKind, fields: Partial<ServiceFact>): ServiceFact {
  return {
    name,
    kind,
    aliases: [],
    criticality: null,
    userFacing: null,
    journey: null,
    path: null,
    routes: [],
    slo: null,
    baseline: null,
    deploy: null,
    owner: null,
    language: null,
    source: CONNECTOR_ID,
    evidence: [],
    ...fields,
  };
}

/** The name that a root manifest gives: package.json, go.mod, pom.xml, pyproject.toml, Cargo.toml. */
async function manifestName(
  folder: ServiceFolder,
  reader: RepositoryReader,
  repository: FoundRepository,
): Promise<string> {
  const text = folder.manifest === null ? '' : ((await reader.file(folder.manifest))?.text ?? '');
  const match =
    (folder.manifest?.endsWith('.json') === true ? /"name"\s*:\s*"([^"]+)"/.exec(text) : null) ??
    /^module\s+\S*?([^/\s]+)\s*$/m.exec(text) ??
    /<artifactId>([^<]+)<\/artifactId>/.exec(text) ??
    /^name\s*=\s*"([^"]+)"/m.exec(text);
  return match?.[1] ?? baseName(repository.root.replaceAll('\\', '/'));
}

/** Names that an import may use for a service: `payment-service`, `payment_service`, `paymentservice` in Java packages. */
function spellings(name: string): string[] {
  return [...new Set([name, name.replaceAll('-', '_'), name.replaceAll('-', '')])];
}

/** A line that imports: a keyword at its start, a `require`, a `from '…'` at its end, or one path of a Go import block. */
const IMPORT_LINE =
  /^\s*(import|from|use|using|include|export)\b|\brequire(_relative)?\s*\(?\s*["']|\bfrom\s+["'][^"']+["'];?\s*$|^\s*(\w+\s+)?"[\w.-]+(\/[\w.-]+)+"\s*$/;

function importEdges(line: Line, names: ReadonlyMap<string, string>): string[] {
  const { text, path } = line.match;
  if (!IMPORT_LINE.test(text) || categoryOf(path) !== 'code') return [];
  const targets: string[] = [];
  for (const quoted of text.matchAll(/["'](\.\.?\/[^"']+)["']/g)) {
    const target = serviceNameOfPath(joinPath(folderOf(path), quoted[1] ?? ''));
    if (target !== null) targets.push(canonicalServiceName(target));
  }
  for (const word of text.match(/[A-Za-z0-9_-]+/g) ?? []) {
    const target = names.get(word);
    if (target !== undefined) targets.push(target);
  }
  return targets;
}

function callTargets(
  line: Line,
  names: ReadonlyMap<string, string>,
): { readonly name: string; readonly endpoint: Endpoint | null }[] {
  const { text } = line.match;
  const targets = endpointsIn(text).map((endpoint): { name: string; endpoint: Endpoint | null } => ({
    name: endpoint.name,
    endpoint,
  }));
  for (const variable of text.match(/\b[A-Z][A-Z0-9_]*_(?:URL|URI|HOST|ADDR|ADDRESS|ENDPOINT)\b/g) ?? []) {
    const partner = partnerOfVariable(variable);
    const known =
      partner === null
        ? undefined
        : (names.get(partner) ?? (/-(service|api|svc|gateway|worker)$/.test(partner) ? partner : undefined));
    if (known !== undefined) targets.push({ name: known, endpoint: null });
  }
  return targets;
}

function addLine(
  line: Line,
  names: ReadonlyMap<string, string>,
  reader: RepositoryReader,
  edges: Map<string, DependencyEdge>,
  facts: Map<string, ServiceFact>,
): void {
  const { match, from } = line;
  const cite = () =>
    reader.add({
      kind: 'source-line',
      locator: {
        kind: 'git-line',
        repo: reader.repo,
        revision: reader.revision,
        path: match.path,
        line: match.line,
        endLine: match.line,
      },
      refLocator: `${reader.refPrefix()}${reader.revision.slice(0, 7)}:${match.path}:${match.line}`,
      text: match.text,
    });
  const link = (to: string, source: EdgeSource) => {
    const key = `${from}\u0000${to}\u0000${source}`;
    if (to !== from && to !== '' && !edges.has(key)) edges.set(key, { from, to, source, evidence: [cite()] });
  };
  for (const to of importEdges(line, names)) link(to, 'import');
  const isCode = categoryOf(match.path) === 'code';
  for (const { name, endpoint } of callTargets(line, names)) {
    link(name, isCode ? 'client-call' : 'config');
    if (endpoint === null || endpoint.kind === 'service' || facts.has(name)) continue;
    facts.set(
      name,
      fact(name, endpoint.kind, {
        // Host names inside a network are the same everywhere and would make one service of many.
        aliases: endpoint.kind === 'external' ? [endpoint.host] : [],
        evidence: [cite()],
      }),
    );
  }
}

async function readRepository(
  repository: FoundRepository,
  request: CollectRequest,
  reader: RepositoryReader,
): Promise<Found & { readonly omitted: number; readonly files: number }> {
  const paths = await reader.paths();
  const folders = serviceFolders(paths);
  const facts = new Map<string, ServiceFact>();
  const nameOf = new Map<ServiceFolder, string>();
  for (const folder of folders) {
    const raw = folder.path === '' ? await manifestName(folder, reader, repository) : folder.name;
    const name = canonicalServiceName(raw);
    if (name === '') continue;
    nameOf.set(folder, name);
    const where = folder.path === '' ? 'the repository' : folder.path;
    const evidence = reader.search(
      folder.path === '' ? '.' : folder.path,
      folder.files,
      `${where}: ${folder.files} files`,
    );
    if (!facts.has(name))
      facts.set(
        name,
        fact(name, folder.kind, {
          aliases: raw === name ? [] : [raw],
          path: folder.path === '' ? '.' : folder.path,
          language: folder.language,
          evidence: [evidence],
        }),
      );
  }
  if (nameOf.size === 0) return { facts: [], edges: [], omitted: 0, files: paths.length };
  const names = new Map<string, string>();
  for (const name of [...nameOf.values(), ...request.knownServices])
    for (const spelling of spellings(name)) names.set(spelling, name);
  const searched = [...names.keys()].filter((name) => name.length >= 4).sort(byText);
  const matches = await reader.git.grep({
    revision: reader.revision,
    syntax: 'extended',
    patterns: [...GENERIC_PATTERNS, ...searched.map((name) => name.replace(/[^\w-]/g, '.'))],
    maxPerFile: MAX_PER_FILE,
  });
  const edges = new Map<string, DependencyEdge>();
  const read = new Set<string>();
  let omitted = 0;
  for (const match of matches) {
    if (
      !SEARCHED.has(categoryOf(match.path)) ||
      extensionOf(match.path) === 'xml' ||
      COMMENT.test(match.text) ||
      match.text.length > 2_000
    )
      continue;
    if (!read.has(match.path) && read.size >= MAX_FILES) {
      omitted += 1;
      continue;
    }
    read.add(match.path);
    const folder = folderHolding(match.path, folders);
    const from = folder === null ? undefined : nameOf.get(folder);
    if (from !== undefined) addLine({ match, from }, names, reader, edges, facts);
  }
  return { facts: [...facts.values()], edges: [...edges.values()], omitted, files: paths.length };
}

function omittedGap(repo: string, omitted: number): Gap[] {
  if (omitted === 0) return [];
  return [
    {
      source: CONNECTOR_ID,
      reason: 'truncated',
      detail: `dependencies of ${repo} were read from ${MAX_FILES} files, ${omitted} further lines were left out`,
      effect: 'some dependencies between services may be missing',
      nextStep: 'List them under services.<name>.dependsOn in wicked-platform.yaml.',
    },
  ];
}

/** Never throws for one bad repository; a folder outside git is left to the git connector. */
export async function collectServices(
  request: CollectRequest,
  context: ConnectorContext,
): Promise<Contribution> {
  const files = await context.directory.files();
  const repositories = findRepositories(
    context.directory.root,
    files.map((file) => file.path),
    context.directory.repos,
  );
  const parts: Contribution[] = [];
  for (const repository of repositories) {
    if (repository.bare) continue;
    const git = new GitRepository(repository.root, context.signal);
    try {
      const head = await git.resolve('HEAD');
      if (head === null) continue;
      const reader = new RepositoryReader(repository.repo, head, git);
      const found = await readRepository(repository, request, reader).finally(() => reader.close());
      parts.push({
        ...EMPTY_CONTRIBUTION,
        serviceFacts: found.facts,
        edges: found.edges,
        evidence: reader.evidence(),
        gaps: omittedGap(repository.repo, found.omitted),
        coverage:
          found.facts.length === 0
            ? []
            : [
                {
                  source: CONNECTOR_ID,
                  what: 'services and dependencies in code',
                  path: repository.repo,
                  items: found.files,
                  unit: 'files',
                  rejected: 0,
                  interval: null,
                  services: found.facts
                    .filter((each) => each.kind === 'service')
                    .map((each) => each.name)
                    .sort(byText),
                  notes: [],
                },
              ],
      });
    } catch (cause) {
      // The git connector reports repositories that cannot be read; saying it twice helps nobody.
      if (!(cause instanceof GitError) || cause.problem === 'stopped') throw cause;
    }
  }
  return merge(parts);
}

function merge(parts: readonly Contribution[]): Contribution {
  return {
    ...EMPTY_CONTRIBUTION,
    serviceFacts: parts.flatMap((part) => [...part.serviceFacts]),
    edges: parts.flatMap((part) => [...part.edges]),
    evidence: parts.flatMap((part) => [...part.evidence]),
    gaps: parts.flatMap((part) => [...part.gaps]),
    coverage: parts.flatMap((part) => [...part.coverage]),
  };
}
