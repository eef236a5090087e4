/** Answers `rollback-hazards`: reads each file of a difference by its kind. It says what is there; whether it matters is the engine's business. */
import type { RollbackHazard, RollbackHazards } from '../../../domain/code.ts';
import type { Probe } from '../../../domain/probe.ts';
import type { FilePatch } from '../../_kit/git-diff.ts';
import { categoryOf } from '../diff/category.ts';
import { extensionOf, keyValueFormatOf } from '../languages/detect.ts';
import { byText } from '../order.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { avroHazards } from './avro.ts';
import { backwardCandidates, isBackward } from './down.ts';
import { graphqlHazards } from './graphql.ts';
import type { HazardDraft } from './hazard-draft.ts';
import { jsonSchemaHazards } from './json-schema.ts';
import { isChangelog } from './liquibase.ts';
import { type MigrationFile, migrationHazards } from './migrations.ts';
import { apiHazards } from './openapi.ts';
import { protoHazards } from './proto.ts';
import { environmentHazards, packageHazards } from './settings.ts';
import { manifestHazards, terraformHazards } from './state.ts';

type HazardsProbe = Extract<Probe, { kind: 'rollback-hazards' }>;

/** Hazards of one difference that are told; beyond it the verdict is clear. */
const MAX_HAZARDS = 300;
/** Files of settings that are named for a closer look. */
const MAX_SETTINGS = 40;
/** Files that can hold a hazard and are read. */
const MAX_FILES = 400;

interface Versions {
  readonly patch: FilePatch;
  /** Empty where the file does not exist on that side. */
  readonly before: string;
  readonly after: string;
}

type Found = { readonly path: string; readonly draft: HazardDraft };

/** What kind of reading a path gets; null where it holds nothing that survives a rollback. */
function readingOf(path: string): 'migration' | 'text' | null {
  const category = categoryOf(path);
  if (category === 'migration')
    return isBackward(path) || /ModelSnapshot\.cs$/.test(path) ? null : 'migration';
  if (category === 'schema' || category === 'manifest' || category === 'dependency-manifest') return 'text';
  if (category === 'config')
    return ['yaml', 'json', 'env', 'properties'].includes(keyValueFormatOf(path) ?? '') ||
      extensionOf(path) === 'xml'
      ? 'text'
      : null;
  return /(^|\/)\.env(\.|$)/.test(path) ? 'text' : null;
}

/** `elsewhere`: what other files of this kind hold now; a thing that moved there is not gone. */
async function textHazards(
  path: string,
  { before, after }: Versions,
  elsewhere: string,
): Promise<readonly HazardDraft[]> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = extensionOf(path);
  if (categoryOf(path) === 'dependency-manifest') return packageHazards(path, before, after);
  if (keyValueFormatOf(path) === 'env') return environmentHazards(path, before, after);
  if (extension === 'tf') return terraformHazards(before, after, elsewhere);
  if (extension === 'yaml' || extension === 'yml')
    return /^(openapi|swagger|asyncapi):?/m.test(after)
      ? apiHazards(before, after)
      : manifestHazards(before, after, elsewhere);
  if (before === '' || after === '') return [];
  if (extension === 'proto') return protoHazards(before, after);
  if (extension === 'avsc') return avroHazards(before, after);
  if (extension === 'graphql' || extension === 'gql') return graphqlHazards(before, after);
  if (extension === 'json' && /"(openapi|swagger|asyncapi)"\s*:/.test(after))
    return apiHazards(before, after);
  if (
    extension === 'json' &&
    (/\.schema\.json$/.test(name) || /"\$schema"\s*:\s*"[^"]*json-schema/.test(after))
  )
    return jsonSchemaHazards(before, after);
  return [];
}

/** Lines that a patch brought; null for a new file. */
function broughtLines(patch: FilePatch): ReadonlySet<number> | null {
  if (patch.status === 'added' || patch.status === 'copied') return null;
  const lines = new Set<number>();
  for (const { newStart, newLines } of patch.hunks)
    for (let line = newStart; line < newStart + newLines; line += 1) lines.add(line);
  return lines;
}

async function migrationFile({ patch, after }: Versions, paths: ReadonlySet<string>): Promise<MigrationFile> {
  const companion = backwardCandidates(patch.path).find((candidate) => paths.has(candidate)) ?? null;
  return { path: patch.path, text: after, companion, lines: broughtLines(patch) };
}

/** Null for a file that is there and could not be read. */
async function versionsOf(patch: FilePatch, reader: RepositoryReader): Promise<Versions | null> {
  const text = async (blob: string | null) =>
    blob === null ? '' : ((await reader.readText(blob, patch.path))?.text ?? null);
  const [before, after] = await Promise.all([text(patch.oldBlob), text(patch.newBlob)]);
  return before === null || after === null || patch.submodule ? null : { patch, before, after };
}

function elsewhere(file: Versions, files: readonly Versions[]): string {
  const extension = extensionOf(file.patch.path);
  const others = files.filter((other) => other !== file && extensionOf(other.patch.path) === extension);
  return others.map(({ after }) => after).join(extension === 'tf' ? '\n' : '\n---\n');
}

async function hazardsOf(files: readonly Versions[], reader: RepositoryReader): Promise<readonly Found[]> {
  const paths = new Set(await reader.paths());
  const migrations: MigrationFile[] = [];
  const found: Found[] = [];
  for (const file of files) {
    const { path } = file.patch;
    const isMigration = readingOf(path) === 'migration' || isChangelog(file.after);
    if (isMigration && file.patch.status !== 'deleted' && file.patch.status !== 'renamed')
      migrations.push(await migrationFile(file, paths));
    else if (!isMigration)
      found.push(
        ...(await textHazards(path, file, elsewhere(file, files))).map((draft) => ({ path, draft })),
      );
  }
  return [...found, ...migrationHazards(migrations)];
}

async function placed(
  { path, draft }: Found,
  from: string,
  reader: RepositoryReader,
): Promise<RollbackHazard> {
  const { line, old, undoneBy, ...rest } = draft;
  const side = old ? reader.at(from) : reader;
  return {
    ...rest,
    undoneBy: undoneBy === null ? null : reader.location(undoneBy.path, undoneBy.line),
    location: side.location(path, line),
    evidence: await side.sourceLine(path, line),
  };
}

/** `from` and the reader's revision are full commit ids. The whole repository is read: a migration seldom lies in the service's folder. */
export async function findHazards(
  _probe: HazardsProbe,
  from: string,
  reader: RepositoryReader,
): Promise<{ found: RollbackHazards; searched: string }> {
  const patches = await reader.git.diff({ from, to: reader.revision, paths: [], context: 0 });
  const telling = patches.filter(
    ({ path, oldPath }) => readingOf(path) !== null || (oldPath !== null && readingOf(oldPath) !== null),
  );
  const unread: string[] = telling.slice(MAX_FILES).map(({ path }) => path);
  const files: Versions[] = [];
  for (const patch of telling.slice(0, MAX_FILES)) {
    const versions = await versionsOf(patch, reader);
    if (versions === null) unread.push(patch.path);
    else files.push(versions);
  }
  const all = [...(await hazardsOf(files, reader))].sort(
    (a, b) => byText(a.path, b.path) || a.draft.line - b.draft.line || byText(a.draft.detail, b.draft.detail),
  );
  const hazards: RollbackHazard[] = [];
  for (const each of all.slice(0, MAX_HAZARDS)) hazards.push(await placed(each, from, reader));
  return {
    found: {
      repo: reader.repo,
      from,
      to: reader.revision,
      hazards,
      changedFiles: patches.length,
      settingsFiles: patches
        .filter(({ path, status }) => status === 'modified' && categoryOf(path) === 'config')
        .map(({ path }) => path)
        .sort(byText)
        .slice(0, MAX_SETTINGS),
      unreadFiles: unread.sort(),
    },
    searched: `${telling.length} of ${patches.length} files that differ between ${from.slice(0, 7)} and ${reader.revision.slice(0, 7)} can hold a migration, a contract, a setting or a store`,
  };
}
