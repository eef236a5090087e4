/** From one stamp to the look of all stamps of its second, or of the span around it, for the kernel to compare bytes with. It reads no time. */
import type { SpanStamp } from './kernel-contract.ts';
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

/** Seconds whose stamps begin alike, a minute or a hundred seconds since 1970, and which of them a stamp shows. */
export interface Span {
  readonly seconds: 60 | 100;
  readonly second: number;
}

/** Where a stamp ends its second. */
const SECOND_END: Record<StampLayout, (at: number, end: number) => number> = {
  iso: (at) => at + 19,
  access: (at) => at + 20,
  epoch: (at) => at + 10,
  text: (_at, end) => end,
};

/** The span of the stamp in [at, end) of `bytes`, as `layout` read it. */
export function spanOf(bytes: Uint8Array, at: number, end: number, layout: StampLayout): Span {
  const to = SECOND_END[layout](at, end);
  const second = ((bytes[to - 2] ?? 0) - 48) * 10 + (bytes[to - 1] ?? 0) - 48;
  return { seconds: layout === 'epoch' ? 100 : 60, second };
}

/**
 * The stamp in [at, end) of `bytes`, as `layout` read it; null where its second has no look of its own that could be compared.
 * `seconds`: of the span, that of `spanOf` or 1.
 */
export function spanStampOf(
  bytes: Uint8Array,
  at: number,
  end: number,
  layout: StampLayout,
  { hasZone, seconds }: { readonly hasZone: boolean; readonly seconds: 1 | 60 | 100 },
): SpanStamp | null {
  const behind = SECOND_END[layout](at, end);
  const copy = (from: number, to: number) => Uint8Array.from(bytes.subarray(from, to));
  const text = copy(at, seconds === 1 ? behind : behind - 2);
  const common = { text, seconds, hasFraction: false, digits: -1, suffix: NOTHING } as const;
  switch (layout) {
    case 'iso': {
      const mark = bytes[behind];
      const fraction = mark === 46 || mark === 44 ? digitsFrom(bytes, behind + 1) : 0;
      const zone = behind + (fraction > 0 ? fraction + 1 : 0);
      if (end < zone || end - zone > 8) return null;
      return {
        ...common,
        hasFraction: fraction > 0,
        suffix: copy(zone, end),
        guard: hasZone ? 'none' : 'no-zone',
      };
    }
    case 'access':
      return end - behind > 8 ? null : { ...common, suffix: copy(behind, end), guard: 'none' };
    case 'epoch': {
      const digits = digitsFrom(bytes, at);
      const hasFraction = digits === 10 && bytes[behind] === 46 && isDigit(bytes[behind + 1]);
      if (digits === 10 && !hasFraction && bytes[behind] === 46) return null;
      return { ...common, hasFraction, digits: hasFraction ? -1 : digits - 10, guard: 'none' };
    }
    case 'text': {
      if (hasZone || !SYSLOG.test(Buffer.from(copy(at, end)).toString('latin1'))) return null;
      if (bytes[end] !== 32 || !((bytes[end + 1] ?? 0) >= 97 && (bytes[end + 1] ?? 0) <= 122)) return null;
      return { ...common, guard: 'small-letter' };
    }
  }
}
