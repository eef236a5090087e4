/** Values of settings in files whose form nobody parses (nginx, ini, conf): a line that came back with another number. */
import type { ConfigValue, FileDiff, ValueChange } from '../../domain/code.ts';

/** A number, and the unit of time that may be written behind it. */
const NUMBER = /(\d+(?:\.\d+)?)(?:(ns|us|µs|ms|s|m|h|d)(?![\w.]))?/g;
const MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
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
          oldValue: settingOf(moved.from),
          newValue: settingOf(moved.to),
          ratio: moved.from.size === 0 ? null : moved.to.size / moved.from.size,
          direction: moved.to.size < moved.from.size ? 'down' : 'up',
          location: { repo: '.', revision: '', path: file.path, line, endLine: line },
          evidence: hunk.evidence,
        },
      ];
    });
  });
}

/** The number as written, and as it compares with the other side: in milliseconds where the units of time differ. */
interface Written {
  readonly raw: string;
  readonly size: number;
  readonly inMs: boolean;
}

function writtenIn([raw, number = '', unit = '']: RegExpMatchArray, other: RegExpMatchArray): Written {
  const inMs = unit !== (other[2] ?? '');
  return { raw: inMs ? raw : number, size: Number(number) * (inMs ? (MS[unit] ?? 1) : 1), inMs };
}

function settingOf({ raw, size, inMs }: Written): ConfigValue {
  return { raw, number: size, unit: inMs ? 'ms' : 'none', kind: 'number' };
}

/** The one number that differs, called after what stands before it and the first word of the line; with a unit on both sides or on none. */
function oneNumber(
  before: string,
  after: string,
): { readonly key: string; readonly from: Written; readonly to: Written } | null {
  if (before.length > LONGEST || after.length > LONGEST) return null;
  if (before.replace(NUMBER, '#') !== after.replace(NUMBER, '#')) return null;
  const [old, fresh] = [[...before.matchAll(NUMBER)], [...after.matchAll(NUMBER)]];
  const differing = old.flatMap((match, index) => (match[0] === fresh[index]?.[0] ? [] : [index]));
  const [index] = differing;
  const was = index === undefined ? undefined : old[index];
  const is = index === undefined ? undefined : fresh[index];
  if (differing.length !== 1 || was === undefined || is === undefined) return null;
  const words = before.slice(0, was.index).match(/[A-Za-z][\w.-]*/g) ?? [];
  const names = [...new Set([words[0], words.at(-1)])].filter((word) => word !== undefined);
  return names.length === 0 || (was[2] === undefined) !== (is[2] === undefined)
    ? null
    : { key: names.join('.'), from: writtenIn(was, is), to: writtenIn(is, was) };
}
