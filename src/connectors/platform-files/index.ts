/** Where applications are deployed, from the platforms' own files in a repository. It asks no platform. */
import type { Evidence } from '../../domain/evidence.ts';
import { canonicalServiceName, type ServiceFact } from '../../domain/service.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import { collectFiles, type FileSource, rejectedGaps } from '../_kit/collect-files.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { serviceFact } from '../_kit/service-fact.ts';
import { type FileKind, KINDS, type PlatformApp, SOURCE, unitOf } from './decode.ts';

const FILES: FileSource = {
  source: SOURCE,
  effect: 'The platform of an application may have to be assumed.',
};
/** Folders that hold such files for somebody else, and name no application. */
const GENERIC =
  /^(deploy(ment)?s?|infra(structure)?|ops|config|ecs|nomad|systemd|units?|fly|heroku|jobs?|tasks?|app|src|services?|apps?)$/i;

function kindOf(file: EvidenceFile): FileKind | null {
  if (file.explicitLog) return null;
  const kind = KINDS.find(({ path }) => path.test(file.path));
  if (kind === undefined) return null;
  const head = file.head();
  return KINDS.find(({ path, head: fits }) => path.test(file.path) && fits(head)) ?? null;
}

/** `services/cart/fly.toml` → `services/cart`; null at the root of the evidence. */
function folderOf(path: string): string | null {
  const end = path.lastIndexOf('/');
  return end <= 0 || path.startsWith('/') || path.startsWith('..') ? null : path.slice(0, end);
}

/** The folder names the service where it names one; the platform's name is another name of it. */
function factOf(app: PlatformApp, path: string, evidence: Evidence): ServiceFact {
  const folder = folderOf(path);
  const own = folder?.split('/').at(-1) ?? '';
  const isOwn = own !== '' && !GENERIC.test(own);
  const byPlatform = canonicalServiceName(app.target.name);
  const name = isOwn ? canonicalServiceName(own) : byPlatform;
  return serviceFact({
    name,
    kind: 'service',
    aliases: name === byPlatform ? [] : [byPlatform],
    path: isOwn ? folder : null,
    deploy: app.target,
    source: SOURCE,
    evidence: [evidence.ref],
  });
}

function read(file: EvidenceFile, text: string): Contribution {
  const { path } = file;
  const folder = folderOf(path)?.split('/').at(-1) ?? null;
  const unit = unitOf(path, text);
  const apps = unit === null ? (kindOf(file)?.read(text, folder) ?? []) : [unit];
  const lines = text.split(/\r?\n/);
  const cited = apps.map((app) => ({
    app,
    evidence: makeEvidence({
      source: SOURCE,
      kind: 'catalog-entry',
      locator: { kind: 'file-line', path, line: app.line, byteOffset: null },
      refLocator: `${path}:${app.line}`,
      text: lines[app.line - 1] ?? '',
      observedAt: null,
    }),
  }));
  const distinct = [...new Map(cited.map((each) => [each.evidence.ref, each])).values()];
  const facts = distinct.map(({ app, evidence }) => factOf(app, path, evidence));
  const rejected = apps.length === 0 ? 1 : 0;
  return {
    ...EMPTY_CONTRIBUTION,
    serviceFacts: facts,
    evidence: distinct.map(({ evidence }) => evidence),
    gaps: rejectedGaps(FILES, path, rejected, 'applications'),
    coverage: [
      {
        source: SOURCE,
        what: 'services',
        path,
        items: facts.length,
        unit: 'applications',
        rejected,
        interval: null,
        services: [...new Set(facts.map(({ name }) => name))].sort(),
        notes: [],
      },
    ],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Where applications are deployed, from files of Fly, Vercel, Heroku, Nomad, ECS, Lambda and systemd.',
  probes: [],
  always: false,
  recognise: (file) => (kindOf(file) === null ? 0 : 0.8),
  collect: (request, context) => collectFiles(request.files, context, FILES, read),
};
