/** One line on stderr that tells how far the work is, only where stderr is a terminal. */
import { stripControls } from '../../app/sanitise.ts';

const REDRAW_AFTER_MS = 80;

export interface ProgressLine {
  show(source: string, message: string, done: number, total: number | null): void;
  clear(): void;
}

export function progressLine(stderr: NodeJS.WriteStream): ProgressLine {
  if (stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let lastDrawnMs = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    show: (source, message, done, total) => {
      const nowMs = performance.now();
      if (nowMs - lastDrawnMs < REDRAW_AFTER_MS) return;
      lastDrawnMs = nowMs;
      isDrawn = true;
      const amount = total === null ? String(done) : `${done} of ${total}`;
      const text = stripControls(`${source}: ${message}${done === 0 && total === null ? '' : ` ${amount}`}`);
      stderr.write(`\r\u001b[2K${text.replaceAll('\n', ' ').slice(0, (stderr.columns || 80) - 1)}`);
    },
    clear: () => {
      if (isDrawn) stderr.write('\r\u001b[2K');
      isDrawn = false;
    },
  };
}
