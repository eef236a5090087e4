/** Keys whose values differ between two versions of a file. */
import type { ConfigValue, ValueChange } from '../../../domain/code.ts';
import type { KeyEntry } from '../values/entry.ts';
import { isConstant } from '../values/literal.ts';
import { ratioOf } from '../values/unit.ts';
import { bareSdl, isSdl } from './sdl.ts';

export interface ValueDraft extends Omit<ValueChange, 'location' | 'evidence'> {
  readonly line: number;
  readonly old: boolean;
  readonly entryKind: KeyEntry['kind'];
  readonly env: string | null;
}

const MAX_CHANGES = 200;

function directionOf(oldValue: ConfigValue | null, newValue: ConfigValue | null): ValueChange['direction'] {
  if (oldValue === null) return 'added';
  if (newValue === null) return 'removed';
  const ratio = ratioOf(oldValue, newValue);
  if (ratio === null) {
    if (oldValue.number === 0 && newValue.number !== null) return newValue.number > 0 ? 'up' : 'down';
    return 'changed';
  }
  if (ratio === 1) return 'same';
  // Negative values turn the ratio around, so numbers of one unit are compared themselves.
  const rises = oldValue.unit === newValue.unit ? (newValue.number ?? 0) > (oldValue.number ?? 0) : ratio > 1;
  return rises ? 'up' : 'down';
}

/** By key, function and position among equal keys. */
function indexed(entries: readonly KeyEntry[]): Map<string, KeyEntry> {
  const counts = new Map<string, number>();
  const index = new Map<string, KeyEntry>();
  for (const entry of entries) {
    const base = `${entry.scope}\u0000${entry.key}\u0000${entry.kind}`;
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    index.set(`${base}\u0000${count}`, entry);
  }
  return index;
}

function change(before: KeyEntry | null, after: KeyEntry | null): ValueDraft | null {
  const entry = after ?? before;
  if (entry === null) return null;
  const [oldValue, newValue] = [before?.value ?? null, after?.value ?? null];
  return {
    key: entry.key,
    oldValue,
    newValue,
    ratio: ratioOf(oldValue, newValue),
    direction: directionOf(oldValue, newValue),
    line: entry.line,
    old: after === null,
    entryKind: entry.kind,
    env: entry.env ?? before?.env ?? null,
  };
}

function differ(before: KeyEntry, after: KeyEntry): boolean {
  if (before.value.raw === after.value.raw && before.env === after.env) return false;
  if (isSdl(after.value.raw) && bareSdl(before.value.raw) === bareSdl(after.value.raw)) return false;
  if (
    before.value.number !== null &&
    before.value.number === after.value.number &&
    before.value.unit === after.value.unit
  )
    return before.env !== after.env;
  const [was, is] = [isConstant(before.value), isConstant(after.value)];
  return before.scope === '' ? was || is : was && is;
}

/** Settings are compared both ways; values inside functions only where both sides have them, since code comes and goes. */
export function valueChanges(before: readonly KeyEntry[], after: readonly KeyEntry[]): ValueDraft[] {
  const oldIndex = indexed(before);
  const newIndex = indexed(after);
  const changes: (ValueDraft | null)[] = [];
  for (const [id, entry] of newIndex) {
    const old = oldIndex.get(id);
    if (old !== undefined) {
      if (differ(old, entry)) changes.push(change(old, entry));
    } else if (isSetting(entry)) changes.push(change(null, entry));
  }
  for (const [id, entry] of oldIndex)
    if (!newIndex.has(id) && isSetting(entry)) changes.push(change(entry, null));
  return changes.filter((each) => each !== null).slice(0, MAX_CHANGES);
}

function isSetting(entry: KeyEntry): boolean {
  return entry.scope === '' && entry.kind !== 'argument' && isConstant(entry.value);
}
