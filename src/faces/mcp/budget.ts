/** Keeps an answer within what a model can afford: long lists lose their end, and the answer says so. Shapes stay valid, as no list of an operation has a minimum. */

/** Characters of structured content; about three make a token. */
export const STRUCTURED_LIMIT = 8_000;
/** Characters of text beside it. */
export const TEXT_LIMIT = 7_000;

export interface Cut {
  /** Place in the answer, such as `services[3].folders`. */
  readonly path: string;
  readonly shown: number;
  readonly total: number;
}

interface List {
  readonly path: string;
  readonly items: unknown[];
  readonly size: number;
}

/** Halves the largest list again and again until it fits; what has no list left to cut stays as it is. Pure. */
export function fitToBudget<T>(
  value: T,
  limit: number = STRUCTURED_LIMIT,
): { readonly value: T; readonly cuts: readonly Cut[] } {
  if (JSON.stringify(value).length <= limit) return { value, cuts: [] };
  const copy = structuredClone(value);
  const totals = new Map<string, { total: number; items: unknown[] }>();
  while (JSON.stringify(copy).length > limit) {
    const largest = listsOf(copy, '').sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1))[0];
    if (largest === undefined) break;
    const { path, items } = largest;
    totals.set(path, { total: totals.get(path)?.total ?? items.length, items });
    items.length = Math.floor(items.length / 2);
  }
  const cuts = [...totals].map(([path, { total, items }]) => ({ path, shown: items.length, total }));
  return { value: copy, cuts };
}

function listsOf(value: unknown, path: string): readonly List[] & List[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((item, index) => listsOf(item, `${path}[${index}]`));
    const own = value.length === 0 ? [] : [{ path, items: value, size: JSON.stringify(value).length }];
    return [...own, ...inner];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => listsOf(part, path === '' ? key : `${path}.${key}`));
}

export function cutText(text: string, limit: number = TEXT_LIMIT): string {
  if (text.length <= limit) return text;
  const note = '\n… cut; ask for less, or for the part by its id.';
  return `${text.slice(0, limit - note.length)}${note}`;
}
