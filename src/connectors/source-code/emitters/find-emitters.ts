/** Answers `find-emitters`: one search for all patterns, then only the files that may hold them are parsed. */
import type { Emitter } from '../../../domain/code.ts';
import type { Probe } from '../../../domain/probe.ts';
import { canonicalServiceName } from '../../../domain/service.ts';
import type { GrepMatch } from '../../_kit/git.ts';
import { categoryOf } from '../diff/category.ts';
import { folderOf, isSourceFile, profileOf } from '../languages/detect.ts';
import { byText } from '../order.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { ancestors, isWithin, type SyntaxNode } from '../syntax/node.ts';
import { conditionOf, enclosingFunction, oneLine, qualifiedFunctionName } from '../syntax/shape.ts';
import { governorsOf } from './governors.ts';
import { segmentsOf, type TextLiteral, textLiterals } from './literals.ts';
import {
  holdsInOrder,
  linkSaid,
  linksOf,
  scoreMatch,
  searchTexts,
  searchWords,
  templateWords,
  wordsOf,
} from './words.ts';

type FindEmitters = Extract<Probe, { kind: 'find-emitters' }>;
type Pattern = FindEmitters['patterns'][number];

/** Below this share of a template's words a literal is another message. */
const MIN_MATCH = 0.6;
/** A line that printed a literal holds all its words; a fifth may be lost to escapes and wrapping. */
const MIN_COVERED = 0.8;
/** A literal whose parts all stand in the message may be mostly values: `query %s failed: %s`. */
const MIN_SHAPE_MATCH = 0.15;
/** Letters that the constant parts of such a literal must have together, so that `error: %s` fits nothing. */
const MIN_SHAPE_LETTERS = 10;
const MAX_PER_PATTERN = 3;
const MAX_LINKS = 6;
const MAX_PER_LINK = 2;
const MAX_FILES_PER_PATTERN = 6;
const MAX_SEARCH_TEXTS = 400;
const MAX_LINES_PER_FILE = 200;

interface Found {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
  readonly share: number;
  readonly covered: number;
  /** Which link it says of a message that was passed on from hand to hand; null where it says all of one. */
  readonly link: number | null;
  readonly literal: TextLiteral | null;
}

/** Files by how many words of the template their matching lines hold, best first; hinted folders before others. */
function candidateFiles(pattern: Pattern, matches: readonly GrepMatch[], hints: readonly string[]): string[] {
  const texts = searchTexts(pattern.template);
  const words = new Set(templateWords(pattern.template));
  const held = new Map<string, number>();
  for (const match of matches) {
    const before = held.get(match.path) ?? -1;
    // Common words stand in thousands of files: a file that already holds all of them cannot do better.
    if (before >= words.size || !texts.some((text) => match.text.includes(text))) continue;
    const now = new Set(wordsOf(match.text).filter((word) => words.has(word))).size;
    held.set(match.path, Math.max(before, now));
  }
  const isOwn = oncePerFolder((folder) => isFolderOf(pattern.service, folder));
  const isNear = (path: string) => isOwn(path) || hints.some((hint) => path.startsWith(hint));
  const scores = [...held].map(([path, count]): [string, number] => [path, count + (isNear(path) ? 100 : 0)]);
  return scores
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .slice(0, MAX_FILES_PER_PATTERN)
    .map(([path]) => path);
}

/** Quoted texts of a line, for languages without a grammar. */
function lineLiterals(line: string): string[] {
  return [...line.matchAll(/(["'`])((?:\\.|(?!\1).)*)\1/g)].map((match) => match[2] ?? '');
}

async function literalsOf(
  path: string,
  reader: RepositoryReader,
): Promise<Omit<Found, 'share' | 'covered' | 'link'>[]> {
  const tree = await reader.tree(path);
  if (tree !== null)
    return textLiterals(tree).map((literal) => ({
      path,
      line: literal.node.line,
      endLine: literal.node.endLine,
      text: oneLine(literal.node.text, 200),
      literal,
    }));
  const file = profileOf(path) === null ? await reader.file(path) : null;
  return (file?.lines ?? []).flatMap((line, index) =>
    lineLiterals(line).map((text) => ({ path, line: index + 1, endLine: index + 1, text, literal: null })),
  );
}

async function literalsFor(
  pattern: Pattern,
  files: readonly string[],
  reader: RepositoryReader,
): Promise<Found[]> {
  const found: Found[] = [];
  const enough = templateWords(pattern.template).length;
  const links = linksOf(pattern.template);
  for (const path of files)
    for (const candidate of await literalsOf(path, reader)) {
      const words =
        candidate.literal?.words ?? wordsOf(candidate.text.replace(/%\w|\{[^}]*\}|#\{[^}]*\}/g, ' '));
      const score = scoreMatch(pattern.template, pattern.sample, words);
      const segments = candidate.literal?.segments ?? segmentsOf(candidate.text);
      const isShape = words.length > 1 && isShapeOf(segments, pattern.sample);
      const isWhole = score.covered >= MIN_COVERED && score.share >= (isShape ? MIN_SHAPE_MATCH : MIN_MATCH);
      const link = isWhole ? null : linkSaid(links, words);
      if (!isWhole && link === null) continue;
      if (words.length < 2 && words.length < enough) continue;
      found.push({ ...candidate, ...score, link });
    }
  return found;
}

/** True when a path lies in the folder of a service, wherever that folder stands. */
function inService(path: string, service: string | null): boolean {
  return isFolderOf(service, folderOf(path));
}

function isFolderOf(service: string | null, folder: string): boolean {
  return service !== null && folder.split('/').some((name) => canonicalServiceName(name) === service);
}

/** A test of folders for paths, each folder asked once. */
function oncePerFolder(test: (folder: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const folder = folderOf(path);
    const answer = known.get(folder) ?? test(folder);
    known.set(folder, answer);
    return answer;
  };
}

/**
 * Literals in the code of the service that logged the message; those of others only where it has none, since a copy of
 * the same client in another service did not print this line.
 */
function best(found: readonly Found[], pattern: Pattern, hints: readonly string[]): Found[] {
  const whole = found.filter(({ link }) => link === null);
  const said = [...new Set(found.flatMap(({ link }) => link ?? []))].sort((a, b) => a - b);
  // Each link was written by another hand, and other services hold hands of the same message.
  const links = said.flatMap((link) =>
    ranked(
      found.filter((each) => each.link === link),
      hints,
    ).slice(0, MAX_PER_LINK),
  );
  const own = whole.filter((each) => inService(each.path, pattern.service));
  return [
    ...ranked(own.length > 0 ? own : whole, hints).slice(0, MAX_PER_PATTERN),
    // The last hand knows best what happened.
    ...links.slice(-MAX_LINKS),
  ];
}

function ranked(found: readonly Found[], hints: readonly string[]): Found[] {
  const hinted = (path: string) => Number(hints.some((hint) => path.startsWith(hint)));
  return [...found].sort(
    (a, b) =>
      hinted(b.path) - hinted(a.path) ||
      b.share - a.share ||
      b.covered - a.covered ||
      byText(a.path, b.path) ||
      a.line - b.line,
  );
}

async function emitter(pattern: Pattern, found: Found, reader: RepositoryReader): Promise<Emitter> {
  const owner = found.literal === null ? null : enclosingFunction(found.literal.node);
  const name = owner === null ? null : qualifiedFunctionName(owner);
  return {
    patternId: pattern.patternId,
    literal: reader.location(found.path, found.line, found.endLine),
    literalText: found.text,
    match: Math.round(found.share * 1000) / 1000,
    evidence: await reader.sourceLine(found.path, found.line, found.endLine),
    function:
      owner === null || name === null
        ? null
        : { name, location: reader.location(found.path, owner.line, owner.endLine) },
    branch: found.literal === null ? null : branchOf(found.literal.node),
    governors: found.literal === null ? [] : await governorsOf(found.literal, found.path, reader),
  };
}

/** What such a branch ends with, so that nothing of it is felt in the function again. */
const LEAVES = /^(throw|raise|return|panic|fail|exit|abort|continue|break|next\b|res\.|reply\.|Err\b|bail)/;

/** The innermost branch of a condition, or handler, that the text stands in and that leaves the function or the round of a loop. */
function branchOf(literal: SyntaxNode): readonly [number, number] | null {
  const owner = enclosingFunction(literal);
  let below = literal;
  for (const up of ancestors(literal)) {
    if (up === owner) return null;
    const isBranch = up.role === 'if' && !isCondition(up, below);
    if (isBranch || up.role === 'catch') {
      const body = isBranch ? below : up;
      // A line that holds the condition as well decides, too.
      const first = Math.max(body.line, ((isBranch ? conditionOf(up)?.endLine : up.line) ?? up.line) + 1);
      return leaves(body) && first <= body.endLine ? [first, body.endLine] : null;
    }
    below = up;
  }
  return null;
}

function isCondition(branch: SyntaxNode, part: SyntaxNode): boolean {
  const condition = conditionOf(branch);
  return condition !== null && isWithin(part, condition);
}

function leaves(body: SyntaxNode): boolean {
  const block = body.role === 'catch' ? (body.namedChildren.at(-1) ?? body) : body;
  const last =
    block.role === 'block' || block.role === 'other' ? (block.namedChildren.at(-1) ?? block) : block;
  return last.role === 'throw' || last.role === 'return' || LEAVES.test(last.text.trim());
}

function isShapeOf(segments: readonly string[], sample: string): boolean {
  const letters = segments.join('').replace(/[^\p{L}]/gu, '').length;
  return segments.length > 1 && letters >= MIN_SHAPE_LETTERS && holdsInOrder(sample, segments);
}

/** Files that can hold a message which is mostly values: a literal on a line of theirs has a shape that fits the sample. */
function shapedFiles(pattern: Pattern, matches: readonly GrepMatch[]): string[] {
  const words = searchWords(pattern.template);
  const fits = (line: string) =>
    words.some((word) => line.includes(word)) &&
    lineLiterals(line).some((literal) => {
      const segments = segmentsOf(literal);
      return isShapeOf(segments, pattern.sample);
    });
  const isNear = oncePerFolder((folder) => isFolderOf(pattern.service, folder));
  const near = (path: string) => Number(isNear(path));
  const files = [...new Set(matches.filter((match) => fits(match.text)).map((match) => match.path))];
  return files.sort((a, b) => near(b) - near(a) || byText(a, b)).slice(0, MAX_FILES_PER_PATTERN);
}

function isEmittingCode(path: string): boolean {
  return isSourceFile(path) && !['test', 'docs', 'generated', 'ci'].includes(categoryOf(path));
}

/** Literals by pattern: pairs of neighbouring words first, single words for the patterns that gave nothing. */
async function searchLiterals(probe: FindEmitters, reader: RepositoryReader) {
  const search = async (texts: readonly string[]) => {
    const patterns = [...new Set(texts)].slice(0, MAX_SEARCH_TEXTS);
    const query = {
      revision: reader.revision,
      patterns,
      syntax: 'fixed',
      maxPerFile: MAX_LINES_PER_FILE,
    } as const;
    const matches = await reader.git.grep(query);
    const emitting = new Set([...new Set(matches.map(({ path }) => path))].filter(isEmittingCode));
    return matches.filter(({ path }) => emitting.has(path));
  };
  const found = new Map<Pattern, Found[]>();
  const pairs = await search(probe.patterns.flatMap((pattern) => searchTexts(pattern.template)));
  for (const pattern of probe.patterns)
    found.set(pattern, await literalsFor(pattern, candidateFiles(pattern, pairs, probe.pathHints), reader));
  const missing = probe.patterns.filter((pattern) => found.get(pattern)?.length === 0);
  const words = await search(missing.flatMap((pattern) => searchWords(pattern.template)));
  for (const pattern of missing)
    found.set(pattern, await literalsFor(pattern, shapedFiles(pattern, words), reader));
  return { found, files: new Set([...pairs, ...words].map((match) => match.path)).size };
}

/** Emitters in the order of the patterns, best match first, at most 3 each. */
export async function findEmitters(
  probe: FindEmitters,
  reader: RepositoryReader,
): Promise<{ emitters: Emitter[]; searched: string }> {
  const { found, files } = await searchLiterals(probe, reader);
  const emitters: Emitter[] = [];
  for (const pattern of probe.patterns)
    for (const each of best(found.get(pattern) ?? [], pattern, probe.pathHints))
      emitters.push(await emitter(pattern, each, reader));
  const searched = `the texts of ${probe.patterns.length} message patterns in all files at ${reader.revision.slice(0, 7)}; ${files} source files held a part of one`;
  return { emitters, searched };
}
