/**
 * Finds the engine and becomes it: beside the plugin (a checkout that was built, the npm package), inside it, or the
 * `wicked-platform` that is installed on this machine. It installs nothing.
 */
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HERE = dirname(realpathSync(fileURLToPath(import.meta.url)));
const NAME = 'wicked-platform';

/** npm lays a link to the script on POSIX systems, and a shim beside node_modules on Windows. */
function* candidates() {
  yield join(HERE, '..', '..', 'dist', 'cli.js');
  yield join(HERE, '..', 'dist', 'cli.js');
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '' || !existsSync(join(folder, NAME))) continue;
    yield join(folder, 'node_modules', NAME, 'dist', 'cli.js');
    yield realpathSync(join(folder, NAME));
  }
}

function findEngine() {
  for (const path of candidates()) {
    if (/[\\/]dist[\\/]cli\.js$/.test(path) && existsSync(path)) return path;
  }
  return null;
}

const engine = findEngine();
if (engine === null) {
  const line = `${NAME}: the plugin found no engine; nothing was run. Install it with \`npm install -g ${NAME}\`, or run \`npm run build\` in its checkout.\n`;
  const [command, second] = process.argv.slice(2);
  // A skill shows what its command prints, a hook's client reads JSON alone.
  (command === 'hook' && second === 'answer' ? process.stdout : process.stderr).write(line);
  process.exitCode = command === 'hook' ? 0 : 1;
} else {
  const data = process.env['CLAUDE_PLUGIN_DATA'] ?? '';
  if (data !== '' && !process.env['WICKED_PLATFORM_STORE']) process.env['WICKED_PLATFORM_STORE'] = data;
  await import(pathToFileURL(engine).href);
}
