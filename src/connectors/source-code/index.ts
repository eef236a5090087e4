/** Source code as evidence: who emits a message and what governs it, how a setting changed, what a difference means. It reads committed files only. */
import type { Evidence } from '../../domain/evidence.ts';
import type { Gap } from '../../domain/gap.ts';
import type { Probe, ProbeAnswer } from '../../domain/probe.ts';
import type { Connector, ConnectorContext } from '../../ports/connector.ts';
import { CONNECTOR_ID, openRepository, type RepositoryReader } from './repository-reader.ts';

type Answered = {
  readonly answer: ProbeAnswer;
  readonly contribution: { readonly evidence: readonly Evidence[]; readonly gaps: readonly Gap[] };
};

function revisionOf(probe: Probe): string {
  return probe.kind === 'revision-diff' || probe.kind === 'rollback-hazards' ? probe.to : probe.revision;
}

async function ask(probe: Probe, reader: RepositoryReader): Promise<ProbeAnswer | null> {
  const probeId = probe.id;
  switch (probe.kind) {
    case 'find-emitters': {
      const { findEmitters } = await import('./emitters/find-emitters.ts');
      const { emitters, searched } = await findEmitters(probe, reader);
      return { kind: 'find-emitters', probeId, emitters, searched, evidence: [] };
    }
    case 'key-history': {
      const { keyHistory } = await import('./history/key-history.ts');
      const { revisions, searched } = await keyHistory(probe, reader);
      return {
        kind: 'key-history',
        probeId,
        path: probe.path,
        key: probe.key,
        revisions,
        searched,
        evidence: [],
      };
    }
    case 'symbol-uses': {
      const { symbolUses } = await import('./uses/symbol-uses.ts');
      const { uses, searched, evidence } = await symbolUses(probe, reader);
      return { kind: 'symbol-uses', probeId, names: probe.names, uses, searched, evidence };
    }
    case 'revision-diff': {
      const from = probe.from === null ? null : await reader.fullId(probe.from);
      if (from === null && probe.from !== null) return null;
      const { revisionDiff } = await import('./diff/revision-diff.ts');
      const { diff, searched } = await revisionDiff(probe, from, reader);
      return { kind: 'revision-diff', probeId, diff, searched, evidence: [] };
    }
    case 'rollback-hazards': {
      const from = await reader.fullId(probe.from);
      if (from === null) return null;
      const { findHazards } = await import('./hazards/find-hazards.ts');
      const { found, searched } = await findHazards(probe, from, reader);
      return { kind: 'rollback-hazards', probeId, found, searched, evidence: [] };
    }
    case 'source-lines': {
      const { sourceLines } = await import('./uses/source-lines.ts');
      return sourceLines(probe, reader);
    }
    case 'imports': {
      const { importedFolders } = await import('./services/imported.ts');
      const { folders, searched } = await importedFolders(probe, reader);
      return { kind: 'imports', probeId, service: probe.service, folders, searched, evidence: [] };
    }
    case 'reached-code': {
      const { reachedCode } = await import('./reach/reached-code.ts');
      const { reached, closures, searched } = await reachedCode(probe, reader);
      return { kind: 'reached-code', probeId, reached, closures, searched, evidence: [] };
    }
    case 'line-history':
      return null;
  }
}

function skippedGap(reader: RepositoryReader): Gap[] {
  if (reader.skippedFiles === 0) return [];
  return [
    {
      source: CONNECTOR_ID,
      reason: 'truncated',
      detail: `${reader.skippedFiles} files of ${reader.repo} at ${reader.revision.slice(0, 7)} were not read: binary or over 512 KB`,
      effect: 'what stands in them is not part of the explanation',
      nextStep: null,
    },
  ];
}

async function answer(probe: Probe, context: ConnectorContext): Promise<Answered | null> {
  if (probe.kind === 'line-history') return null;
  const reader = await openRepository(probe.repo, revisionOf(probe), context);
  if (reader === null) return null;
  const result = await ask(probe, reader);
  return result === null
    ? null
    : { answer: result, contribution: { evidence: reader.evidence(), gaps: skippedGap(reader) } };
}

export const connector: Connector = {
  id: CONNECTOR_ID,
  summary:
    'source code in git: what emits a message and what governs it, how settings changed, what a difference means',
  probes: [
    'find-emitters',
    'imports',
    'key-history',
    'reached-code',
    'revision-diff',
    'rollback-hazards',
    'source-lines',
    'symbol-uses',
  ],
  always: true,
  recognise: () => 0,
  collect: async (request, context) =>
    (await import('./services/collect.ts')).collectServices(request, context),
  answer,
};
