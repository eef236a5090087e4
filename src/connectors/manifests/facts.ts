/** What a file states about services, collected with the line that states it. Shared by the readers of manifests and charts. */
import type { Evidence, EvidenceRef } from '../../domain/evidence.ts';
import type { ServiceFact, ServiceName } from '../../domain/service.ts';
import type { DependencyEdge } from '../../domain/topology.ts';
import { type Partner, partnerOfHost, productOf } from '../_kit/partners.ts';
import type { LineCitations, YamlFile } from '../_kit/yaml-documents.ts';

export const SOURCE = 'manifests';

export type FactFields = Pick<ServiceFact, 'name'> &
  Partial<Omit<ServiceFact, 'name' | 'source' | 'evidence'>>;

/** Facts, edges and evidence of one file; the same line is one piece of evidence. */
export class Findings {
  readonly facts: ServiceFact[] = [];
  readonly edges: DependencyEdge[] = [];
  private readonly path: string;
  private readonly file: YamlFile;
  private readonly cited: LineCitations;

  constructor(path: string, file: YamlFile, cited: LineCitations) {
    this.path = path;
    this.file = file;
    this.cited = cited;
  }

  evidence(): readonly Evidence[] {
    return [...this.cited.evidence.values()];
  }

  add(fields: FactFields, line: number): void {
    this.facts.push({
      kind: 'service',
      aliases: [],
      criticality: null,
      userFacing: null,
      journey: null,
      path: null,
      routes: [],
      slo: null,
      baseline: null,
      deploy: null,
      owner: null,
      language: null,
      ...fields,
      source: SOURCE,
      evidence: [this.cite(line)],
    });
  }

  /** An edge to each host that a setting names, and what is known of the host's owner. */
  addHosts(from: ServiceName, key: string, value: string, line: number): void {
    for (const partner of hostsOf(key, value)) {
      if (partner.name === from) continue;
      const aliases = partner.host === null || partner.host === partner.name ? [] : [partner.host];
      if (partner.kind !== 'service') this.add({ name: partner.name, kind: partner.kind, aliases }, line);
      this.edges.push({ from, to: partner.name, source: 'manifest', evidence: [this.cite(line)] });
    }
  }

  /** The line as evidence; the same line is one piece. */
  cite(line: number): EvidenceRef {
    return this.cited.cite(this.path, this.file, line);
  }
}

const URL_HOST = /\b([a-z][a-z0-9+.-]*):\/\/(?:[^\s/@]*@)?([a-z0-9._-]+)/gi;
/** Settings whose whole value is a host, or a list of hosts. */
const HOST_KEY =
  /(^|[_.-])(host|hostname|addr|address|endpoint|url|uri|brokers?|servers?|upstream|target)s?$/i;
const PLAIN_HOST = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:\d{1,5})?$/i;

/** One broker of several (`kafka-0`) is the broker; a name or a scheme that is a product's tells the kind. */
function refined(partner: Partner, scheme: string): Partner {
  if (partner.kind !== 'service') return partner;
  const name = partner.name.replace(/-\d{1,2}$/, '');
  const product = productOf(name) ?? productOf(scheme);
  return { ...partner, name, kind: product?.kind ?? partner.kind };
}

/** Whom a setting points to, without repetition: hosts of URLs, and bare hosts under keys such as `PAYMENTS_HOST`. */
export function hostsOf(key: string, value: string): readonly Partner[] {
  const found = [...value.matchAll(URL_HOST)].map(([, scheme = '', host = '']) => ({ scheme, host }));
  if (found.length === 0 && HOST_KEY.test(key.replace(/([a-z])([A-Z])/g, '$1_$2'))) {
    const bare = value.split(/[\s,;]+/).filter((host) => PLAIN_HOST.test(host) && /[a-z]/i.test(host));
    found.push(...bare.map((host) => ({ scheme: '', host })));
  }
  const partners = new Map<string, Partner>();
  for (const { scheme, host } of found) {
    const partner = partnerOfHost(host);
    if (partner === null) continue;
    const own = refined(partner, scheme);
    if (!partners.has(own.name)) partners.set(own.name, own);
  }
  return [...partners.values()];
}
