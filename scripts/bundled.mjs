/**
 * The npm packages that are built into dist/ and so never reach the user's node_modules.
 * They are devDependencies on purpose: installing `wicked-platform` installs nothing but the optional SQLite.
 * The bundler refuses any other package, dependency-cruiser refuses an import of any other devDependency from src/.
 */
export const BUNDLED = [
  '@bomb.sh/tab',
  '@clack/core',
  '@clack/prompts',
  '@hono/node-server',
  '@modelcontextprotocol/core',
  '@modelcontextprotocol/server',
  'commander',
  'fast-string-truncated-width',
  'fast-string-width',
  'fast-wrap-ansi',
  'hono',
  'sisteransi',
  'web-tree-sitter',
  'yaml',
  'zod',
  'zstddec',
];
