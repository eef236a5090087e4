/** Settings of programs that read one directive a line: nginx (`proxy_read_timeout 10s;`), HAProxy (`timeout server 12s`), Redis (`maxmemory 100mb`). */
import { type CommentText, cleanComment, type KeyEntry } from './entry.ts';
import { textValue } from './text-value.ts';

const MAX_ENTRIES = 5_000;
const COMMENT = /^\s*(#.*)$/;
const ASSIGNED = /^\s*[^\s=:#!;[{}]+\s*[=:]\s*\S/;
const DIRECTIVE = /^\s*[A-Za-z][\w-]*(?:[ \t]+[^\s;{}]+)+\s*;?\s*$/;
/** nginx: `upstream cart { server 10.0.0.7:80; keepalive 16; }`, a block on one line. */
const WHOLE_BLOCK = /^\s*([\w-]+)((?:\s+[^\s{;]+)*)\s*\{([^{}]*)\}\s*$/;
/** nginx: `location /api/ {`. */
const BLOCK = /^\s*([\w-]+)((?:\s+[^\s{;]+)*)\s*\{\s*$/;
/** HAProxy: a word at the margin that opens a section. */
const SECTION = /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|cache)\b[ \t]*(\S*)/;
/** What a value is, where words stand before it: a number with or without a unit, a switch. */
const AMOUNT = /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h|d|k|kb|mb|gb|b|g|r\/[sm]|%)?|on|off|yes|no)$/i;

/** True where more lines are directives than assignments. */
export function isDirectives(text: string): boolean {
  let [directives, assigned] = [0, 0];
  for (const line of text.split(/\r?\n/, MAX_ENTRIES)) {
    if (COMMENT.test(line) || line.length > 1_000) continue;
    if (ASSIGNED.test(line)) assigned++;
    else if (DIRECTIVE.test(line)) directives++;
  }
  return directives > assigned;
}

/** Entries in order of lines, called after the block or section that they stand in where that has a name of its own. Never throws. */
export function directiveEntries(text: string): KeyEntry[] {
  const entries: KeyEntry[] = [];
  let blocks: string[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (entries.length >= MAX_ENTRIES) break;
    if (COMMENT.test(line) || line.length > 1_000) continue;
    const comment = COMMENT.exec(lines[index - 1] ?? '')?.[1];
    const whole = WHOLE_BLOCK.exec(line);
    if (whole !== null) {
      const within = [...blocks, nameOf(whole[2] ?? '')];
      for (const said of (whole[3] ?? '').split(';'))
        entries.push(...entryOf(said, index + 1, within, comment));
      continue;
    }
    const block = BLOCK.exec(line);
    const section = SECTION.exec(line);
    if (block !== null) blocks.push(nameOf(block[2] ?? ''));
    else if (section !== null) blocks = [nameOf(section[2] ?? '')];
    else if (/^\s*\}/.test(line)) blocks.pop();
    else entries.push(...entryOf(line, index + 1, blocks, comment));
  }
  return entries;
}

function nameOf(words: string): string {
  return words
    .trim()
    .replace(/[^\w-]+/g, '.')
    .replace(/^\.+|\.+$/g, '');
}

/**
 * One word and its value; words and an amount, where the words are the key; or a word and all that stands behind it, with an entry of its
 * own for each `name=value` in it. No line is left out: what two revisions differ in must show.
 */
function entryOf(
  line: string,
  number: number,
  blocks: readonly string[],
  above: string | undefined,
): readonly KeyEntry[] {
  const [said = '', comment] = line.split(/\s+(#.*)$/, 2);
  const words = said.trim().replace(/;$/, '').split(/\s+/);
  const [first = ''] = words;
  if (first === '') return [];
  const isAmount = words.length <= 4 && AMOUNT.test(words.at(-1) ?? '');
  const key = isAmount ? words.slice(0, -1).join('.') : first;
  const pairs = words.slice(1).flatMap((word) => {
    const [, name = '', of = ''] = /^([A-Za-z][\w-]*)=(.+)$/.exec(word) ?? [];
    return name === '' ? [] : [[`${first}.${name}`, of] as const];
  });
  const plain = words.slice(1).filter((word) => !/^[A-Za-z][\w-]*=./.test(word));
  const value = isAmount ? (words.at(-1) ?? '') : plain.join(' ');
  const block = blocks.findLast((name) => name !== '');
  const comments: CommentText[] = [
    ...(comment === undefined ? [] : [{ text: cleanComment(comment), line: number }]),
    ...(above === undefined ? [] : [{ text: cleanComment(above), line: number - 1 }]),
  ].filter((each) => each.text !== '');
  return [[key, value] as const, ...pairs].map(([name, text]) => {
    const full = block === undefined ? name : `${block}.${name}`;
    return {
      key: full,
      scope: '',
      kind: 'config-value',
      value: textValue(text.replace(/^(["'])(.*)\1$/, '$2'), full),
      env: null,
      line: number,
      endLine: number,
      comments,
    };
  });
}
