/** SQLite's error codes in words a person can act on. */
import { PlatformError } from '../../domain/error.ts';

interface Advice {
  readonly why: string;
  readonly nextStep: string;
}

const OTHER: Advice = { why: 'SQLite reports an error', nextStep: 'Name another folder with --store.' };

/** Primary result codes, see sqlite.org/rescode.html. */
const ADVICE: Readonly<Record<number, Advice>> = {
  3: {
    why: 'permission denied',
    nextStep: 'Make the file writable for this user, or name another folder with --store.',
  },
  5: {
    why: 'another process holds it locked',
    nextStep: 'Wait for the other process and run the command again, or name another folder with --store.',
  },
  6: {
    why: 'another connection holds it locked',
    nextStep: 'Run the command again, or name another folder with --store.',
  },
  8: {
    why: 'it is read-only',
    nextStep: 'Make the file and its folder writable, or name another folder with --store.',
  },
  10: { why: 'the disk reports an error', nextStep: 'Check the disk, or name another folder with --store.' },
  11: {
    why: 'the file is damaged',
    nextStep:
      'Move the file away (keep it: events may be saved from it), or name another folder with --store.',
  },
  13: { why: 'the disk is full', nextStep: 'Make room on the disk, or name another folder with --store.' },
  14: {
    why: 'the file cannot be opened or made',
    nextStep: 'Check that the folder exists and is writable, or name another folder with --store.',
  },
  23: {
    why: 'permission denied',
    nextStep: 'Make the file writable for this user, or name another folder with --store.',
  },
  26: {
    why: 'the file is no SQLite database',
    nextStep: 'Move the file away, or name another folder with --store.',
  },
};

/** Both SQLite modules put the extended result code into `errcode`; older ones tell it in words only. */
function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  for (const name of ['errcode', 'sqliteCode', 'sqliteExtendedCode', 'errno']) {
    const code: unknown = Reflect.get(error, name);
    if (typeof code === 'number' && code > 0) return code & 0xff;
  }
  const words: readonly (readonly [RegExp, number])[] = [
    [/locked|busy/i, 5],
    [/readonly|read-only/i, 8],
    [/malformed/i, 11],
    [/not a database/i, 26],
    [/unable to open/i, 14],
    [/is full/i, 13],
  ];
  return words.find(([pattern]) => pattern.test(error.message))?.[1] ?? null;
}

export function storeProblem(path: string, error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  const code = primaryCode(error);
  const advice = (code === null ? undefined : ADVICE[code]) ?? OTHER;
  const words = error instanceof Error ? error.message : String(error);
  return new PlatformError({
    code: 'store',
    what: `The incident store ${path} cannot be used`,
    why: advice === OTHER ? `${advice.why}: ${words}` : advice.why,
    nextStep: advice.nextStep,
    cause: error,
  });
}
