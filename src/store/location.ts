/** Where the incident store lies when nobody says so: the folder that the system keeps for a program's state. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const NAME = 'wicked-platform';

export interface LocationOptions {
  /** `--store`, relative to `cwd`; null where it was not given. */
  readonly given: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly system?: NodeJS.Platform;
  readonly home?: string;
}

export function storeFolder(options: LocationOptions): string {
  const { given, environment, cwd } = options;
  if (given !== null) return resolve(cwd, given);
  const own = environment['WICKED_PLATFORM_STORE'];
  if (own !== undefined && own !== '') return resolve(cwd, own);
  const home = options.home ?? homedir();
  const system = options.system ?? process.platform;
  if (system === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), NAME);
  if (system === 'darwin') return join(home, 'Library', 'Application Support', NAME);
  const state = environment['XDG_STATE_HOME'];
  return join(state?.startsWith('/') === true ? state : join(home, '.local', 'state'), NAME);
}
