/** JSON text to an object, also where the line was cut off: then the whole pairs at its top are kept. */

const MAX_JSON = 4_194_304;
const MAX_SALVAGED = 65_536;
const PAIR =
  /"([\w.@$-]{1,80})"\s{0,4}:\s{0,4}(?:"((?:[^"\\]|\\.)*)"|(-?\d{1,20}(?:\.\d{1,12})?)(?=[,}\s]))/g;

function unescaped(text: string): string {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

/** Scalars of a truncated object, whatever their depth; the first of two equal names stays. */
function salvage(line: string): object | null {
  const record: Record<string, string | number> = Object.create(null);
  let count = 0;
  for (const [, name = '', text, number] of line.slice(0, MAX_SALVAGED).matchAll(PAIR)) {
    if (name in record) continue;
    record[name] = text === undefined ? Number(number) : unescaped(text);
    if (++count >= 64) break;
  }
  return count === 0 ? null : record;
}

/** Null when the line is no JSON object, not even the beginning of one. */
export function readJson(line: string): object | null {
  const text = line.trim();
  if (!text.startsWith('{') || text.length > MAX_JSON) return text.startsWith('{') ? salvage(text) : null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return salvage(text);
  }
}
