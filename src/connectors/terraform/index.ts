/** Infrastructure that Terraform or OpenTofu changed, from the output of plan and apply. A plan alone changes nothing. */
import type { Change } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Gap } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems, withoutRepeatedChanges } from '../_kit/cited-records.ts';
import {
  collectFiles,
  type FileSource,
  mergeContributions,
  rejectedGaps,
  truncatedGaps,
} from '../_kit/collect-files.ts';
import { plainPath } from '../_kit/record-file.ts';
import { sampleOf } from '../_kit/records.ts';
import { type Act, changeOf, MAX_ACTS, type Planned, type ReadOutput, SOURCE } from './acts.ts';
import { isOutputLine, isPlanDocument, readJsonOutput } from './output-json.ts';
import { isPrintedOutput, readTextOutput } from './output-text.ts';

const FILES: FileSource = {
  source: SOURCE,
  effect: 'What was changed in the infrastructure there is not part of this triage.',
};

function isJson(path: string): boolean {
  return /\.(jsonl?|ndjson)$/.test(plainPath(path));
}

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  const path = plainPath(file.path);
  if (isJson(path)) return isPlanDocument(file.head()) || sampleOf(file).some(isOutputLine) ? 0.95 : 0;
  if (!/(\.(txt|log|out)|(^|\/)[^./]+)$/.test(path)) return 0;
  const [line] = sampleOf(file);
  if (line !== undefined && isOutputLine(line)) return 0.95;
  return isPrintedOutput(file.head()) ? 0.95 : 0;
}

interface FileOutput {
  readonly path: string;
  readonly output: ReadOutput;
}

function contributionOf(
  { path, output }: FileOutput,
  planned: ReadonlyMap<string, Planned>,
  request: CollectRequest,
): Contribution {
  const evidence = new Map<string, Evidence>();
  const isKnown = ({ startedAt }: Act) =>
    request.asOf === null || startedAt === null || startedAt <= request.asOf;
  const changes = output.acts.filter(isKnown).flatMap((act): readonly Change[] => {
    const told = changeOf(act, planned.get(act.address) ?? null);
    if (told === null) return [];
    const { place, text, startedAt } = act;
    const cited = citeRecord({
      source: SOURCE,
      kind: 'platform-fact',
      path,
      place,
      text,
      observedAt: startedAt,
    });
    evidence.set(cited.ref, cited);
    const isLater = request.asOf !== null && told.finishedAt !== null && told.finishedAt > request.asOf;
    return [{ ...told, finishedAt: isLater ? null : told.finishedAt, id: cited.ref, evidence: [cited.ref] }];
  });
  const failed = output.acts.filter((act) => act.failed).length;
  const notes = [
    ...(output.planned.length > 0 ? [`${output.planned.length} planned`] : []),
    ...(failed > 0 ? [`${failed} failed and changed nothing`] : []),
  ];
  const coverage = {
    source: SOURCE,
    what: 'infrastructure changes',
    path,
    unit: 'changes',
    rejected: output.rejected,
    notes,
  };
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    evidence: [...evidence.values()],
    gaps: [
      ...limitsOf(path, output, changes),
      ...rejectedGaps(FILES, path, output.rejected, 'records'),
      ...truncatedGaps(FILES, path, output.truncated, `${MAX_ACTS} resources`),
    ],
    coverage: [coverageOfItems(coverage, changes)],
  };
}

function limitsOf(path: string, { acts, planned }: ReadOutput, changes: readonly Change[]): readonly Gap[] {
  const gap = (detail: string, nextStep: string): Gap => ({
    source: SOURCE,
    reason: 'not-covered',
    detail,
    effect: 'Whether this change of the infrastructure came before the failure cannot be told.',
    nextStep,
  });
  if (acts.length === 0 && planned.length > 0)
    return [
      gap(
        `${path} says what was planned, not whether and when it was applied.`,
        'Save the output of `terraform apply -json` beside it.',
      ),
    ];
  if (changes.some(({ at }) => at === null))
    return [
      gap(
        `${path} says what was applied, without times.`,
        'Save the log of the pipeline with its stamps, or the output of `terraform apply -json`.',
      ),
    ];
  return [];
}

/** Plans tell what differs, also for an apply in another file. */
function plannedOf(files: readonly FileOutput[]): ReadonlyMap<string, Planned> {
  const all = new Map<string, Planned>();
  for (const { output } of files)
    for (const planned of output.planned) {
      const known = all.get(planned.address);
      if (known === undefined || known.differences.length === 0) all.set(planned.address, planned);
    }
  return all;
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Infrastructure that Terraform or OpenTofu changed: the output of plan and apply, as text or JSON.',
  probes: [],
  always: false,
  recognise,
  collect: async (request, context) => {
    const files: FileOutput[] = [];
    const failed = await collectFiles(request.files, context, FILES, ({ path }, text) => {
      const isLines = isJson(path) || /^\s*\{/.test(text);
      files.push({ path, output: isLines ? readJsonOutput(text) : readTextOutput(text, request.zone) });
      return EMPTY_CONTRIBUTION;
    });
    const planned = plannedOf(files);
    const read = files.map((file) => contributionOf(file, planned, request));
    return withoutRepeatedChanges(mergeContributions([failed, ...read]));
  },
};
