/** Prints what went wrong as what, why and next step. It decides the exit code and ends nothing. */

import { stripControls } from '../../app/sanitise.ts';
import { PlatformError } from '../../domain/error.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';

/** As printed on stderr: three lines at most, then a line break. */
export function complaintOf(error: PlatformError, kind: 'error' | 'warning' = 'error'): string {
  const label = kind === 'warning' ? 'warning: ' : '';
  return [`wicked-platform: ${label}${error.what}`, `  why:  ${error.why}`, `  next: ${error.nextStep}`, '']
    .map(stripControls)
    .join('\n');
}

/** Anything but a PlatformError is a bug, and says so. */
export function complain(
  error: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly exitCode: number } {
  if (error instanceof PlatformError) return { text: complaintOf(error), exitCode: exitCodeOf(error.code) };
  const message = error instanceof Error ? error.message : String(error);
  const stack =
    environment['WICKED_PLATFORM_DEBUG'] === undefined
      ? ''
      : `${error instanceof Error ? error.stack : ''}\n`;
  return {
    text: stripControls(
      `wicked-platform: this is a bug: ${message}\n  why:  the program met something that it should have handled\n  next: Run it again with WICKED_PLATFORM_DEBUG=1 and report what it prints.\n${stack}`,
    ),
    exitCode: EXIT.failed,
  };
}
