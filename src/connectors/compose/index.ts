/** Services and dependencies from docker-compose files. Containers that run are not looked at. */
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import { collectFiles, type FileSource, mergeContributions, rejectedGaps } from '../_kit/collect-files.ts';
import type { LineCitations } from '../_kit/yaml-documents.ts';
import { decodeCompose, isCompose, SOURCE } from './decode.ts';

const FILES: FileSource = {
  source: SOURCE,
  effect: 'Services that are described there may be missing from the graph.',
};
const NAME = /(^|\/)(docker-)?compose([.-][\w.-]+)?\.ya?ml(\.gz|\.zst)?$/i;
const TOP_LEVEL = /^([\w.-]+)\s*:/gm;

/** By content under any name; the usual name makes it sure. */
function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.ya?ml(\.gz|\.zst)?$/i.test(file.path)) return 0;
  const head = file.head();
  if (!/^services\s*:\s*(#.*)?$/m.test(head) || !/(^\s+|[{,]\s*)(image|build)\s*:/m.test(head)) return 0;
  const keys = [...head.matchAll(TOP_LEVEL)].map((match) => match[1] ?? '');
  if (
    !keys.every((key) =>
      /^(version|name|services|networks|volumes|secrets|configs|include|models|x-.*)$/.test(key),
    )
  )
    return 0;
  return NAME.test(file.path) ? 0.95 : 0.6;
}

type Yaml = typeof import('../_kit/yaml-documents.ts');

function read(yaml: Yaml, citations: LineCitations, path: string, text: string): Contribution {
  const file = yaml.readYaml(text, path);
  const end = path.lastIndexOf('/');
  const folder = end < 0 ? '' : path.slice(0, end);
  const parts = file.entries.map(({ value, lineOf }) =>
    isCompose(value) ? decodeCompose(value, folder, (at) => citations.cite(path, file, lineOf(at))) : null,
  );
  const decoded = parts.flatMap((part) => part ?? []);
  const rejected =
    file.rejected + (parts.length - decoded.length) + decoded.reduce((sum, part) => sum + part.rejected, 0);
  const isEmpty = file.entries.length === 0 && file.rejected === 0;
  const serviceFacts = decoded.flatMap((part) => part.serviceFacts);
  return {
    ...EMPTY_CONTRIBUTION,
    serviceFacts,
    edges: decoded.flatMap((part) => part.edges),
    gaps: rejectedGaps(FILES, path, isEmpty ? 1 : rejected, 'entries'),
    coverage: [
      {
        source: SOURCE,
        what: 'services',
        path,
        items: serviceFacts.length,
        unit: 'services',
        rejected: isEmpty ? 1 : rejected,
        interval: null,
        services: [...new Set(serviceFacts.map(({ name }) => name))].sort(),
        notes: [],
      },
    ],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Services, data stores and dependencies from docker-compose files.',
  probes: [],
  always: false,
  recognise,
  collect: async (request, context) => {
    const yaml = await import('../_kit/yaml-documents.ts');
    const citations = new yaml.LineCitations(SOURCE);
    const files = await collectFiles(request.files, context, FILES, (file, text) =>
      read(yaml, citations, file.path, text),
    );
    return mergeContributions([files, { ...EMPTY_CONTRIBUTION, evidence: [...citations.evidence.values()] }]);
  },
};
