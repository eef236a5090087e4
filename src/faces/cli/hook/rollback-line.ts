/** Whether a shell line takes a release back. It reads text; it neither parses a shell nor runs anything. */

/** What is longer than this is a script: its beginning is looked at. */
const MAX_LENGTH = 20_000;

/** Between the words may stand flags and their values, but no other command. */
const ROLLBACKS: readonly RegExp[] = [
  /\bkubectl(?:\.exe)?\s[^;|&\n]{0,400}?\brollouts?\s[^;|&\n]{0,400}?\bundo\b/,
  /\bkubectl(?:\.exe)?\s+rollouts?\s+undo\b/,
  /\bkubectl-argo-rollouts\s[^;|&\n]{0,400}?\bundo\b/,
  /\bhelm(?:\.exe)?\s(?:[^;|&\n]{0,400}?\s)?rollback\b/,
  /\bargocd(?:\.exe)?\s(?:[^;|&\n]{0,400}?\s)?app\s(?:[^;|&\n]{0,400}?\s)?rollback\b/,
];

export function isRollback(line: string): boolean {
  const joined = line.slice(0, MAX_LENGTH).replaceAll(/\\\r?\n/g, ' ');
  return ROLLBACKS.some((pattern) => pattern.test(joined));
}

/** Whether two shell lines are the same but for spacing and quotes around plain words. */
export function isSameCommand(a: string, b: string): boolean {
  const plain = (text: string) =>
    text
      .replaceAll(/\\\r?\n/g, ' ')
      .replaceAll(/(?<=^|\s|=)(['"])([\w./:=@-]*)\1(?=\s|$)/g, '$2')
      .replaceAll(/\s+/g, ' ')
      .trim();
  return plain(a) === plain(b);
}

/** Whether a line names a word, as a whole word: `deployment/checkout-api` names checkout-api, `checkout-api-v2` does not. */
export function namesWord(line: string, word: string): boolean {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return word !== '' && new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(line.slice(0, MAX_LENGTH));
}
