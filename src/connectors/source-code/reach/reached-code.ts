/** Answers `reached-code`: which functions the failing lines work with, following calls from function to function, also into other services of the repository. It follows names, runs nothing, and misses what is called by chance of data. */
import type { Closure, Probe, ReachedFunction } from '../../../domain/probe.ts';
import { categoryOf } from '../diff/category.ts';
import { byText } from '../order.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { findRoles, type SyntaxNode } from '../syntax/node.ts';
import { functionName, qualifiedFunctionName } from '../syntax/shape.ts';
import { Callees } from './callees.ts';
import { closureOf } from './closure.ts';
import type { FunctionAt } from './function-at.ts';
import { Remote } from './remote.ts';
import { seedsAt } from './seeds.ts';

type ReachedCode = Extract<Probe, { kind: 'reached-code' }>;
type Place = ReachedCode['places'][number];

/** Beyond that a program reaches all of itself, and nothing is told. */
const MAX_STEPS = 6;
const MAX_FUNCTIONS = 160;
const MAX_FILES = 40;
/** A function of more lines is a module, and leads to all of it. */
const MODULE_LINES = 150;

/** The one file of the repository whose path ends like the frame's, else the one among those of whoever fails; a frame of one segment alone is no path. */
function fileOf(frame: string, paths: readonly string[], folders: readonly string[]): string | null {
  const parts = frame.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  const anywhere = fileEndingLike(parts, parts.length - 1, paths);
  if (anywhere !== null || folders.length === 0) return anywhere;
  const own = paths.filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)));
  return fileEndingLike(parts, parts.length, own);
}

function fileEndingLike(parts: readonly string[], starts: number, paths: readonly string[]): string | null {
  for (let start = 0; start < starts; start += 1) {
    const tail = parts.slice(start).join('/');
    const found = paths.filter((path) => path === tail || path.endsWith(`/${tail}`));
    if (found.length === 1) return found[0] ?? null;
    if (found.length > 1) return null;
  }
  return null;
}

/** The innermost function that the line stands in. */
function functionOn(root: SyntaxNode, line: number): SyntaxNode | null {
  return findRoles(root, 'function').findLast((node) => node.line <= line && node.endLine >= line) ?? null;
}

/** `left` more calls are followed from there; who answers over the network is a program of his own, and `isAway`. */
type Reaching = FunctionAt & { readonly via: string; readonly left: number; readonly isAway: boolean };

/** All functions that a list of calls leads to, each once. */
class Walk {
  readonly found: { readonly at: Reaching; readonly steps: number }[] = [];
  private readonly seen = new Set<string>();
  private readonly files = new Set<string>();
  private readonly callees: Callees;
  private readonly remote: Remote;

  constructor(callees: Callees, remote: Remote) {
    this.callees = callees;
    this.remote = remote;
  }

  /** What the calls within a part lead to, here and in whatever service they ask. */
  async next(
    part: SyntaxNode,
    path: string,
    { left, isAway }: Pick<Reaching, 'left' | 'isAway'>,
  ): Promise<readonly Reaching[]> {
    if (left <= 0) return [];
    const here = (await this.callees.within(part, path)).map((each) => ({ ...each, left: left - 1, isAway }));
    const there = (await this.remote.within(part, path)).map((each) => ({
      ...each,
      left: MAX_STEPS,
      isAway: true,
    }));
    return [...here, ...there];
  }

  /** `isOnLine` is false for what the failing line itself has no part in: such steps are not counted. */
  async from(first: readonly Reaching[], isOnLine: boolean): Promise<void> {
    let frontier = first;
    for (let steps = 1; frontier.length > 0; steps += 1) {
      const next: Reaching[] = [];
      for (const each of frontier) {
        if (!this.isNew(each)) continue;
        this.found.push({ at: each, steps: isOnLine ? steps : 0 });
        for (const callee of await this.next(each.node, each.path, each))
          next.push({ ...callee, via: each.via });
      }
      frontier = next;
    }
  }

  private isNew({ path, node }: Reaching): boolean {
    const key = `${path}:${node.start}`;
    const isFull =
      this.found.length >= MAX_FUNCTIONS || (this.files.size >= MAX_FILES && !this.files.has(path));
    if (isFull || this.seen.has(key)) return false;
    this.seen.add(key);
    this.files.add(path);
    return true;
  }
}

async function fromPlace(
  place: Place,
  callees: Callees,
  remote: Remote,
  reader: RepositoryReader,
): Promise<ReachedFunction[]> {
  const path = fileOf(place.file, await reader.paths(), place.folders ?? []);
  const root = path === null || categoryOf(path) !== 'code' ? null : await reader.tree(path);
  if (path === null || root === null) return [];
  const walk = new Walk(callees, remote);
  const seeds = seedsAt(root, place.line, place.into);
  const first: Reaching[] = [];
  for (const seed of seeds) first.push(...(await walk.next(seed, path, { left: MAX_STEPS, isAway: false })));
  await walk.from(first, true);
  const around = functionOn(root, place.line);
  if (around !== null && around.endLine - around.line < MODULE_LINES)
    await walk.from(
      [{ path, node: around, via: functionName(around) ?? '', left: MAX_STEPS - 1, isAway: false }],
      false,
    );
  const evidence = await reader.sourceLine(path, place.line);
  const base = { patternId: place.patternId, failing: reader.location(path, place.line), evidence };
  const functions = walk.found.map(({ at, steps }) => ({
    ...base,
    function: qualifiedFunctionName(at.node),
    location: reader.location(at.path, at.node.line, at.node.endLine),
    steps,
    via: at.via,
  }));
  const types = (await answeredTypes(walk.found, callees)).map(({ at, steps }) => ({
    ...base,
    function: at.node.child('name')?.text ?? null,
    location: reader.location(at.path, at.node.line, at.node.endLine),
    steps,
    via: at.via,
  }));
  const files = (await importedBy(walk.found, reader, callees)).map(({ file, steps, via }) => ({
    ...base,
    function: null,
    location: reader.location(file, 0),
    steps,
    via,
  }));
  return [...functions, ...types, ...files];
}

type Found = Walk['found'];

/** What functions of other services answer is read by its fields, and no function need touch them. */
async function answeredTypes(
  found: Found,
  callees: Callees,
): Promise<readonly { readonly at: FunctionAt & { readonly via: string }; readonly steps: number }[]> {
  const types = new Map<string, { at: FunctionAt & { via: string }; steps: number }>();
  for (const { at, steps } of found) {
    if (!at.isAway || steps === 0) continue;
    for (const type of await callees.typesNamed(at.node, at.path)) {
      const key = `${type.path}:${type.node.start}`;
      if (!types.has(key)) types.set(key, { at: { ...type, via: at.via }, steps: steps + 1 });
    }
  }
  return [...types.values()];
}

const MODULE = /(?:\brequire|\bimport)\s*\(\s*['"](\.[^'"]+)['"]|(?:\bfrom|\bimport)\s+['"](\.[^'"]+)['"]/g;
/** What a program loads in all is no part of one failing line. */
const MAX_IMPORTED = 60;

/** Files that those of the functions import, and so on: what is called by chance of data stands in one of them. */
async function importedBy(
  found: Found,
  reader: RepositoryReader,
  callees: Callees,
): Promise<readonly { readonly file: string; readonly steps: number; readonly via: string }[]> {
  const known = new Set(found.map(({ at }) => at.path));
  const queue = [
    ...new Map(
      [...found]
        .sort((a, b) => a.steps - b.steps)
        .map(({ at, steps }) => [at.path, { file: at.path, steps, via: at.via }]),
    ).values(),
  ];
  const imported: { file: string; steps: number; via: string }[] = [];
  for (const { file, steps, via } of queue) {
    const source = await reader.file(file);
    for (const [, required, from] of source?.text.matchAll(MODULE) ?? []) {
      for (const target of await callees.filesNamed(required ?? from ?? '', file)) {
        if (known.has(target) || imported.length >= MAX_IMPORTED) continue;
        known.add(target);
        const next = { file: target, steps: steps === 0 ? 0 : steps + 1, via };
        imported.push(next);
        queue.push(next);
      }
    }
  }
  return imported;
}

/** Functions by nearness, then by place; for each pattern and failing line apart. */
export async function reachedCode(
  probe: ReachedCode,
  reader: RepositoryReader,
): Promise<{
  readonly reached: readonly ReachedFunction[];
  readonly closures: readonly Closure[];
  readonly searched: string;
}> {
  const callees = new Callees(reader);
  const remote = new Remote(reader);
  const reached: ReachedFunction[] = [];
  const closures: Closure[] = [];
  for (const place of probe.places) {
    reached.push(...(await fromPlace(place, callees, remote, reader)));
    // A stack tells itself which functions had a part.
    const closure = place.isEmitter === true ? await closureOf(place.file, place.line, reader) : null;
    if (closure !== null) closures.push({ patternId: place.patternId, ...closure });
  }
  return {
    closures,
    reached: reached.sort(
      (a, b) =>
        a.steps - b.steps || byText(a.location.path, b.location.path) || a.location.line - b.location.line,
    ),
    searched: `calls from ${probe.places.length} failing lines at ${reader.revision.slice(0, 7)}, up to ${MAX_STEPS} functions deep`,
  };
}
