/** What `wicked-platform` starts: the command line, for a triage in its compiled form. */
import * as nodeModule from 'node:module';
import { loadCompiled } from './compiled.ts';

const argv = process.argv.slice(2);
const isTriage = argv[0] === 'incident' || argv[0] === 'demo';
const compiled = isTriage ? await loadCompiled(new URL('cli.bundle.cjs', import.meta.url)) : null;
if (compiled === null) {
  // Node 22.8 and later keep the compiled code of modules between runs.
  const enableCompileCache: unknown = Reflect.get(nodeModule, 'enableCompileCache');
  if (typeof enableCompileCache === 'function') enableCompileCache();
  const { run } = await import('./main.ts');
  process.exitCode = await run(argv);
} else {
  process.exitCode = await compiled.run(argv);
  compiled.keep();
}
