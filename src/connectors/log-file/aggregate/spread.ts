/** Records that lie apart in time, of those that come without being parsed: one of the second minute, of the third or fourth, the fifth to eighth and so on. */
const SHORTEST_MS = 60_000;

export class Spread<T extends { readonly atMs: number }> {
  /** In order of time where the file is. */
  readonly kept: T[] = [];
  #fromMs = Number.NaN;
  #spanMs = Number.NaN;

  /**
   * Offers the first record of a span that starts at `spanMs`, or of a part of it. Which ones are kept does not depend on the parts: of one
   * span the earliest stays.
   */
  offer(spanMs: number, atMs: number, read: () => T): void {
    if (Number.isNaN(this.#fromMs)) this.#fromMs = spanMs;
    const isSame = spanMs === this.#spanMs;
    const isWanted = isSame
      ? atMs < (this.kept.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY)
      : this.#stretchOf(spanMs) > this.#stretchOf(this.#spanMs);
    if (!isWanted) return;
    if (isSame) this.kept.pop();
    this.kept.push(read());
    this.#spanMs = spanMs;
  }

  /** Stretches are twice as long as the one before; 0 up to a minute behind the first span. */
  #stretchOf(spanMs: number): number {
    const minutes = Math.floor((spanMs - this.#fromMs) / SHORTEST_MS);
    return minutes > 0 ? 32 - Math.clz32(minutes) : 0;
  }
}
