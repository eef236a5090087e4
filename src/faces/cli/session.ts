/** One run of a command: the platform with this terminal around it, stopped by Ctrl-C, closed at the end. */
import type { Platform } from '../../app/platform.ts';
import { type CompositionOptions, composePlatform } from '../../composition.ts';
import type { PlatformError } from '../../domain/error.ts';
import { complaintOf } from './complaint.ts';
import { EXIT } from './exit-code.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import type { Streams } from './terminal.ts';

export interface Session {
  readonly platform: Platform;
  readonly streams: Streams;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: ProgressLine;
  /** The exit code so far: a problem beside the triage makes it 1. */
  exitCode(): number;
}

type SessionOptions = Pick<CompositionOptions, 'store' | 'sources'>;

/** Runs `work` and returns its exit code. The store is closed whatever happens. */
export async function withSession(
  options: SessionOptions,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const streams: Streams = process;
  const environment = process.env;
  const stopping = stopOnSignals();
  const progress = progressLine(streams.stderr);
  const problems: PlatformError[] = [];
  const say = (text: string) => {
    progress.clear();
    streams.stderr.write(text);
  };
  const platform = composePlatform({
    ...options,
    environment,
    cwd: process.cwd(),
    signal: stopping.signal,
    stdin: () => streams.stdin,
    progress: progress.show,
    onProblem: (problem) => {
      // Told once, however often a triage is repeated with answers.
      if (problems.some(({ what, why }) => what === problem.what && why === problem.why)) return;
      problems.push(problem);
      say(complaintOf(problem, 'warning'));
    },
    logger: {
      debug: (message, fields) => {
        if (environment['WICKED_PLATFORM_DEBUG'] !== undefined) say(line('debug', message, fields));
      },
      warn: (message, fields) => say(line('warning', message, fields)),
    },
  });
  const exitCode = () => (problems.some(({ code }) => code === 'store') ? EXIT.failed : EXIT.ok);
  try {
    const code = await work({ platform, streams, environment, progress, exitCode });
    return code === EXIT.ok ? exitCode() : code;
  } finally {
    progress.clear();
    stopping.end();
    await platform.close();
  }
}

function line(kind: string, message: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return `wicked-platform: ${kind}: ${message}${details.join('')}\n`;
}

/** The first signal asks the work to stop, a second one ends the process at once. */
export function stopOnSignals(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    end: () => {
      process.removeListener('SIGINT', stop);
      process.removeListener('SIGTERM', stop);
    },
  };
}
