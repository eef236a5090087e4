/** YAML documents of a file with the line of every value. It knows no Kubernetes. Aliases are bounded, so that a small file cannot become a large one. */
import type { Document, LineCounter } from 'yaml';
import { isObject, type JsonObject } from '../_kit/records.ts';

export interface YamlDocument {
  readonly value: JsonObject;
  /** 1-based line of the value at a path; that of the document where there is none. */
  lineOf(path: readonly (string | number)[]): number;
}

export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  /** Documents that are broken, or no mapping; empty ones do not count. */
  readonly rejected: number;
}

const MAX_ALIASES = 100;

/** Offset at which a node begins; null where it is not a node. */
function startOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null;
  const range: unknown = node.range;
  const first: unknown = Array.isArray(range) ? range[0] : null;
  return typeof first === 'number' ? first : null;
}

/** Null for a broken document or one that is no mapping, `empty` for one that holds nothing. */
function documentOf(document: Document.Parsed, lines: LineCounter): YamlDocument | 'empty' | null {
  if (document.errors.length > 0) return null;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    return null;
  }
  if (value === null || value === undefined) return 'empty';
  if (!isObject(value)) return null;
  const first = lines.linePos(startOf(document.contents) ?? 0).line;
  return {
    value,
    lineOf: (path) => {
      const start = startOf(document.getIn(path, true));
      return start === null ? first : lines.linePos(start).line;
    },
  };
}

/** Nesting at which the parser's recursion is in danger; no manifest comes near. */
const MAX_NESTING = 100;

function nestingOf(text: string): number {
  let [deepest, depth] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '[' || character === '{') depth += 1;
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  const indent = /^(?: {2}|- ?){100,}/m.test(text) ? MAX_NESTING : 0;
  return Math.max(deepest, indent);
}

export async function readYaml(text: string): Promise<YamlFile> {
  if (nestingOf(text) >= MAX_NESTING) return { documents: [], rejected: 1 };
  const { LineCounter: Counter, parseAllDocuments } = await import('yaml');
  const lines = new Counter();
  const parsed = parseAllDocuments(text.replace(/^\uFEFF/, ''), { lineCounter: lines, logLevel: 'silent' });
  const list: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const documents: YamlDocument[] = [];
  let rejected = 0;
  for (const document of list) {
    const read = documentOf(document, lines);
    if (read === null) rejected += 1;
    else if (read !== 'empty') documents.push(read);
  }
  return { documents, rejected };
}
