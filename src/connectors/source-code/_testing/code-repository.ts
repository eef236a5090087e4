/** A repository with given files, and the connector's answer to a probe about it, for tests. */

import type { Evidence } from '../../../domain/evidence.ts';
import type { Probe, ProbeAnswer } from '../../../domain/probe.ts';
import { contextFor } from '../../_kit/_testing/connector-run.ts';
import {
  createRepository,
  removeFolder,
  type TemporaryRepository,
  temporaryFolder,
} from '../../_kit/_testing/temporary-repository.ts';
import { connector } from '../index.ts';

export type Files = Readonly<Record<string, string | Uint8Array | null>>;

/** One commit a set of files, a minute apart. Remove it with `removeFolder(root)`. */
export function repositoryOf(
  ...revisions: readonly Files[]
): TemporaryRepository & { readonly commits: readonly string[] } {
  const repository = createRepository(temporaryFolder());
  const commits = revisions.map((files, index) =>
    repository.commit({ message: `revision ${index + 1}`, at: `2024-03-01T10:0${index}:00Z`, files }),
  );
  return { ...repository, commits };
}

export async function askAbout<Kind extends ProbeAnswer['kind']>(
  root: string,
  kind: Kind,
  fields: Record<string, unknown>,
): Promise<{
  readonly answer: Extract<ProbeAnswer, { kind: Kind }>;
  readonly evidence: readonly Evidence[];
  readonly gaps: number;
} | null> {
  const probe = {
    kind,
    id: 'probe',
    repo: '.',
    revision: 'HEAD',
    pathHints: [],
    paths: [],
    ...fields,
  } as unknown as Probe;
  const result = (await connector.answer?.(probe, await contextFor(root))) ?? null;
  if (result === null) return null;
  return {
    answer: result.answer as Extract<ProbeAnswer, { kind: Kind }>,
    evidence: result.contribution.evidence,
    gaps: result.contribution.gaps.length,
  };
}

/** Asks about files that are committed for this question alone. */
export async function askFiles<Kind extends ProbeAnswer['kind']>(
  files: Files,
  kind: Kind,
  fields: Record<string, unknown>,
) {
  const { root } = repositoryOf(files);
  try {
    return await askAbout(root, kind, fields);
  } finally {
    removeFolder(root);
  }
}
