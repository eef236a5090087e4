/** Services and their dependencies from the committed code of every repository: one listing and one search each. */
import type { Gap } from '../../../domain/gap.ts';
import { canonicalServiceName, type ServiceFact } from '../../../domain/service.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../../domain/snapshot.ts';
import type { DependencyEdge } from '../../../domain/topology.ts';
import type { CollectRequest, ConnectorContext } from '../../../ports/connector.ts';
import { GitRepository, type GrepMatch } from '../../_kit/git.ts';
import { repositoriesIn } from '../../_kit/git-bundle.ts';
import type { FoundRepository } from '../../_kit/git-find.ts';
import { GitError } from '../../_kit/git-process.ts';
import { gitSession } from '../../_kit/git-session.ts';
import { categoryOf } from '../diff/category.ts';
import { baseName, extensionOf } from '../languages/detect.ts';
import { byText } from '../order.ts';
import { CONNECTOR_ID, RepositoryReader } from '../repository-reader.ts';
import { addLine, citeLine, fact, spelledNames } from './edges.ts';
import { folderHolding, type ServiceFolder, serviceFolders, serviceNameOfPath } from './folders.ts';
import { HANDLING_WORDS, handlesBoth, MAX_TOPIC_LINES, TOPIC_WORDS, topicEdges } from './topics.ts';

/** Files whose lines are looked at; beyond it the rest is left out and said so. */
const MAX_FILES = 2_000;
const MAX_PER_FILE = 60;
const SEARCHED = new Set(['code', 'config', 'manifest', 'dependency-manifest']);
const GENERIC_PATTERNS = [
  '[a-z]+://[A-Za-z0-9]',
  '["\']\\.\\./',
  '[A-Z]_(URL|URI|HOST|ADDR|ADDRESS|ENDPOINT)',
  // What protobuf makes of a service, in the capitals of its language.
  '[a-z]Service(Client|Stub|BlockingStub)',
];
const COMMENT = /^\s*(\/\/|#(?!include)|\*|\/\*|--|<!--)/;

interface Found {
  readonly facts: readonly ServiceFact[];
  readonly edges: readonly DependencyEdge[];
  readonly omitted: number;
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
  if (match?.[1] !== undefined) return match[1];
  return repository.made === true ? '' : baseName(repository.root.replaceAll('\\', '/'));
}

/** Services by folder, and their facts by name. */
interface Named {
  readonly folders: readonly ServiceFolder[];
  readonly names: ReadonlyMap<ServiceFolder, string>;
  readonly facts: Map<string, ServiceFact>;
}

async function nameFolders(reader: RepositoryReader, repository: FoundRepository): Promise<Named> {
  const folders = serviceFolders(await reader.paths());
  const facts = new Map<string, ServiceFact>();
  const names = new Map<ServiceFolder, string>();
  for (const folder of folders) {
    const isRoot = folder.path === '';
    const raw = isRoot ? await manifestName(folder, reader, repository) : folder.name;
    const name = canonicalServiceName(raw);
    if (name === '') continue;
    names.set(folder, name);
    if (facts.has(name)) continue;
    const path = isRoot ? '.' : folder.path;
    const evidence = reader.search(
      path,
      folder.files,
      `${isRoot ? 'the repository' : path}: ${folder.files} files`,
    );
    const aliases = raw === name ? [] : [raw];
    facts.set(
      name,
      fact(name, folder.kind, { aliases, path, language: folder.language, evidence: [evidence] }),
    );
  }
  return { folders, names, facts };
}

function isTelling(match: GrepMatch): boolean {
  if (!SEARCHED.has(categoryOf(match.path)) || extensionOf(match.path) === 'xml') return false;
  return !COMMENT.test(match.text) && match.text.length <= 2_000;
}

/** Types that are called after `stock-service`: `StockServiceClient`. */
function typesOf(word: string): readonly string[] {
  const type = word
    .replace(/(?:^|[-_])([a-z])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/\W/g, '');
  return TYPE_ENDINGS.map((kind) => `${type}${kind}`);
}

const TYPE_ENDINGS = ['Client', 'Stub', 'Proxy'];
const TYPE = /[A-Z]\w*(?:Client|Stub|Proxy)\b/g;

async function readRepository(
  named: Named,
  request: CollectRequest,
  reader: RepositoryReader,
): Promise<Found> {
  const spelled = spelledNames([...named.names.values(), ...request.knownServices]);
  const words = [...spelled.keys()].filter((name) => name.length >= 4).sort(byText);
  const matches = await reader.git.grep({
    revision: reader.revision,
    syntax: 'extended',
    patterns: [...GENERIC_PATTERNS, ...words.map((word) => word.replace(/[^\w-]/g, '.'))],
    maxPerFile: MAX_PER_FILE,
  });
  const edges = new Map<string, DependencyEdge>();
  const read = new Set<string>();
  let omitted = 0;
  for (const match of [...matches, ...(await typeLines(words, matches, reader))].filter(isTelling)) {
    if (!read.has(match.path) && read.size >= MAX_FILES) {
      omitted += 1;
      continue;
    }
    read.add(match.path);
    const folder = folderHolding(match.path, named.folders);
    const from = folder === null ? configuredAlone(match.path) : named.names.get(folder);
    if (from !== undefined) addLine({ match, from }, spelled, reader, edges, named.facts);
  }
  const topics = topicEdges(await topicLines(named, reader), (match) => citeLine(match, reader));
  return { facts: [...named.facts.values()], edges: [...edges.values(), ...topics], omitted };
}

/** The name of a program that nobody here wrote, by its folder among those of the services: a proxy has its settings alone. */
function configuredAlone(path: string): string | undefined {
  const name = /\.(?:conf|cfg|vcl)$/i.test(path) ? serviceNameOfPath(path) : null;
  return name === null ? undefined : canonicalServiceName(name);
}

/** Lines with a type that is called after a service. Each pattern of git costs a pass over everything, so it looks for the endings alone. */
async function typeLines(
  words: readonly string[],
  known: readonly GrepMatch[],
  reader: RepositoryReader,
): Promise<readonly GrepMatch[]> {
  const matches = await reader.git.grep({
    revision: reader.revision,
    syntax: 'fixed',
    patterns: TYPE_ENDINGS,
    maxPerFile: MAX_PER_FILE,
  });
  const types = new Set(words.flatMap(typesOf));
  const seen = new Set(known.map(({ path, line }) => `${path}:${line}`));
  return matches.filter(
    ({ path, line, text }) =>
      !seen.has(`${path}:${line}`) && (text.match(TYPE) ?? []).some((type) => types.has(type)),
  );
}

/** Asked by itself: what is said of topics must not crowd out what is said of calls. Where nobody publishes or nobody reads, nothing is. */
async function topicLines(named: Named, reader: RepositoryReader) {
  const search = (patterns: readonly string[]) =>
    reader.git.grep({
      revision: reader.revision,
      syntax: 'fixed',
      ignoreCase: true,
      patterns,
      maxPerFile: MAX_TOPIC_LINES,
    });
  const handled = (await search(HANDLING_WORDS)).filter(isTelling);
  const matches = handlesBoth(handled) ? [...handled, ...(await search(TOPIC_WORDS))] : [];
  return matches.filter(isTelling).flatMap((match) => {
    const folder = folderHolding(match.path, named.folders);
    const from = folder === null ? undefined : named.names.get(folder);
    return from === undefined ? [] : [{ match, from }];
  });
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

async function contributionOf(
  repository: FoundRepository,
  request: CollectRequest,
  reader: RepositoryReader,
): Promise<Contribution> {
  const named = await nameFolders(reader, repository);
  if (named.names.size === 0) return EMPTY_CONTRIBUTION;
  const found = await readRepository(named, request, reader);
  const services = found.facts.filter((each) => each.kind === 'service').map((each) => each.name);
  const coverage = {
    source: CONNECTOR_ID,
    what: 'services and dependencies in code',
    path: repository.repo,
    items: (await reader.paths()).length,
    unit: 'files',
    rejected: 0,
    interval: null,
    services: services.sort(byText),
    notes: [],
  };
  return {
    ...EMPTY_CONTRIBUTION,
    serviceFacts: found.facts,
    edges: found.edges,
    evidence: reader.evidence(),
    gaps: omittedGap(repository.repo, found.omitted),
    coverage: [coverage],
  };
}

/** Never throws for one bad repository; a folder outside git is left to the git connector. */
export async function collectServices(
  request: CollectRequest,
  context: ConnectorContext,
): Promise<Contribution> {
  const parts: Contribution[] = [];
  const { found } = await repositoriesIn(context.directory, context.signal, request.zone);
  for (const repository of found) {
    if (repository.bare) continue;
    const { root } = repository;
    const git = new GitRepository(root, context.signal, gitSession(context.directory, root));
    try {
      const head = await git.resolve('HEAD');
      if (head === null) continue;
      const reader = new RepositoryReader(repository.repo, head, git);
      parts.push(await contributionOf(repository, request, reader));
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
