/** Untrusted text made harmless for any output: no control, escape, direction or invisible characters. Escaping for a format is the printer's. */

const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const ONE_BYTE_CSI = String.fromCharCode(0x9b);

/** Direction overrides, zero-width and tag characters: they make text read other than it is. Joiners stay: scripts and emoji need them. */
const INVISIBLE =
  /[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
/** Printable ASCII needs no cleaning: most text is spared the Unicode expressions, which cost milliseconds to compile and run. */
const HARMLESS = /^[ -~]*$/;
const BLANK = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** One line: terminal sequences and control characters are gone, line breaks and tabs are one space. Ends are not trimmed. */
export function cleanLine(value: string): string {
  if (HARMLESS.test(value)) return value;
  return withoutControls(withoutSequences(value).replace(BLANK, ' '));
}

/** The lines of a quotation, each clean; indentation stays, blank lines at both ends go. */
export function cleanLines(value: string): readonly string[] {
  const lines = withoutSequences(value)
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => withoutControls(line.replaceAll('\t', '    ')).trimEnd());
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
}

/**
 * The lines of a command. What does not belong into one is made visible as U+FFFD and not dropped:
 * a pasted command must fail rather than do something else than it reads.
 */
export function cleanCommand(value: string): readonly string[] {
  return value
    .trim()
    .split(/\r\n|\n/)
    .map((line) =>
      line
        .replace(INVISIBLE, '\ufffd')
        .replace(/[\u2028\u2029]/g, '\ufffd')
        .replace(/\p{Cc}/gu, '\ufffd')
        .replace(/\p{Surrogate}/gu, '\ufffd'),
    );
}

function withoutControls(value: string): string {
  return value
    .replace(INVISIBLE, '')
    .replace(/\p{Cc}/gu, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Drops CSI, OSC and two-character sequences of terminals. What an unfinished sequence is followed by stays: it may be evidence. */
function withoutSequences(value: string): string {
  const [head = '', ...rest] = value.replaceAll(ONE_BYTE_CSI, `${ESCAPE}[`).split(ESCAPE);
  return head + rest.map((part, index) => afterEscape(part, rest[index + 1])).join('');
}

function afterEscape(part: string, next: string | undefined): string {
  if (part.startsWith('[')) return part.replace(/^\[[0-?]*[ -/]*[@-~]?/, '');
  if (/^[\]PX^_]/.test(part)) {
    const end = part.indexOf(BELL);
    if (end !== -1) return part.slice(end + 1);
    return next?.startsWith('\\') ? '' : part.slice(1);
  }
  return part.replace(/^[ -/]*[0-~]/, '');
}
