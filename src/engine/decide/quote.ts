/** Shell quoting: a value that came from a log, a manifest or a repository can never become a command. */

/**
 * POSIX shell: plain words stay readable, everything else is single-quoted. Control characters, which no shell word needs, are dropped;
 * so are dashes in front, since no name of a workload, namespace or revision begins with one and a client would take it for an option.
 */
export function shellQuote(value: string): string {
  const printable = [...value].filter((char) => char.charCodeAt(0) >= 32 && char.charCodeAt(0) !== 127);
  const clean = printable.join('').replace(/^-+/, '');
  if (/^[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*$/.test(clean)) return clean;
  return `'${clean.replace(/'/g, `'\\''`)}'`;
}
