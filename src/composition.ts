/** The only place where adapters meet ports: everything a face needs to run an operation. It decides nothing. */
import { resolve } from 'node:path';
import type { Platform, Triage } from './app/platform.ts';
import { CONNECTOR_LOADERS } from './connectors/registry.generated.ts';
import type { PlatformError } from './domain/error.ts';
import { epochMs } from './domain/time.ts';
import type { Clock } from './ports/clock.ts';
import type { ConnectorLoader } from './ports/connector.ts';
import type { IncidentStore } from './ports/incident-store.ts';
import type { Logger } from './ports/logger.ts';

export interface CompositionOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly stdin: () => NodeJS.ReadableStream;
  readonly progress: Platform['progress'];
  readonly onProblem: (problem: PlatformError) => void;
  /** `sqlite` in the folder given, or in the system's own where it is null; `memory` forgets at the end. */
  readonly store: { readonly kind: 'sqlite'; readonly folder: string | null } | { readonly kind: 'memory' };
  /** Servers that may be asked, beside those of wicked-platform.yaml. Default: none. */
  readonly sources?: Platform['sources'];
  /** Only what lies below one of these is read or written, and only their incidents are seen; default: whatever the user may read. */
  readonly roots?: readonly string[];
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: all there are. */
  readonly connectors?: readonly ConnectorLoader[];
  /** Default: the engine. */
  readonly triage?: Triage;
}

const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  elapsedMs: () => performance.now(),
};

/** Opens nothing yet; `close` is due at the end all the same. */
export function composePlatform(options: CompositionOptions): Platform {
  const { environment, cwd, signal, logger, stdin, progress, onProblem } = options;
  let store: Promise<IncidentStore> | null = null;
  const roots = options.roots ?? null;
  const pathOf = async (path: string) => {
    if (roots === null) return path;
    const { requireAllowed } = await import('./connectors/_kit/roots.ts');
    requireAllowed(path, resolve(cwd, path), roots);
    return resolve(cwd, path);
  };
  return {
    clock: options.clock ?? systemClock,
    connectors: options.connectors ?? CONNECTOR_LOADERS,
    sources: options.sources ?? {},
    environment,
    signal,
    logger,
    progress,
    onProblem,
    loadTriage: async () => options.triage ?? (await import('./engine/triage.ts')).triage,
    textPolicy: async (patterns) => {
      const { createRedactor, isSecretName } = await import('./connectors/_kit/redaction.ts');
      return { redact: createRedactor(patterns), isSecretName };
    },
    openPlace: async (place) => {
      const { openPlace } = await import('./connectors/_kit/place.ts');
      return openPlace(place, { cwd, stdin, signal, roots });
    },
    workspaceOf: async (dir) =>
      (await import('./connectors/_kit/place.ts')).workspaceOf(await pathOf(dir), cwd),
    openStore: () => {
      store ??= openStore(options);
      return store;
    },
    readTextFile: async (path) => (await import('./store/text-file.ts')).readTextFile(await pathOf(path)),
    writeTextFile: async (path, text) =>
      (await import('./store/text-file.ts')).writeTextFile(await pathOf(path), text),
    openNarrator: async (settings) =>
      (await import('./narrator/index.ts')).openNarrator({ settings, environment }),
    close: async () => {
      const opened = await store?.catch(() => null);
      await opened?.close();
    },
  };
}

async function openStore(options: CompositionOptions): Promise<IncidentStore> {
  const store = await openWholeStore(options);
  if (options.roots === undefined) return store;
  const [{ allowedBelow }, { confineStore }] = await Promise.all([
    import('./connectors/_kit/roots.ts'),
    import('./store/confined.ts'),
  ]);
  return confineStore(store, allowedBelow(options.roots));
}

async function openWholeStore({ store, environment, cwd }: CompositionOptions): Promise<IncidentStore> {
  if (store.kind === 'memory') return (await import('./store/memory/index.ts')).createMemoryStore();
  const [{ openSqliteStore }, { storeFolder }] = await Promise.all([
    import('./store/sqlite/index.ts'),
    import('./store/location.ts'),
  ]);
  return openSqliteStore({ folder: storeFolder({ given: store.folder, environment, cwd }) });
}

type Surroundings = Pick<CompositionOptions, 'environment' | 'cwd'>;

/** Where incidents are kept: the folder given, or the system's own for null. It need not exist. */
export async function storeFolderOf(folder: string | null, surroundings: Surroundings): Promise<string> {
  return (await import('./store/location.ts')).storeFolder({ given: folder, ...surroundings });
}

/** Of these folders (null: the system's own), each once, those that hold a store already. Makes none. */
export async function existingStores(
  folders: readonly (string | null)[],
  surroundings: Surroundings,
): Promise<readonly string[]> {
  const { holdsSqliteStore } = await import('./store/sqlite/index.ts');
  const all = await Promise.all(folders.map((folder) => storeFolderOf(folder, surroundings)));
  return [...new Set(all)].filter(holdsSqliteStore);
}
