/** Shell quoting: a value that came from a log, a manifest or a repository can never become a command. */

/** POSIX shell: plain words stay readable, everything else is single-quoted. Control characters, which no shell word needs, are dropped. */
export function shellQuote(value: string): string {
  const clean = [...value].filter((char) => char.charCodeAt(0) >= 32 && char.charCodeAt(0) !== 127).join('');
  if (/^[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*$/.test(clean)) return clean;
  return `'${clean.replace(/'/g, `'\\''`)}'`;
}
