/** Manifests without what is used while a program is made and checked, and never while it runs. */
import { baseName } from '../languages/detect.ts';

type Json = Record<string, unknown>;

/** Packages by which a program is built: they change what is shipped. */
const BUILDS =
  /typescript|babel|swc|esbuild|rollup|vite(?!st)|webpack|parcel|tsup|tsdown|terser|postcss|tailwind|sass|less|loader|plugin|preset|next|nuxt|svelte|angular|vue|react|prisma|graphql-codegen|protoc|ts-proto|types?script|core-js|browserslist/i;

/** The text without its parts for development; null where the file knows none. */
export function withoutDevelopment(path: string, text: string): string | null {
  const name = baseName(path);
  if (
    /^(requirements|constraints)?[-_.]?(dev|test|tests|lint|docs)([-_.]requirements)?\.(txt|in)$/.test(name)
  )
    return '';
  if (name === 'composer.json') return withoutKeys(text, (root) => omit(root, 'require-dev', 'autoload-dev'));
  if (name === 'composer.lock')
    return withoutKeys(text, (root) => omit(root, 'packages-dev', 'content-hash'));
  if (name === 'package.json') return withoutKeys(text, withoutTools);
  if (name === 'package-lock.json') return withoutKeys(text, withoutDevLocks);
  if (name === 'pom.xml')
    return text.replace(
      /<dependency>(?:(?!<\/dependency>)[\s\S])*?<scope>\s*test\s*<\/scope>[\s\S]*?<\/dependency>/g,
      '',
    );
  if (/^build\.gradle(\.kts)?$/.test(name))
    return text.replace(
      /^\s*(test|androidTest|testFixtures|integrationTest)\w*(Implementation|Only|Api|Runtime|CompileOnly|RuntimeOnly)\b.*$/gm,
      '',
    );
  if (name === 'Cargo.toml') return withoutSections(text, /^\[(target\..*\.)?dev-dependencies(\..+)?\]$/);
  if (name === 'pyproject.toml')
    return withoutSections(
      text,
      /^\[(dependency-groups|tool\.poetry\.(dev-dependencies|group\.(dev|test|tests|lint|docs)\.dependencies)|tool\.(pytest|ruff|mypy|black|isort|coverage|pylint)(\..+)?)\]$/,
    );
  if (name === 'Gemfile')
    return text.replace(/^\s*group\s+((:(development|test)\s*,?\s*)+)do\b[\s\S]*?^\s*end\b/gm, '');
  return null;
}

function withoutKeys(text: string, change: (root: Json) => Json): string | null {
  try {
    const root: unknown = JSON.parse(text);
    return typeof root === 'object' && root !== null && !Array.isArray(root)
      ? JSON.stringify(change(root as Json))
      : null;
  } catch {
    return null;
  }
}

function omit(root: Json, ...keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(root).filter(([key]) => !keys.includes(key)));
}

function withoutTools(root: Json): Json {
  const { devDependencies: tools } = root as { readonly devDependencies?: unknown };
  if (typeof tools !== 'object' || tools === null) return root;
  return {
    ...root,
    devDependencies: Object.fromEntries(Object.entries(tools).filter(([name]) => BUILDS.test(name))),
  };
}

function withoutDevLocks(root: Json): Json {
  const { packages } = root;
  if (typeof packages !== 'object' || packages === null) return root;
  const kept = Object.entries(packages as Json).flatMap(([path, entry]): [string, unknown][] => {
    if (typeof entry !== 'object' || entry === null) return [[path, entry]];
    if (path === '') return [[path, withoutTools(entry as Json)]];
    return (entry as { readonly dev?: unknown }).dev === true && !BUILDS.test(path) ? [] : [[path, entry]];
  });
  return { ...root, packages: Object.fromEntries(kept) };
}

/** Without the tables of a TOML file whose heads match. */
function withoutSections(text: string, head: RegExp): string {
  let inside = false;
  return text
    .split(/\r?\n/)
    .filter((line) => {
      const trimmed = line.trim();
      if (trimmed.startsWith('[') && trimmed.endsWith(']')) inside = head.test(trimmed);
      return !inside;
    })
    .join('\n');
}

/** True where two versions of a manifest differ in their parts for development alone. */
export function differsInDevelopmentOnly(path: string, before: string, after: string): boolean {
  const [old, now] = [withoutDevelopment(path, before), withoutDevelopment(path, after)];
  return old !== null && now !== null && old.replace(/\s+/g, ' ').trim() === now.replace(/\s+/g, ' ').trim();
}
