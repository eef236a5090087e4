/** Values of settings in files whose form nobody parses (nginx, ini, conf): a line that came back with another number. */
import type { ConfigValue, FileDiff, ValueChange } from '../../domain/code.ts';

const NUMBER = /\d+(?:\.\d+)?/g;
/** Longer lines are data, not settings. */
const LONGEST = 300;

/** None for a file with values of its own, for code, and for lines in which anything but one number differs. */
export function lineValues(file: FileDiff): readonly ValueChange[] {
  if (file.values.length > 0 || file.category === 'code' || file.category === 'lockfile') return [];
  return file.hunks.flatMap((hunk) => {
    if (hunk.removed.length !== hunk.added.length) return [];
    return hunk.removed.flatMap((before, index): ValueChange[] => {
      const after = hunk.added[index] ?? '';
      const moved = oneNumber(before, after);
      if (moved === null) return [];
      const line = hunk.newStart + index;
      return [
        {
          key: moved.key,
          oldValue: plainNumber(moved.from),
          newValue: plainNumber(moved.to),
          ratio: moved.from === 0 ? null : moved.to / moved.from,
          direction: moved.to < moved.from ? 'down' : 'up',
          location: { repo: '.', revision: '', path: file.path, line, endLine: line },
          evidence: hunk.evidence,
        },
      ];
    });
  });
}

function plainNumber(number: number): ConfigValue {
  return { raw: String(number), number, unit: 'none', kind: 'number' };
}

/** The one number that differs, called after what stands before it and the first word of the line. */
function oneNumber(
  before: string,
  after: string,
): { readonly key: string; readonly from: number; readonly to: number } | null {
  if (before.length > LONGEST || after.length > LONGEST) return null;
  if (before.replace(NUMBER, '#') !== after.replace(NUMBER, '#')) return null;
  const [old, fresh] = [[...before.matchAll(NUMBER)], [...after.matchAll(NUMBER)]];
  const differing = old.flatMap((match, index) => (match[0] === fresh[index]?.[0] ? [] : [index]));
  const [index] = differing;
  const was = index === undefined ? undefined : old[index];
  if (differing.length !== 1 || index === undefined || was === undefined) return null;
  const words = before.slice(0, was.index).match(/[A-Za-z][\w.-]*/g) ?? [];
  const names = [...new Set([words[0], words.at(-1)])].filter((word) => word !== undefined);
  return names.length === 0
    ? null
    : { key: names.join('.'), from: Number(was[0]), to: Number(fresh[index]?.[0]) };
}
