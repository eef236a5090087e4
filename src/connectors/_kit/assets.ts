/** Files that ship beside the code (WebAssembly grammars, the demo's evidence): where each is, in the source tree and in dist/. It opens none of them. */

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

/** What `wicked-platform demo` builds its incident from; truth and golden report stay in the repository. */
const DEMO = [
  'history.yaml',
  'input/deployments.json',
  'input/metrics/checkout-api.csv',
  'input/metrics/payment-service.csv',
  'input/metrics/user-service.csv',
  'input/wicked-platform.yaml',
] as const;

/**
 * Asset name in dist/ → its place in the repository, both relative with forward slashes.
 * The build copies exactly these.
 */
export const ASSET_SOURCES: Readonly<Record<string, string>> = {
  'grammars/web-tree-sitter.wasm': 'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  ...Object.fromEntries(
    GRAMMARS.map((language) => {
      const file = `tree-sitter-${language}.wasm`;
      return [`grammars/${file}`, `node_modules/@vscode/tree-sitter-wasm/wasm/${file}`];
    }),
  ),
  // The package with the other grammars has none of Kotlin.
  'grammars/tree-sitter-kotlin.wasm':
    'node_modules/@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm',
  ...Object.fromEntries(DEMO.map((file) => [`scenarios/demo/${file}`, `scenarios/demo/${file}`])),
};

const SOURCE_FILE = 'src/connectors/_kit/assets.ts';

/** The repository's root when this module runs from its source (tests), null when it was built into dist/. */
function repositoryRoot(): URL | null {
  return import.meta.url.endsWith(`/${SOURCE_FILE}`) ? new URL('../../../', import.meta.url) : null;
}

/**
 * The file URL of an asset, such as `grammars/tree-sitter-go.wasm`. Built code lies flat in dist/, assets below it.
 * Throws on a name that is not in ASSET_SOURCES: it would not be in the package.
 */
export function assetPath(relative: string): URL {
  const source = ASSET_SOURCES[relative];
  if (source === undefined) throw new RangeError(`no such asset: ${relative}`);
  const root = repositoryRoot();
  return root === null ? new URL(relative, import.meta.url) : new URL(source, root);
}
