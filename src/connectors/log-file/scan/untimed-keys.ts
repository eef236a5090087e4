/**
 * Keys of a file in which no line has shown a time so far: what a container prints without stamps. Once some lines of a key were parsed
 * and had one severity, the kernel counts the others, until the first time comes up: from then on lines without one take that of the line above.
 */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { KeyState } from './key-table.ts';
import type { LineKernel } from './line-kernel.ts';

/** Lines of a key that are parsed before it is counted. */
const MIN_PARSED = 4;
/** Of the lines that are counted, one is parsed as a check after 16, 256, 4,096 … */
const CHECK_GROWTH = 16;
const MAX_CHECK = 65_536;

interface Untimed {
  /** Null where lines of the key differ in it. */
  severity: LogSeverity | null;
  parsed: number;
}

export class UntimedKeys {
  readonly #kernel: LineKernel;
  readonly #keys = new Map<number, Untimed>();
  #hasTime = false;

  constructor(kernel: LineKernel) {
    this.#kernel = kernel;
  }

  /** A line of the key was parsed and had no time; it stands for the key where it is one whole line. */
  learn(key: KeyState, severity: LogSeverity, isOneLine: boolean): void {
    if (this.#hasTime || key.kind !== 'new') return;
    const known = this.#keys.get(key.index) ?? { severity, parsed: 0 };
    this.#keys.set(key.index, known);
    if (known.severity !== severity || !isOneLine) known.severity = null;
    known.parsed++;
    if (known.severity === null) this.#kernel.askForKey(key.index);
    else if (known.parsed >= MIN_PARSED) {
      this.#kernel.countUntimed(key.index);
      this.#kernel.setRemaining(
        key.index,
        Math.min(CHECK_GROWTH ** (known.parsed - MIN_PARSED + 1), MAX_CHECK) + 1,
      );
    }
  }

  isCounted({ index }: KeyState): boolean {
    const known = this.#keys.get(index);
    return known !== undefined && known.severity !== null && known.parsed >= MIN_PARSED;
  }

  /** Severity of the lines that were counted in a slot; null for slots of other keys. */
  severityOf(slot: number): LogSeverity | null {
    return this.#keys.get(slot)?.severity ?? null;
  }

  /** The file has shown a time: every key is to be learned anew. What was counted must have been taken. */
  end(): void {
    if (this.#hasTime) return;
    this.#hasTime = true;
    for (const index of this.#keys.keys()) this.#kernel.askForKey(index);
    this.#keys.clear();
  }
}
