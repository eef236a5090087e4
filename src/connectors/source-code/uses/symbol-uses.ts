/** Answers `symbol-uses`: where names of variables, flags and keys stand at a revision, and what is done with them there. */
import type { SymbolUse } from '../../../domain/code.ts';
import type { EvidenceRef } from '../../../domain/evidence.ts';
import type { Probe } from '../../../domain/probe.ts';
import type { GrepMatch } from '../../_kit/git.ts';
import { categoryOf } from '../diff/category.ts';
import { keyValueFormatOf } from '../languages/detect.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { enclosingFunction, oneLine, qualifiedFunctionName } from '../syntax/shape.ts';
import { environmentName } from '../values/environment.ts';

type SymbolUses = Extract<Probe, { kind: 'symbol-uses' }>;

const MAX_USES = 200;
const MAX_PARSED_FILES = 40;

const SQL = /\b(select|insert\s+into|update|delete\s+from|alter\s+table|create\s+(table|index))\b/i;
const ROUTE =
  /\b(get|post|put|patch|delete|route|handle|handlefunc|requestmapping|getmapping|postmapping|path)\s*\(/i;
const FLAG =
  /flag|feature|toggle|variation|isenabled|is_enabled|enabled\s*\(|experiment|treatment|unleash|launchdarkly/i;
const CONFIG = /config|settings|options|viper|getproperty|environment\.getproperty|@value|conf\b|\bcfg\b/i;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The most telling reading of a line; a bare name is an identifier. */
function kindOf(name: string, line: string, path: string): SymbolUse['kind'] {
  if (environmentName(line) === name) return 'env-read';
  const format = keyValueFormatOf(path);
  if (format !== null) return 'config-read';
  const quoted = new RegExp(`["'\`]${escaped(name)}["'\`]`).test(line);
  if (quoted && FLAG.test(line)) return 'flag-check';
  if (SQL.test(line)) return 'sql';
  if (quoted && ROUTE.test(line) && name.includes('/')) return 'route';
  if (quoted && CONFIG.test(line)) return 'config-read';
  if (new RegExp(`(config|settings|options|conf|cfg|Current)\\.${escaped(name)}\\b`, 'i').test(line))
    return 'config-read';
  return quoted || (/["'`]/.test(line) && new RegExp(`["'\`][^"'\`]*${escaped(name)}`).test(line))
    ? 'string'
    : 'identifier';
}

/** True when the name stands only in comments on that line. */
function onlyInComment(tree: SyntaxNode, line: number, name: string): boolean {
  let inCode = false;
  let inComment = false;
  for (const node of descend(tree)) {
    if (node.children.length > 0 || node.line > line || node.endLine < line || !node.text.includes(name))
      continue;
    if (node.role === 'comment') inComment = true;
    else inCode = true;
  }
  return inComment && !inCode;
}

function functionAt(tree: SyntaxNode, line: number, name: string): string | null {
  for (const node of descend(tree)) {
    if (node.children.length > 0 || node.line !== line || !node.text.includes(name)) continue;
    const owner = enclosingFunction(node);
    return owner === null ? null : qualifiedFunctionName(owner);
  }
  return null;
}

async function useOf(
  match: GrepMatch,
  name: string,
  tree: SyntaxNode | null,
  reader: RepositoryReader,
): Promise<SymbolUse | null> {
  if (tree !== null && onlyInComment(tree, match.line, name)) return null;
  return {
    name,
    kind: kindOf(name, match.text, match.path),
    location: reader.location(match.path, match.line),
    text: oneLine(match.text, 200),
    function: tree === null ? null : functionAt(tree, match.line, name),
    evidence: await reader.sourceLine(match.path, match.line),
  };
}

/** Uses by path and line; mentions in comments, documentation and tests are no uses. `evidence` is the search itself. */
export async function symbolUses(
  probe: SymbolUses,
  reader: RepositoryReader,
): Promise<{ uses: SymbolUse[]; searched: string; evidence: EvidenceRef[] }> {
  const names = probe.names.filter((name) => name.trim() !== '');
  const matches = await reader.git.grep({
    revision: reader.revision,
    patterns: names,
    syntax: 'fixed',
    wholeWord: true,
  });
  const relevant = matches.filter(
    (match) => !['docs', 'test', 'lockfile', 'generated', 'ci'].includes(categoryOf(match.path)),
  );
  const parsed = new Set([...new Set(relevant.map((match) => match.path))].slice(0, MAX_PARSED_FILES));
  const uses: SymbolUse[] = [];
  for (const match of relevant) {
    if (uses.length >= MAX_USES) break;
    const tree = parsed.has(match.path) ? await reader.tree(match.path) : null;
    for (const name of names) {
      if (!new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`).test(match.text)) continue;
      const use = await useOf(match, name, tree, reader);
      if (use !== null) uses.push(use);
    }
  }
  const files = (await reader.paths()).length;
  const searched = `${files} files at ${reader.revision.slice(0, 7)}`;
  const evidence = names.map((name) => {
    const count = uses.filter((use) => use.name === name).length;
    return reader.search(
      name,
      count,
      count === 0 ? `no use of ${name} in ${searched}` : `${count} uses of ${name} in ${searched}`,
    );
  });
  return { uses, searched, evidence };
}
