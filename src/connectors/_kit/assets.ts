/** Files that ship beside the code (WebAssembly grammars): where each is, in the source tree and in dist/. It opens none of them. */

const GRAMMARS = [
  'bash',
  'c-sharp',
  'go',
  'java',
  'javascript',
  'php',
  'python',
  'ruby',
  'rust',
  'tsx',
  'typescript',
] as const;

/**
 * Asset name in dist/ → its place in the repository, both relative with forward slashes.
 * The build copies exactly these. A name that ends in `/` stands for a whole folder.
 */
export const ASSET_SOURCES: Readonly<Record<string, string>> = {
  'grammars/web-tree-sitter.wasm': 'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  ...Object.fromEntries(
    GRAMMARS.map((language) => {
      const file = `tree-sitter-${language}.wasm`;
      return [`grammars/${file}`, `node_modules/@vscode/tree-sitter-wasm/wasm/${file}`];
    }),
  ),
};

const SOURCE_FILE = 'src/connectors/_kit/assets.ts';

/** The repository's root when this module runs from its source (tests), null when it was built into dist/. */
function repositoryRoot(): URL | null {
  return import.meta.url.endsWith(`/${SOURCE_FILE}`) ? new URL('../../../', import.meta.url) : null;
}

/**
 * The file URL of an asset, such as `grammars/tree-sitter-go.wasm`. Built code lies flat in dist/, assets below it.
 * Throws on a name that is not in ASSET_SOURCES (nor below one of its folders): it would not be in the package.
 */
export function assetPath(relative: string): URL {
  const entry = Object.entries(ASSET_SOURCES).find(
    ([asset]) => asset === relative || (asset.endsWith('/') && relative.startsWith(asset)),
  );
  if (entry === undefined) throw new RangeError(`no such asset: ${relative}`);
  const root = repositoryRoot();
  if (root === null) return new URL(relative, import.meta.url);
  const [asset, source] = entry;
  return new URL(source + relative.slice(asset.length), root);
}
