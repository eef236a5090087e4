/** The exit codes of the command line: 0 triaged, 1 the tool failed, 2 wrong usage, 3 no evidence, 130 interrupted. */
import type { ErrorCode } from '../../domain/error.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2, noEvidence: 3, interrupted: 130 } as const;

export function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'usage':
    case 'config':
    case 'not-found':
      return EXIT.usage;
    case 'no-evidence':
      return EXIT.noEvidence;
    case 'interrupted':
      return EXIT.interrupted;
    case 'unreadable':
    case 'store':
    case 'auth':
    case 'rate-limited':
    case 'timed-out':
    case 'unavailable':
    case 'malformed':
      return EXIT.failed;
  }
}
