/** Keys and values of YAML and JSON files with their lines and comments. Aliases are not expanded; documents that do not parse give what was read. */
import { isTooDeepYaml } from '../../../domain/yaml-depth.ts';
import { lineAt, lineStartsOf } from '../syntax/node.ts';
import { type CommentText, cleanComment, type KeyEntry } from './entry.ts';
import { textValue } from './text-value.ts';

type Yaml = typeof import('yaml');

const MAX_ENTRIES = 5_000;
/** Keys of list items that identify the item better than its position. */
const NAMING_KEYS = ['name', 'id', 'key'];

interface Walk {
  readonly yaml: Yaml;
  readonly lines: readonly string[];
  readonly lineStarts: readonly number[];
  readonly entries: KeyEntry[];
}

/** Comment after the value, then a block of comments right above. A `#` needs white space before it. */
function commentsAt(lines: readonly string[], line: number, endLine: number): CommentText[] {
  const comments: CommentText[] = [];
  const beside = /(?:^|\s)(#|\/\/)\s*(.*)$/.exec(
    (lines[endLine - 1] ?? '').replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '""'),
  );
  if (beside !== null) comments.push({ text: cleanComment(beside[0].trim()), line: endLine });
  const above = /^\s*(?:#|\/\/)(.*)$/.exec(lines[line - 2] ?? '');
  if (above !== null) comments.push({ text: cleanComment(above[0].trim()), line: line - 1 });
  return comments.filter((comment) => comment.text !== '');
}

/** `${STRIPE_TIMEOUT:500}` and `${STRIPE_TIMEOUT:-500}`: the variable and its default. */
export function placeholder(text: string): { env: string | null; value: string } {
  const match = /^\$\{([A-Za-z_][\w.-]*)(?::-?([^}]*))?\}$/.exec(text.trim());
  return match === null ? { env: null, value: text } : { env: match[1] ?? null, value: match[2] ?? text };
}

function addScalar(
  walk: Walk,
  path: readonly string[],
  value: unknown,
  quoted: boolean,
  start: number,
  end: number,
): void {
  if (walk.entries.length >= MAX_ENTRIES) return;
  const key = path.join('.');
  const line = lineAt(walk.lineStarts, start);
  const endLine = lineAt(walk.lineStarts, Math.max(start, end - 1));
  const { env, value: text } = placeholder(value === null || value === undefined ? '' : String(value));
  walk.entries.push({
    key,
    scope: '',
    kind: 'config-value',
    value: textValue(text, key, quoted),
    env,
    line,
    endLine,
    comments: commentsAt(walk.lines, line, endLine),
  });
}

function itemName(walk: Walk, item: unknown, index: number): string {
  if (walk.yaml.isMap(item))
    for (const naming of NAMING_KEYS) {
      const name = item.get(naming);
      if (typeof name === 'string' && name !== '') return `[${name}]`;
    }
  return `[${index}]`;
}

function walkNode(walk: Walk, node: unknown, path: readonly string[], keyStart: number | null): void {
  if (walk.yaml.isMap(node)) {
    for (const pair of node.items) {
      const key = walk.yaml.isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
      const start = walk.yaml.isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
      walkNode(walk, pair.value, [...path, key], start);
    }
    return;
  }
  if (walk.yaml.isSeq(node)) {
    const scalars = node.items.every((item) => walk.yaml.isScalar(item));
    if (scalars && node.items.length > 0) {
      const values = node.items.map((item) => (walk.yaml.isScalar(item) ? String(item.value) : ''));
      addScalar(walk, path, values.join(', '), true, keyStart ?? node.range?.[0] ?? 0, node.range?.[1] ?? 0);
      return;
    }
    node.items.forEach((item, index) => {
      walkNode(
        walk,
        item,
        [...path.slice(0, -1), `${path.at(-1) ?? ''}${itemName(walk, item, index)}`],
        null,
      );
    });
    return;
  }
  if (!walk.yaml.isScalar(node)) return;
  const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
  addScalar(walk, path, node.value, quoted, keyStart ?? node.range?.[0] ?? 0, node.range?.[1] ?? 0);
}

/** Never throws. Several documents of one stream follow each other; later ones are prefixed by their Kubernetes kind and name where they have one. */
export async function yamlEntries(text: string): Promise<KeyEntry[]> {
  if (isTooDeepYaml(text)) return [];
  const yaml = await import('yaml');
  const walk: Walk = { yaml, lines: text.split(/\r?\n/), lineStarts: lineStartsOf(text), entries: [] };
  try {
    const documents = yaml.parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, merge: false });
    if (!Array.isArray(documents)) return [];
    documents.forEach((document, index) => {
      const kind = document.get('kind');
      const name = document.getIn(['metadata', 'name']);
      const prefix =
        documents.length > 1 && typeof kind === 'string' ? [`${kind}/${String(name ?? index)}`] : [];
      walkNode(walk, document.contents, prefix, null);
    });
  } catch {
    return walk.entries;
  }
  return walk.entries;
}
