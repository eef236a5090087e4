/** Runs a connector over a folder as `app/collect` would, for tests: walk, recognise, collect. */
import type { Change, Deployment } from '../../../domain/change.ts';
import type { Contribution } from '../../../domain/snapshot.ts';
import { parseIso } from '../../../domain/time.ts';
import type { CollectRequest, Connector, ConnectorContext, EvidenceFile } from '../../../ports/connector.ts';
import { openEvidenceDirectory } from '../evidence-directory.ts';
import { removeFolder, temporaryFolder, writeFiles } from './temporary-repository.ts';

export interface RunOptions {
  readonly repos?: readonly string[];
  readonly asOf?: string;
  readonly signal?: AbortSignal;
  readonly environment?: ConnectorContext['environment'];
  readonly request?: Partial<CollectRequest>;
  /** Files that the connector is given; default: those that it recognises. */
  readonly choose?: (file: EvidenceFile) => boolean;
}

export async function contextFor(root: string, options: RunOptions = {}): Promise<ConnectorContext> {
  const directory = await openEvidenceDirectory({ root, logs: [], base: root, repos: options.repos ?? [] });
  return {
    directory,
    logger: { debug: () => undefined, warn: () => undefined },
    signal: options.signal ?? new AbortController().signal,
    environment: options.environment ?? {},
    progress: () => undefined,
  };
}

/** What the connector contributes for the files below `root`. */
export async function runConnector(
  connector: Connector,
  root: string,
  options: RunOptions = {},
): Promise<Contribution> {
  const context = await contextFor(root, options);
  const choose = options.choose ?? ((file: EvidenceFile) => connector.recognise(file) > 0);
  const files = (await context.directory.files()).filter(choose);
  const asOf = options.asOf === undefined ? null : parseIso(options.asOf);
  const request = { files, asOf, since: null, until: null, zone: null, knownServices: [], config: null };
  return connector.collect({ ...request, ...options.request }, context);
}

/** What the connector contributes for files that exist for this run alone, by their paths. */
export async function runOnFiles(
  connector: Connector,
  files: Readonly<Record<string, string | Uint8Array | null>>,
  options: RunOptions = {},
): Promise<Contribution> {
  const root = temporaryFolder();
  try {
    writeFiles(root, files);
    return await runConnector(connector, root, options);
  } finally {
    removeFolder(root);
  }
}

/** With its deployments by themselves. */
export function withDeployments(result: Contribution) {
  const isDeployment = (change: Change): change is Deployment => change.type === 'deployment';
  return { ...result, deployments: result.changes.filter(isDeployment) };
}

/** A file that exists only as a head, for tests of `recognise`. */
export function fileWithHead(path: string, head: string): EvidenceFile {
  return {
    path,
    absolutePath: `/nowhere/${path}`,
    size: head.length,
    modifiedAt: 0 as EvidenceFile['modifiedAt'],
    compression: 'none',
    explicitLog: false,
    head: () => head,
  };
}
