/** From one stamp to the look of all stamps of its second, for the kernel to compare bytes with. It reads no time. */
import type { SecondStamp } from './line-kernel.ts';
import type { StampLayout } from './stamp-reader.ts';

const SYSLOG = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d$/;
const NOTHING = new Uint8Array(0);

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

function digitsFrom(bytes: Uint8Array, from: number): number {
  let end = from;
  while (isDigit(bytes[end])) end++;
  return end - from;
}

/** The stamp in [at, end) of `bytes`, as `layout` read it; null where its second has no look of its own that could be compared. */
export function secondStampOf(
  bytes: Uint8Array,
  at: number,
  end: number,
  layout: StampLayout,
  hasZone: boolean,
): SecondStamp | null {
  const copy = (from: number, to: number) => Uint8Array.from(bytes.subarray(from, to));
  switch (layout) {
    case 'iso': {
      const mark = bytes[at + 19];
      const fraction = mark === 46 || mark === 44 ? digitsFrom(bytes, at + 20) : 0;
      const behind = at + 19 + (fraction > 0 ? fraction + 1 : 0);
      if (end < behind || end - behind > 8) return null;
      return {
        text: copy(at, at + 19),
        hasFraction: fraction > 0,
        digits: -1,
        suffix: copy(behind, end),
        guard: hasZone ? 'none' : 'no-zone',
        isIso: true,
      };
    }
    case 'access': {
      if (end - at - 20 > 8) return null;
      const text = copy(at, at + 20);
      return {
        text,
        hasFraction: false,
        digits: -1,
        suffix: copy(at + 20, end),
        guard: 'none',
        isIso: false,
      };
    }
    case 'epoch': {
      const digits = digitsFrom(bytes, at);
      const isSeconds = digits === 10;
      const hasFraction = isSeconds && bytes[at + 10] === 46 && isDigit(bytes[at + 11]);
      if (isSeconds && !hasFraction && bytes[at + 10] === 46) return null;
      return {
        text: copy(at, at + 10),
        hasFraction,
        digits: hasFraction ? -1 : digits - 10,
        suffix: NOTHING,
        guard: 'none',
        isIso: false,
      };
    }
    case 'text': {
      const text = copy(at, end);
      if (hasZone || !SYSLOG.test(Buffer.from(text).toString('latin1'))) return null;
      if (bytes[end] !== 32 || !((bytes[end + 1] ?? 0) >= 97 && (bytes[end + 1] ?? 0) <= 122)) return null;
      return { text, hasFraction: false, digits: -1, suffix: NOTHING, guard: 'small-letter', isIso: false };
    }
  }
}
