/** Grammars on demand: WebAssembly is started with the first file, each grammar with the first file of its language. */
import { readFileSync } from 'node:fs';
import type { Language, Parser } from 'web-tree-sitter';
import { assetPath } from '../../_kit/assets.ts';
import type { LanguageProfile } from '../languages/profile.ts';
import { lineStartsOf, type Role, type SourceText, SyntaxNode } from './node.ts';
import { RawCursor } from './raw-cursor.ts';
import { startRuntime } from './runtime.ts';

/** Longer files are generated or data: parsing them costs more than they tell. */
export const MAX_PARSED_BYTES = 512 * 1024;

interface Grammar {
  /** What the library was started with. */
  readonly module: object;
  readonly parser: Parser;
  readonly types: readonly string[];
  readonly named: readonly boolean[];
  readonly roles: readonly Role[];
  readonly fields: readonly (string | null)[];
}

const grammars = new Map<string, Promise<Grammar>>();

async function loadGrammar(profile: LanguageProfile): Promise<Grammar> {
  const { library, module } = await startRuntime();
  const bytes = readFileSync(assetPath(`grammars/tree-sitter-${profile.grammar}.wasm`));
  const language: Language = await library.Language.load(bytes);
  const parser = new library.Parser();
  parser.setLanguage(language);
  const types: string[] = [];
  const named: boolean[] = [];
  const roles: Role[] = [];
  for (let id = 0; id < language.nodeTypeCount; id += 1) {
    const type = language.nodeTypeForId(id) ?? '';
    const isNamed = language.nodeTypeIsNamed(id);
    types.push(type);
    named.push(isNamed);
    roles.push((isNamed ? profile.roles[type] : undefined) ?? 'other');
  }
  return { module, parser, types, named, roles, fields: language.fields };
}

function grammarFor(profile: LanguageProfile): Promise<Grammar> {
  let grammar = grammars.get(profile.grammar);
  if (grammar === undefined) {
    grammar = loadGrammar(profile);
    grammars.set(profile.grammar, grammar);
  }
  return grammar;
}

/** Deeper trees are data or an attack; the analysis walks by recursion and the stack holds some 10,000 frames. */
const MAX_DEPTH = 2_000;

/** Nodes whose type the grammar does not list: tree-sitter's own, for what does not parse. */
const ERROR_TYPE = 'ERROR';

/** Depth-first copy of the tree; the cursor keeps the path, so depth costs no stack. Null for a tree that is too deep. */
function copyTree(cursor: RawCursor, grammar: Grammar, source: SourceText): SyntaxNode | null {
  const { types, roles, named, fields } = grammar;
  const make = (parent: SyntaxNode | null): SyntaxNode => {
    const id = cursor.typeId;
    const fieldId = cursor.fieldId;
    return new SyntaxNode(
      types[id] ?? ERROR_TYPE,
      roles[id] ?? 'other',
      named[id] ?? true,
      cursor.start,
      cursor.end,
      fieldId === 0 ? null : (fields[fieldId] ?? null),
      parent,
      source,
    );
  };
  const root = make(null);
  if (!cursor.toFirstChild()) return root;
  // children of all open nodes, one after the other; where those of each begin
  const open: SyntaxNode[] = [];
  const begins: number[] = [0];
  let parent = root;
  for (;;) {
    const node = make(parent);
    open.push(node);
    if (cursor.toFirstChild()) {
      parent = node;
      begins.push(open.length);
      if (begins.length > MAX_DEPTH) return null;
      continue;
    }
    while (!cursor.toNextSibling()) {
      parent.children = open.splice(begins.pop() ?? 0);
      if (!cursor.toParent() || parent.parent === null) return root;
      parent = parent.parent;
    }
  }
}

/** Trees of the last texts, oldest first: the same file is asked about by several probes. */
const recent = new Map<string, SyntaxNode>();
/** A tree takes some 40 bytes a character, so this is some 40 MB at the most. */
const MAX_KEPT_CHARACTERS = 1_000_000;
let kept = 0;

function keep(key: string, root: SyntaxNode): void {
  recent.set(key, root);
  kept += key.length;
  for (const oldest of recent.keys()) {
    if (kept <= MAX_KEPT_CHARACTERS) return;
    recent.delete(oldest);
    kept -= oldest.length;
  }
}

/**
 * The tree of a source text, with error nodes where it does not parse.
 * Null for a text that is too long, empty, nested too deeply or defeats the parser; it never throws on any text.
 */
export async function parseSource(profile: LanguageProfile, text: string): Promise<SyntaxNode | null> {
  if (text === '' || text.length > MAX_PARSED_BYTES || text.includes('\u0000')) return null;
  const key = `${profile.id}\n${text}`;
  const known = recent.get(key);
  if (known !== undefined) return known;
  const root = await parse(profile, text);
  if (root !== null) keep(key, root);
  return root;
}

async function parse(profile: LanguageProfile, text: string): Promise<SyntaxNode | null> {
  const grammar = await grammarFor(profile);
  try {
    const tree = grammar.parser.parse(text);
    if (tree === null) return null;
    const cursor = new RawCursor(grammar.module, tree);
    const source = { text, lineStarts: lineStartsOf(text), languageId: profile.id };
    const root = copyTree(cursor, grammar, source);
    cursor.delete();
    tree.delete();
    return root;
  } catch {
    grammar.parser.reset();
    return null;
  }
}
