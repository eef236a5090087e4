/** What this terminal can show, and text made safe for it. It writes nothing. */

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

const DEFAULT_WIDTH = 80;
/** Longer lines are hard to read, whatever the window. */
const MAX_WIDTH = 110;

/** See no-color.org: any value of NO_COLOR but the empty one counts. */
export function usesColor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

/** A terminal that does not know its size says 0. */
export function widthOf(stream: { readonly columns?: number }): number {
  return Math.min(stream.columns || DEFAULT_WIDTH, MAX_WIDTH);
}
