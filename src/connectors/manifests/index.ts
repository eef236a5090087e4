/** Services as declared in Kubernetes manifests and Helm charts. What runs is told by other connectors. */
import type { ServiceFact } from '../../domain/service.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import type { YamlEntry } from '../_kit/yaml-documents.ts';
import { Findings, SOURCE } from './facts.ts';
import { type Controller, controlled, controllerOf, GITOPS_API } from './gitops.ts';
import { chartOfPath, readChart, readValues } from './helm.ts';
import { readManifest } from './kubernetes.ts';

const FILES: FileSource = {
  source: SOURCE,
  effect: 'A service, its place of deployment or a dependency that is declared there is not known.',
};
const KINDS =
  /^kind:\s*["']?(Deployment|StatefulSet|DaemonSet|Rollout|CronJob|Job|Service|Ingress|ConfigMap)\b/m;

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

/** Helm templates are programs that make manifests: `{{ … }}` is no YAML. */
function isTemplate(path: string, head: string): boolean {
  return /(^|\/)templates\//.test(path) && head.includes('{{');
}

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !isYaml(file.path)) return 0;
  const head = file.head();
  if (isTemplate(file.path, head)) return 0;
  if (/(^|\/)Chart\.ya?ml$/.test(file.path)) return /^name:/m.test(head) && /^version:/m.test(head) ? 0.9 : 0;
  if (/^apiVersion:/m.test(head)) return KINDS.test(head) || GITOPS_API.test(head) ? 0.9 : 0;
  const isValues = /(^|\/)values[\w.-]*\.ya?ml$/.test(file.path) && chartOfPath(file.path) !== null;
  return isValues && /^[A-Za-z][\w-]*:/m.test(head) ? 0.6 : 0;
}

function readDocument(path: string, document: YamlEntry, findings: Findings): boolean {
  if (document.value['kind'] !== undefined) return readManifest(document, findings);
  if (/(^|\/)Chart\.ya?ml$/.test(path)) return readChart(document, findings);
  const chart = chartOfPath(path);
  return chart !== null && /(^|\/)values/.test(path) && readValues(document, chart, findings);
}

/** What all files together say of who controls what. */
interface Control {
  readonly controllers: { readonly controller: Controller; readonly evidence: ServiceFact['evidence'] }[];
  readonly facts: { readonly path: string; readonly fact: ServiceFact }[];
}

/** The controller deploys what is called like it; what else it applies is found by folder. */
function readController(document: YamlEntry, findings: Findings, control: Control): boolean {
  const controller = controllerOf(document);
  if (controller === null) return false;
  // A Kustomization applies a folder, and is seldom called like one service.
  if (controller.target.kind !== 'Kustomization')
    findings.add({ name: controller.service, deploy: controller.target }, controller.line);
  control.controllers.push({ controller, evidence: [findings.cite(controller.line)] });
  return true;
}

async function read(file: EvidenceFile, text: string, control: Control): Promise<Contribution> {
  const { path } = file;
  const { LineCitations, readYaml } = await import('../_kit/yaml-documents.ts');
  const yaml = readYaml(text, path);
  const { entries: documents, rejected } = yaml;
  const findings = new Findings(path, yaml, new LineCitations(SOURCE));
  const silent = documents.filter(
    (document) => !readController(document, findings, control) && !readDocument(path, document, findings),
  ).length;
  control.facts.push(...findings.facts.map((fact) => ({ path, fact })));
  const names = new Set(findings.facts.filter(({ kind }) => kind === 'service').map(({ name }) => name));
  return {
    ...EMPTY_CONTRIBUTION,
    serviceFacts: findings.facts,
    edges: findings.edges,
    evidence: findings.evidence(),
    gaps: [
      ...rejectedGaps(FILES, path, rejected, 'documents'),
      ...truncatedGaps(FILES, path, yaml.truncated, `${documents.length} documents`),
    ],
    coverage: [
      {
        source: SOURCE,
        what: 'services',
        path,
        items: documents.length,
        unit: 'documents',
        rejected,
        interval: null,
        services: [...names].sort(),
        notes: silent === 0 ? [] : [`${silent} documents say nothing about services`],
      },
    ],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Services, their deployment targets, routes and dependencies from Kubernetes manifests and Helm charts.',
  probes: [],
  always: false,
  recognise,
  collect: async (request, context) => {
    const control: Control = { controllers: [], facts: [] };
    const files = await collectFiles(request.files, context, FILES, (file, text) =>
      read(file, text, control),
    );
    return {
      ...files,
      serviceFacts: [...files.serviceFacts, ...controlled(control.controllers, control.facts)],
    };
  },
};
