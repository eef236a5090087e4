/** Which places a caller may read: those whose real path lies below one of the roots. It knows no caller. */
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { PlatformError } from '../../domain/error.ts';

/** Whether an absolute path lies inside; symbolic links count by what they point to. */
export type Allowed = (absolutePath: string) => boolean;

export function allowedBelow(roots: readonly string[]): Allowed {
  const real = roots.map(realPathOf);
  return (absolutePath) => {
    const path = realPathOf(absolutePath);
    return real.some((root) => isInside(path, root));
  };
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Of what exists of it; the rest is taken as it stands. */
function realPathOf(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute
      ? absolute
      : resolve(realPathOf(parent), absolute.slice(parent.length).replace(/^[\\/]/, ''));
  }
}

/** The part of a glob before its first wildcard, which is what it can reach at the most. */
export function fixedPartOf(path: string): string {
  const wild = path.search(/[*?{[]/);
  if (wild === -1) return path;
  const cut = Math.max(path.lastIndexOf('/', wild), path.lastIndexOf('\\', wild));
  return path.slice(0, cut + 1) || '.';
}

/** Throws PlatformError `usage` for a place outside the roots. `given` is how the caller called it. */
export function requireAllowed(given: string, absolutePath: string, roots: readonly string[] | null): void {
  if (roots === null || allowedBelow(roots)(absolutePath)) return;
  throw new PlatformError({
    code: 'usage',
    what: `${given} must not be read here`,
    why: `it lies outside the allowed roots (${roots.join(', ')})`,
    nextStep: 'Name a place below a root, or start the server with a further --root.',
  });
}
