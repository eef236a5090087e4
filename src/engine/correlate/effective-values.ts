/** What a setting amounts to where the release reads it otherwise: `3000` that is divided by `10_000` since is a tenth of the `3` before. */
import type { DiffHunk, FileDiff, ValueChange } from '../../domain/code.ts';
import { lineValues } from './line-values.ts';

/** Sizes that differ by less are the same amount in another unit. */
const SAME_WITHIN = 0.01;
/** Longer lines are data, not code. */
const LONGEST = 400;

/** A reader that multiplies what it reads since this release: by how much, and how it is written. */
interface Scaling {
  readonly factor: number;
  readonly text: string;
  readonly path: string;
  readonly line: number;
}

/** A hunk in which what is read may be scaled, on either side. */
interface ScalingHunk {
  readonly file: FileDiff;
  readonly hunk: DiffHunk;
}

const MAY_SCALE = /[*/]\s*\d/;

/** The files, with the values of settings that a changed line of another file scales as the amounts that are in effect; the others as they are. */
export function withEffectiveValues(files: readonly FileDiff[]): readonly FileDiff[] {
  const hunks = files
    .filter(({ inert }) => inert === 'none')
    .flatMap((file) => file.hunks.map((hunk): ScalingHunk => ({ file, hunk })))
    .filter(({ hunk }) => [...hunk.added, ...hunk.removed].some((line) => MAY_SCALE.test(line)));
  if (hunks.length === 0) return files;
  return files.map((file) => {
    const values = [...file.values, ...lineValues(file)];
    const scaled = values.map((value) => effective(value, scalingOf(value, file, hunks)));
    return scaled.every((value, index) => value === values[index]) ? file : { ...file, values: scaled };
  });
}

function effective(value: ValueChange, scaling: Scaling | null): ValueChange {
  const { oldValue, newValue } = value;
  const [before, after] = [oldValue?.number ?? null, newValue?.number ?? null];
  if (scaling === null || newValue === null || before === null || after === null || before === 0)
    return value;
  const ratio = (after * scaling.factor) / before;
  const moved = ratio < 1 ? 'down' : 'up';
  const isSame = Math.abs(ratio - 1) < SAME_WITHIN;
  return {
    ...value,
    newValue: {
      ...newValue,
      raw: `${newValue.raw} ${scaling.text} (${scaling.path}:${scaling.line})`,
      number: after * scaling.factor,
    },
    ratio,
    direction: isSame ? 'same' : moved,
  };
}

function scalingOf(value: ValueChange, file: FileDiff, hunks: readonly ScalingHunk[]): Scaling | null {
  if (value.oldValue?.number == null || value.newValue?.number == null) return null;
  const words = (value.key.split(/[.:]/).at(-1) ?? '').split(/[-_]/).filter((word) => word !== '');
  if (words.length === 0 || value.direction === 'added' || value.direction === 'removed') return null;
  const name = words.map((word) => word.replace(/[^\w]/g, '\\$&')).join('[-_]?');
  const reads = new RegExp(
    `(\\b${name}\\b["')\\]}]{0,4})\\s*([*/])\\s*(\\d[\\d_]*(?:\\.\\d+)?)(?![\\w.])`,
    'i',
  );
  for (const { file: other, hunk } of hunks) {
    if (other === file) continue;
    for (const line of hunk.added) {
      const found = scaledIn(line, reads, hunk.removed);
      if (found !== null) {
        const at = hunk.newStart + Math.max(0, hunk.added.indexOf(line));
        return { ...found, path: other.path, line: at };
      }
    }
    for (const line of hunk.removed) {
      const found = scaledIn(line, reads, hunk.added);
      if (found !== null) {
        const { factor, text } = found;
        return { factor: 1 / factor, text: `no longer ${text}`, path: other.path, line: hunk.newStart };
      }
    }
  }
  return null;
}

/** The factor by which `line` scales what it reads, where the same line stands without it on the other side. */
function scaledIn(
  line: string,
  reads: RegExp,
  others: readonly string[],
): Pick<Scaling, 'factor' | 'text'> | null {
  if (line.length > LONGEST || !MAY_SCALE.test(line)) return null;
  const found = reads.exec(line);
  const [whole = '', name = '', operator = '', digits = ''] = found ?? [];
  const number = Number(digits.replaceAll('_', ''));
  if (found === null || !Number.isFinite(number) || number === 0) return null;
  const plain = bare(line.replace(whole, () => name));
  if (!others.some((other) => bare(other) === plain)) return null;
  return { factor: operator === '/' ? 1 / number : number, text: `${operator} ${digits}` };
}

/** Without white space and the brackets that a quotient may need. */
function bare(line: string): string {
  return line.replace(/[\s()]/g, '');
}
