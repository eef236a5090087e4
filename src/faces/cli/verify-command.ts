/** `wicked-platform incident --verify [--follow]`: measures a stored incident again, once or until it is settled. */
import { followVerification, measuredLine } from '../../app/follow-verification.ts';
import { readSpan } from '../../app/instants.ts';
import { runOperation } from '../../app/operation.ts';
import { stripControls } from '../../app/sanitise.ts';
import { parseSources } from '../../app/sources.ts';
import { PlatformError } from '../../domain/error.ts';
import type { VerificationReport } from '../../domain/report.ts';
import { EXIT } from './exit-code.ts';
import { type IncidentFlags, viewOf } from './incident-command.ts';
import { printVerification } from './print.ts';
import { type Session, withSession } from './session.ts';

const DEFAULT_INTERVAL = '30s';
/** Sooner than this a log file or a scrape has hardly anything new. */
const MIN_INTERVAL_MS = 1_000;

/** Returns the exit code: 0 whatever the outcome is, 130 where it was stopped before it was settled. */
export function verifyCommand(symptom: string | undefined, flags: IncidentFlags): Promise<number> {
  checkUse(symptom, flags);
  const intervalMs = Math.max(MIN_INTERVAL_MS, readSpan(flags.interval ?? DEFAULT_INTERVAL, '--interval'));
  const sources = parseSources(flags.source);
  return withSession({ store: { kind: 'sqlite', folder: flags.store ?? null }, sources }, async (session) => {
    const { operation } = await import('../../app/operations/incident-verify.ts');
    const once = () => runOperation(operation, inputOf(flags), session.platform);
    const { verification, interrupted } =
      flags.follow === true
        ? await followVerification({
            once,
            wait: (ms) => wait(ms, session.platform.signal),
            intervalMs,
            signal: session.platform.signal,
            onMeasured: (measured, nextInMs) => tell(measured, nextInMs, session),
            onMissed: (error, nextInMs) => tellMissed(error, nextInMs, session),
          })
        : { verification: await once(), interrupted: false };
    await printVerification(verification, { format: flags.format ?? null, out: flags.out ?? null }, session);
    return interrupted ? EXIT.interrupted : EXIT.ok;
  });
}

function checkUse(symptom: string | undefined, flags: IncidentFlags): void {
  const usage = (what: string, why: string, nextStep: string) =>
    new PlatformError({ code: 'usage', what, why, nextStep });
  if (flags.verify !== true)
    throw usage(
      '--follow was given without --verify',
      'only a verification can be repeated',
      'Add --verify.',
    );
  if ((symptom ?? '').trim() !== '' || viewOf(flags) !== null || flags.snapshot !== undefined)
    throw usage(
      '--verify cannot be combined with a symptom, a view or --snapshot',
      'it measures the stored incident again, on its sources',
      'Leave them out: wicked-platform incident --verify. Another incident is named with --incident INC-7.',
    );
  if (
    flags.follow === true &&
    (flags.now !== undefined || flags.asOf !== undefined || flags.logs.includes('-'))
  )
    throw usage(
      '--follow needs the clock and sources that can be read again',
      '--now, --as-of and standard input stay what they are',
      'Leave --follow out, or give files with --dir and --logs.',
    );
}

function inputOf(flags: IncidentFlags) {
  return {
    incident: flags.incident ?? null,
    dir: flags.dir,
    logs: [...flags.logs],
    repos: [...flags.repo],
    zone: flags.zone ?? null,
    since: flags.since ?? null,
    now: flags.now ?? flags.asOf ?? null,
    ...(flags.quiet === undefined ? {} : { quiet: flags.quiet }),
  };
}

/** A line a measurement, with the trend as blocks where a terminal shows them. */
function tell(
  verification: VerificationReport,
  nextInMs: number | null,
  { streams, progress }: Session,
): void {
  progress.clear();
  streams.stderr.write(`${measuredLine(verification, nextInMs, streams.stderr.isTTY === true)}\n`);
}

function tellMissed(error: PlatformError, nextInMs: number, { streams, progress }: Session): void {
  progress.clear();
  const { what, why } = error;
  streams.stderr.write(
    `${stripControls(`not measured: ${what}: ${why}`).replaceAll('\n', ' ')}; again in ${Math.round(nextInMs / 1000)} s\n`,
  );
}

/** Ends at once when the signal aborts. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
