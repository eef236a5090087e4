/** Services, data stores and dependencies from catalog files of Backstage and its like. No server is asked. */
import type { Gap } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import {
  collectFiles,
  type FileSource,
  mergeContributions,
  rejectedGaps,
  truncatedGaps,
} from '../_kit/collect-files.ts';
import type { LineCitations } from '../_kit/yaml-documents.ts';
import { type CataloguedEntity, readCatalog, SOURCE } from './catalog.ts';
import { isEntity, kindOf, nameOf } from './entity.ts';
import { asEntity, isOtherCatalog } from './other-catalogs.ts';

const FILES: FileSource = {
  source: SOURCE,
  effect: 'Services that are described there may be missing from the graph.',
};

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.ya?ml(\.gz|\.zst)?$/i.test(file.path)) return 0;
  const head = file.head();
  return /^apiVersion:\s*["']?backstage\.io\//m.test(head) || isOtherCatalog(head) ? 0.95 : 0;
}

function folderOf(path: string): string | null {
  const end = path.lastIndexOf('/');
  return end <= 0 || path.startsWith('/') || path.startsWith('..') ? null : path.slice(0, end);
}

type Yaml = typeof import('../_kit/yaml-documents.ts');

function readFile(yaml: Yaml, citations: LineCitations, path: string, text: string) {
  const file = yaml.readYaml(text, path);
  const read = file.entries.map(({ value, lineOf }) => {
    const foreign = isEntity(value) ? null : asEntity(value);
    // what stands where in another catalog is not where Backstage has it
    return foreign === null ? { value, lineOf } : { value: foreign, lineOf: () => lineOf([]) };
  });
  const found = read.flatMap(({ value, lineOf }) =>
    isEntity(value) && nameOf(value) !== null ? [{ value, lineOf }] : [],
  );
  const components = found.filter(({ value }) => kindOf(value) === 'service').length;
  const entities = found.map(
    ({ value, lineOf }): CataloguedEntity => ({
      entity: value,
      cite: (at) => citations.cite(path, file, lineOf(at)),
      folder: components === 1 ? folderOf(path) : null,
    }),
  );
  const rejected = file.rejected + file.entries.length - found.length;
  const services = found.flatMap(({ value }) => (kindOf(value) === null ? [] : (nameOf(value) ?? [])));
  const contribution: Contribution = {
    ...EMPTY_CONTRIBUTION,
    gaps: [
      ...rejectedGaps(FILES, path, rejected, 'documents'),
      ...truncatedGaps(FILES, path, file.truncated, 'documents'),
    ],
    coverage: [
      {
        source: SOURCE,
        what: 'catalog',
        path,
        items: found.length,
        unit: 'entities',
        rejected,
        interval: null,
        services: [...new Set(services)].sort(),
        notes: [],
      },
    ],
  };
  return { entities, contribution };
}

function gapsOf(rejected: number, disputed: readonly string[]): readonly Gap[] {
  const gaps = [...rejectedGaps(FILES, 'the catalog', rejected, 'references')];
  if (disputed.length > 0)
    gaps.push({
      source: SOURCE,
      reason: 'rejected',
      detail: `The catalog gives ${disputed.join(', ')} more than one owner.`,
      effect: 'Whom to ask is uncertain; the first entry in the order of the files counts.',
      nextStep: 'Keep one entity a service.',
    });
  return gaps;
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Services, data stores and dependencies from catalog files of Backstage, Cortex, OpsLevel, Datadog and Compass.',
  probes: [],
  always: false,
  recognise,
  collect: async (request, context) => {
    const yaml = await import('../_kit/yaml-documents.ts');
    const citations = new yaml.LineCitations(SOURCE);
    const entities: CataloguedEntity[] = [];
    const files = await collectFiles(request.files, context, FILES, (file, text) => {
      const read = readFile(yaml, citations, file.path, text);
      entities.push(...read.entities);
      return read.contribution;
    });
    const { serviceFacts, edges, rejected, disputed } = readCatalog(entities);
    const gaps = gapsOf(rejected, disputed);
    const evidence = [...citations.evidence.values()];
    return mergeContributions([files, { ...EMPTY_CONTRIBUTION, serviceFacts, edges, gaps, evidence }]);
  },
};
