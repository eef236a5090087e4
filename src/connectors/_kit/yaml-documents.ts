/** YAML files as plain values with the line of each, safe against alias bombs and depth. Loaded when a YAML file is read: the parser is large. */
import { LineCounter, parseAllDocuments, type Document as YamlDocument } from 'yaml';
import { ConnectorError } from '../../domain/error.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { isTooDeepYaml } from '../../domain/yaml-depth.ts';
import { makeEvidence } from './evidence.ts';
import { isObject, type JsonObject } from './records.ts';

/** Manifests have kilobytes; the parser needs seconds for what is larger. */
export const MAX_YAML_CHARACTERS = 4 * 1024 * 1024;
const MAX_ALIASES = 100;
const MAX_DOCUMENTS = 5_000;

export type YamlPath = readonly (string | number)[];

export interface YamlEntry {
  readonly value: JsonObject;
  /** 1-based line of the node at the path; that of the nearest node above where it has none. */
  lineOf(path: YamlPath): number;
}

export interface YamlFile {
  readonly entries: readonly YamlEntry[];
  /** Documents with errors and those that are no mapping; empty ones do not count. */
  readonly rejected: number;
  readonly truncated: boolean;
  textOf(line: number): string;
}

function isNode(value: unknown): value is { readonly range: readonly number[] } {
  return typeof value === 'object' && value !== null && 'range' in value && Array.isArray(value.range);
}

function startOf(document: YamlDocument, path: YamlPath): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range[0] ?? 0;
  }
  return 0;
}

/** Undefined for a document that cannot be read: errors, too many aliases, cycles, too deep. */
function plainValue(document: YamlDocument): unknown {
  if (document.errors.length > 0) return undefined;
  try {
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? null));
  } catch {
    return undefined;
  }
}

function documentsOf(text: string, lineCounter: LineCounter): readonly YamlDocument[] {
  const parsed = parseAllDocuments(text, { lineCounter, merge: true, logLevel: 'silent', uniqueKeys: false });
  return Array.isArray(parsed) ? parsed : [];
}

function unreadable(what: string, why: string, nextStep: string, cause?: unknown): ConnectorError {
  return new ConnectorError({ code: 'malformed', what, why, nextStep, cause });
}

/** Throws ConnectorError `malformed` for a text that is too long or too deep. */
function requireReadable(text: string, path: string): void {
  const what = `${path} was not read`;
  if (text.length > MAX_YAML_CHARACTERS)
    throw unreadable(what, `it has more than ${MAX_YAML_CHARACTERS / 1024 / 1024} MiB`, 'Split the file.');
  if (isTooDeepYaml(text))
    throw unreadable(what, 'it is nested too deeply', 'Check the file with a YAML linter.');
}

/**
 * The same values as JSON: one document as it is, several as an array in which a broken one is null. JSON pointers into it hold for the YAML.
 * Throws ConnectorError `malformed` for a text that is too long or too deep.
 */
export function jsonOfYaml(text: string, path: string): string {
  requireReadable(text, path);
  const values = documentsOf(text, new LineCounter())
    .slice(0, MAX_DOCUMENTS)
    .filter(({ contents, errors }) => contents !== null || errors.length > 0)
    .map((document) => plainValue(document) ?? null);
  return JSON.stringify(values.length === 1 ? values[0] : values);
}

/** Throws ConnectorError `malformed` for a text that is too long or too deep. */
export function readYaml(text: string, path: string): YamlFile {
  requireReadable(text, path);
  const counter = new LineCounter();
  const documents = documentsOf(text, counter);
  const lines = text.split('\n');
  const entries: YamlEntry[] = [];
  let rejected = 0;
  for (const document of documents.slice(0, MAX_DOCUMENTS)) {
    const value = plainValue(document);
    if (isObject(value)) {
      const lineOf = (at: YamlPath) => Math.max(1, counter.linePos(startOf(document, at)).line);
      entries.push({ value, lineOf });
    } else if (value !== null) rejected += 1;
  }
  return {
    entries,
    rejected,
    truncated: documents.length > MAX_DOCUMENTS,
    textOf: (line) => (lines[line - 1] ?? '').replace(/\r$/, ''),
  };
}

/** One piece of evidence a line, cited as often as it is needed. */
export class LineCitations {
  readonly evidence = new Map<string, Evidence>();
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  cite(path: string, file: YamlFile, line: number): Evidence['ref'] {
    const cited = makeEvidence({
      source: this.source,
      kind: 'catalog-entry',
      locator: { kind: 'file-line', path, line, byteOffset: null },
      refLocator: `${path}:${line}`,
      text: file.textOf(line).trim(),
      observedAt: null,
    });
    this.evidence.set(cited.ref, cited);
    return cited.ref;
  }
}
