/** Dependencies that one line of code or configuration shows. */
import type { EvidenceRef } from '../../../domain/evidence.ts';
import { canonicalServiceName, type ServiceFact, type ServiceKind } from '../../../domain/service.ts';
import type { DependencyEdge, EdgeSource } from '../../../domain/topology.ts';
import type { GrepMatch } from '../../_kit/git.ts';
import { joinPath } from '../definitions/modules.ts';
import { categoryOf } from '../diff/category.ts';
import { folderOf } from '../languages/detect.ts';
import { CONNECTOR_ID, type RepositoryReader } from '../repository-reader.ts';
import { type Endpoint, endpointsIn, partnerOfVariable } from './endpoints.ts';
import { serviceNameOfPath } from './folders.ts';
import { ownWordFor } from './own-words.ts';

/** A matching line and the service whose file it stands in. */
export interface Line {
  readonly match: GrepMatch;
  readonly from: string;
}

/** A fact that says nothing but what is given. */
export function fact(name: string, kind: ServiceKind, fields: Partial<ServiceFact>): ServiceFact {
  return {
    name,
    kind,
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
    source: CONNECTOR_ID,
    evidence: [],
    ...fields,
  };
}

/** Names that an import may use for a service: `payment-service`, `payment_service`, `paymentservice` in Java packages. */
function spellings(name: string): string[] {
  return [...new Set([name, name.replaceAll('-', '_'), name.replaceAll('-', '')])];
}

/** So many services that begin with the same short word are of one house, whose code leaves it out: `ts-price-service`, `PriceClient`. */
const OF_A_HOUSE = 3;

/** Spellings of all services, each with its name; a name that is a service's own is never another's short one. */
export function spelledNames(services: readonly string[]): Map<string, string> {
  const names = [...new Set(services)];
  const house = (name: string) => /^([a-z]{2,5})-(?=[a-z]+-|[a-z]{5,}$)/.exec(name)?.[1] ?? '';
  const spelled = new Map<string, string>();
  for (const name of names) {
    const word = house(name);
    const isShared = word !== '' && names.filter((other) => house(other) === word).length >= OF_A_HOUSE;
    if (!isShared) continue;
    for (const spelling of spellings(name.slice(word.length + 1)))
      if (spelling.length >= 4) spelled.set(spelling, name);
  }
  for (const name of names) for (const spelling of spellings(name)) spelled.set(spelling, name);
  return spelled;
}

/** A line that imports: a keyword at its start, a `require`, a `from '…'` at its end, or one path of a Go import block. */
const IMPORT_LINE =
  /^\s*(import|from|use|using|include|export)\b|\brequire(_relative)?\s*\(?\s*["']|\bfrom\s+["'][^"']+["'];?\s*$|^\s*(\w+\s+)?"[\w.-]+(\/[\w.-]+)+"\s*$/;

function importEdges(line: Line, names: ReadonlyMap<string, string>): string[] {
  const { text, path } = line.match;
  if (!IMPORT_LINE.test(text) || categoryOf(path) !== 'code') return [];
  const targets: string[] = [];
  for (const quoted of text.matchAll(/["'](\.\.?\/[^"']+)["']/g)) {
    const target = serviceNameOfPath(joinPath(folderOf(path), quoted[1] ?? ''));
    if (target !== null) targets.push(canonicalServiceName(target));
  }
  for (const word of text.match(/[A-Za-z0-9_-]+/g) ?? []) {
    const target = names.get(word);
    if (target !== undefined) targets.push(target);
  }
  return targets;
}

function callTargets(
  line: Line,
  names: ReadonlyMap<string, string>,
): { readonly name: string; readonly endpoint: Endpoint | null }[] {
  const { text } = line.match;
  const targets = endpointsIn(text).map((endpoint): { name: string; endpoint: Endpoint | null } => ({
    name: endpoint.name,
    endpoint,
  }));
  for (const variable of text.match(/\b[A-Z][A-Z0-9_]*_(?:URL|URI|HOST|ADDR|ADDRESS|ENDPOINT)\b/g) ?? []) {
    const partner = partnerOfVariable(variable);
    const known =
      partner === null
        ? undefined
        : (names.get(partner) ?? (/-(service|api|svc|gateway|worker)$/.test(partner) ? partner : undefined));
    if (known !== undefined) targets.push({ name: known, endpoint: null });
  }
  for (const match of text.matchAll(PORT_OF)) {
    const known = names.get(canonicalServiceName(match[1] ?? ''));
    if (known !== undefined) targets.push({ name: known, endpoint: null });
  }
  return [...targets, ...clientTargets(text, names).map((name) => ({ name, endpoint: null }))];
}

/** `http://127.0.0.1:${CART_PORT}/`: whoever listens there, where the host is the same for all. */
const PORT_OF = /:\/\/[^\s"'`/]{0,80}:(?:\$\{?|\{)(?:process\.env\.)?([A-Z][A-Z0-9_]{1,60})_PORT\b/g;
/** `"catalog:3550"`: where something listens, by the name that it has within the network. */
const ADDRESS = /["'`]([a-z][a-z0-9-]{1,60})(?:\.[a-z0-9.-]{1,80})?:\d{2,5}["'`/]/g;
/** `PaymentClient`, `cart_service_stub`: a name that says that it speaks to somebody. */
const CLIENT =
  /\b([A-Za-z][A-Za-z0-9_]{2,50}?)_?(?:Blocking|Future|Async|Grpc|Feign|Rest|Http)?_?(?:[Cc]lient|[Ss]tub|[Pp]roxy)\b/g;
/** Go hands the context of a request to whatever leaves the process: `s.cart.GetCart(ctx, …)`, `s.cart.GetCart(r.Context(), …)`. */
const WITH_CONTEXT = /\.([a-z][A-Za-z0-9]{2,40})\.[A-Z]\w*\((?:ctx\b|\w+(?:\.Request)?\.Context\(\))/g;

/** Services that a line speaks to, by the name of the client or of the address. */
function clientTargets(text: string, names: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    const known = names.get(match[1] ?? '');
    if (known !== undefined) found.push(known);
  }
  for (const match of [...text.matchAll(CLIENT), ...text.matchAll(WITH_CONTEXT)]) {
    const plain = (match[1] ?? '')
      .replace(/_/g, '')
      .toLowerCase()
      .replace(/^(new|get|create|make|build|the|my|our)(?=[a-z]{4})/, '')
      .replace(/(service|svc)$/, '');
    const known = names.get(plain) ?? names.get(`${plain}service`) ?? names.get(`${plain}api`);
    if (known !== undefined && plain.length >= 4) found.push(known);
  }
  return found;
}

export function citeLine({ path, line, text }: GrepMatch, reader: RepositoryReader): EvidenceRef {
  return reader.add({
    kind: 'source-line',
    locator: {
      kind: 'git-line',
      repo: reader.repo,
      revision: reader.revision,
      path,
      line,
      endLine: line,
    },
    refLocator: `${reader.refPrefix()}${reader.revision.slice(0, 7)}:${path}:${line}`,
    text,
  });
}

/** Adds what one line says to the edges and facts, each once. */
export function addLine(
  line: Line,
  names: ReadonlyMap<string, string>,
  reader: RepositoryReader,
  edges: Map<string, DependencyEdge>,
  facts: Map<string, ServiceFact>,
): void {
  const { match, from } = line;
  const cite = () => citeLine(match, reader);
  const link = (to: string, source: EdgeSource) => {
    const key = `${from}\u0000${to}\u0000${source}`;
    if (to !== from && to !== '' && !edges.has(key)) edges.set(key, { from, to, source, evidence: [cite()] });
  };
  for (const to of importEdges(line, names)) link(to, 'import');
  const isCode = categoryOf(match.path) === 'code';
  for (const { name: hostName, endpoint } of callTargets(line, names)) {
    const isOutside = endpoint?.kind === 'external';
    const word = isOutside ? ownWordFor(match.text, hostName, names) : null;
    const name = word ?? hostName;
    link(name, isCode ? 'client-call' : 'config');
    if (endpoint === null || endpoint.kind === 'service' || facts.has(name)) continue;
    facts.set(
      name,
      fact(name, endpoint.kind, {
        // Host names inside a network are the same everywhere and would make one service of many.
        aliases: isOutside ? [endpoint.host, ...(word === null ? [] : [hostName])] : [],
        evidence: [cite()],
      }),
    );
  }
}
