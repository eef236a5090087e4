/** What the server gives to every call: the platform with the roots, the store and the client's progress and cancellation around it. */
import type { Platform } from '../../app/platform.ts';
import { composePlatform } from '../../composition.ts';
import { PlatformError } from '../../domain/error.ts';

export interface Surroundings {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folders that calls may read; the first is what relative paths are relative to. At least one. */
  readonly roots: readonly [string, ...string[]];
  /** Live sources that may be asked, as with --source. */
  readonly sources: Platform['sources'];
  /** Folder of the incident store; null: the system's own. */
  readonly store: string | null;
  /** Diagnostics; never the protocol's own stream. */
  readonly log: (text: string) => void;
}

export interface Call {
  readonly signal: AbortSignal;
  readonly progress: Platform['progress'];
}

/** Runs `work` with a platform of its own, which is closed at the end, and collects what went wrong beside it. */
export async function withPlatform<T>(
  surroundings: Surroundings,
  call: Call,
  work: (platform: Platform, problems: readonly PlatformError[]) => Promise<T>,
): Promise<T> {
  const problems: PlatformError[] = [];
  const { environment, roots, sources, store, log } = surroundings;
  const platform = composePlatform({
    environment,
    cwd: roots[0],
    roots,
    sources,
    signal: call.signal,
    progress: call.progress,
    stdin: noStandardInput,
    store: { kind: 'sqlite', folder: store },
    onProblem: (problem) => {
      if (!problems.some(({ what, why }) => what === problem.what && why === problem.why))
        problems.push(problem);
    },
    logger: {
      debug: (message, fields) => {
        if (environment['WICKED_PLATFORM_DEBUG'] !== undefined) log(line('debug', message, fields));
      },
      warn: (message, fields) => log(line('warning', message, fields)),
    },
  });
  try {
    return await work(platform, problems);
  } finally {
    await platform.close();
  }
}

function line(kind: string, message: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return `wicked-platform: ${kind}: ${message}${details.join('')}\n`;
}

/** Standard input carries the protocol, or nothing. */
function noStandardInput(): never {
  throw new PlatformError({
    code: 'usage',
    what: 'A log cannot be read from standard input here',
    why: 'the server has none to give',
    nextStep: 'Save the log to a file below an allowed root and name the file.',
  });
}
