/** Changes that deploy systems and clouds tell of, in answers of their APIs saved to files. Which system it is follows from the shape. */
import type { Change } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems, withoutRepeatedChanges } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { asSeenAt } from '../_kit/deployments.ts';
import { plainPath } from '../_kit/record-file.ts';
import { isObject, type JsonObject, readRecords, sampleOf, sampleUnder } from '../_kit/records.ts';
import { cloudTrail, codeDeploy, ecs, eventBridge } from './aws.ts';
import { githubActions, gitlab, jenkins, octopus, spinnaker } from './ci.ts';
import {
  appConfig,
  beanstalk,
  cloudDeploy,
  codePipeline,
  containerApps,
  firebase,
  fly,
  lambdaVersions,
  netlify,
} from './clouds.ts';
import {
  azureDevOps,
  azurePipelines,
  bitbucket,
  buildkite,
  circleCi,
  flagger,
  harness,
  newRelic,
} from './hosted-ci.ts';
import { ansible, gitlabJobs, octopusDashboard, rundeck, teamCity } from './job-runners.ts';
import { cloudRun, datadog, flux, grafana, heroku, nomad, sentry, vercel } from './platforms.ts';
import { printedListOf } from './printed-lists.ts';
import { SOURCE, type System, type Told } from './told.ts';

/** The first that fits. */
const SYSTEMS: readonly System[] = [
  gitlab,
  githubActions,
  jenkins,
  spinnaker,
  octopusDashboard,
  octopus,
  ecs,
  codeDeploy,
  eventBridge,
  cloudTrail,
  heroku,
  vercel,
  nomad,
  cloudRun,
  flux,
  sentry,
  grafana,
  datadog,
  azureDevOps,
  azurePipelines,
  bitbucket,
  buildkite,
  circleCi,
  harness,
  newRelic,
  flagger,
  gitlabJobs,
  ansible,
  rundeck,
  teamCity,
  fly,
  netlify,
  beanstalk,
  cloudDeploy,
  containerApps,
  codePipeline,
  lambdaVersions,
  appConfig,
  firebase,
];
const MAX_RECORDS = 20_000;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'A change that stands there is not among the candidates.',
};

function systemOf(record: JsonObject): System | null {
  return SYSTEMS.find((system) => system.fits(record)) ?? null;
}

/** The system whose records a document holds, itself or under the key of a list. */
function recogniseSample(file: EvidenceFile): System | null {
  const [first] = sampleOf(file);
  const own = first === undefined ? null : systemOf(first);
  if (own !== null) return own;
  for (const system of SYSTEMS) {
    const listed = system.wrappers.flatMap((key) => wrapped(first, key) ?? sampleUnder(file.head(), key));
    if (listed.some((record) => system.fits(record))) return system;
  }
  return null;
}

function wrapped(document: JsonObject | undefined, key: string): readonly JsonObject[] | null {
  const list: unknown = document?.[key];
  return Array.isArray(list) ? list.slice(0, 3).filter(isObject) : null;
}

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  const path = plainPath(file.path);
  if (/(?:\.(?:txt|log|out)|(?:^|\/)[^./]+)$/i.test(path))
    return printedListOf(file.head()) === null ? 0 : 0.94;
  if (!/\.(jsonl?|ndjson)$/.test(path)) return 0;
  return recogniseSample(file) === null ? 0 : 0.93;
}

/** A change as it is known at `asOf`; null where it was made later. */
function changeOf(told: Told, id: string, cited: Evidence, request: CollectRequest): Change | null {
  const made = { ...told, id, source: SOURCE, evidence: [cited.ref] };
  if (made.type === 'deployment') return asSeenAt(made, request.asOf);
  return request.asOf !== null && made.at !== null && made.at > request.asOf ? null : made;
}

/** What people are shown, line by line. */
function readPrinted(path: string, text: string, request: CollectRequest): Contribution | null {
  const list = printedListOf(text);
  if (list === null) return null;
  const raw = text.split('\n');
  const lines = raw.map((line) => line.replace(/\r$/, ''));
  let end = 0;
  const offsets = raw.map((line) => {
    const start = end;
    end += Buffer.byteLength(line) + 1;
    return start;
  });
  const { told, rejected } = list.read(lines.slice(0, MAX_RECORDS), path);
  const changes: Change[] = [];
  const evidence: Evidence[] = [];
  for (const { told: one, line } of told) {
    const place = { kind: 'line', line, byteOffset: offsets[line - 1] ?? 0 } as const;
    const fields = { source: SOURCE, kind: 'deployment-record', path, place, observedAt: one.at } as const;
    const cited = citeRecord({ ...fields, text: (lines[line - 1] ?? '').trim() });
    const change = changeOf(one, cited.ref, cited, request);
    if (change === null) continue;
    changes.push(change);
    evidence.push(cited);
  }
  const coverage = { source: SOURCE, what: 'changes', path, unit: 'changes', rejected, notes: [] };
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    evidence,
    gaps: [
      ...rejectedGaps(FILES, path, rejected, 'lines'),
      ...truncatedGaps(FILES, path, lines.length > MAX_RECORDS, `${MAX_RECORDS} lines`),
    ],
    coverage: [coverageOfItems(coverage, changes)],
  };
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const { path } = file;
  const printed = /^\s*[[{]/.test(text) && !/^\[\d/.test(text) ? null : readPrinted(path, text, request);
  if (printed !== null) return printed;
  const wrappers = recogniseSample(file)?.wrappers ?? [];
  const input = readRecords(text, wrappers, MAX_RECORDS);
  let { rejected } = input;
  let silent = 0;
  const changes: Change[] = [];
  const evidence = new Map<string, Evidence>();
  for (const { value, place, text: whole } of input.records) {
    const told = systemOf(value)?.decode(value) ?? null;
    if (told === null) rejected += 1;
    else if (told.length === 0) silent += 1;
    for (const [index, one] of (told ?? []).entries()) {
      const cited = citeRecord({
        source: SOURCE,
        kind: 'deployment-record',
        path,
        place,
        text: whole,
        observedAt: one.at,
      });
      const change = changeOf(one, index === 0 ? cited.ref : `${cited.ref}:${index}`, cited, request);
      if (change === null) continue;
      changes.push(change);
      if (!evidence.has(cited.ref)) evidence.set(cited.ref, cited);
    }
  }
  const notes = silent === 0 ? [] : [`${silent} records changed nothing`];
  const coverage = { source: SOURCE, what: 'changes', path, unit: 'changes', rejected, notes };
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    evidence: [...evidence.values()],
    gaps: [
      ...rejectedGaps(FILES, path, rejected, 'records'),
      ...truncatedGaps(FILES, path, input.truncated, `${MAX_RECORDS} records`),
    ],
    coverage: [coverageOfItems(coverage, changes)],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Deployments and other changes from GitLab, Jenkins, Spinnaker, AWS, Heroku, Flux and others, saved to files.',
  probes: [],
  always: false,
  recognise,
  collect: async (request, context) =>
    withoutRepeatedChanges(
      await collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
    ),
};
