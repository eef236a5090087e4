/** Paths that limit a question, taken literally, as git reads them. */

/** A path from the root as git writes it, so that it can be compared with those of an answer. */
export function isPlainPath(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Whether a file is one of the paths or lies below one. */
export function isBelow(path: string, scopes: readonly string[]): boolean {
  return scopes.some((scope) => path === scope || path.startsWith(`${scope}/`));
}
