/** What a docker-compose file says of its services and of whom they need. Pure. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import { canonicalServiceName, type ServiceFact } from '../../domain/service.ts';
import type { DependencyEdge } from '../../domain/topology.ts';
import { textOf } from '../_kit/fields.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { type Partner, partnerOfHost, productOf } from '../_kit/partners.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { serviceFact } from '../_kit/service-fact.ts';

export const SOURCE = 'compose';

type Cite = (path: readonly (string | number)[]) => EvidenceRef;

export interface DecodedCompose {
  readonly serviceFacts: readonly ServiceFact[];
  readonly edges: readonly DependencyEdge[];
  /** Services that are no mapping or have no usable name. */
  readonly rejected: number;
}

interface Entry {
  readonly key: string;
  readonly name: string;
  readonly service: JsonObject;
}

const TOP_LEVEL = /^(version|name|services|networks|volumes|secrets|configs|include|models|x-.*)$/;

/** By content: nothing but compose's own keys, and services that have an image or a build. */
export function isCompose(value: JsonObject): boolean {
  const services = Object.values(objectAt(value, 'services'));
  return (
    Object.keys(value).every((key) => TOP_LEVEL.test(key)) &&
    services.some((service) => isObject(service) && ('image' in service || 'build' in service))
  );
}

/** Variables (`${TAG:-latest}`) say nothing about what an image is. */
function imageOf(service: JsonObject): string | null {
  const image = textAt(service, 'image');
  return image === null ? null : image.replaceAll(/\$\{[^}]*\}|\$\w+/g, '').replace(/[:/]+$/, '');
}

/** Folder of the build below the evidence directory, null where it lies outside; where all is handed to the build, that of the recipe tells whose code it is. */
function buildPath(service: JsonObject, folder: string): string | null {
  const context = textAt(service, 'build') ?? textAt(service, 'build', 'context');
  if (context === null || context.startsWith('/') || /[:$]/.test(context)) return null;
  const whole = joinedPath(`${folder}/${context}`);
  const recipe = /^(.+)\/[^/]+$/.exec(textAt(service, 'build', 'dockerfile') ?? '')?.[1];
  const isAll = /^(?:\.{1,2}\/?)+$/.test(context);
  return recipe === undefined || !isAll || NO_CODE.test(recipe)
    ? whole
    : joinedPath(`${folder}/${context}/${recipe}`);
}

/** Folders of recipes alone, and what is filled in. */
const NO_CODE = /(?:^|\/)(?:\.?docker(?:files?)?|deploy(?:ments?)?|build|infra|ops|ci)(?:\/|$)|[:$]/i;

function joinedPath(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

function aliasesOf({ service, name }: Entry): readonly string[] {
  const networks = objectAt(service, 'networks');
  const written = [
    textAt(service, 'container_name'),
    textAt(service, 'hostname'),
    ...Object.values(networks).flatMap((network) =>
      isObject(network) ? listAt(network, 'aliases').map(textOf) : [],
    ),
  ];
  const others = written.flatMap((alias) =>
    alias === null || canonicalServiceName(alias) === name ? [] : [alias],
  );
  return [...new Set(others)].sort();
}

/** Environment as pairs with the path of each, whichever of the two forms it has. */
function environmentOf(
  service: JsonObject,
): readonly { readonly name: string; readonly value: string; readonly at: string | number }[] {
  const list = listAt(service, 'environment').flatMap((item, at) => {
    const match = typeof item === 'string' ? /^([^=]+)=(.*)$/s.exec(item) : null;
    return match === null ? [] : [{ name: match[1] ?? '', value: match[2] ?? '', at }];
  });
  const map = Object.entries(objectAt(service, 'environment')).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === null ? [] : [{ name, value: text, at: name }];
  });
  return [...list, ...map];
}

/** Hosts that a value names: of URLs, of `host:port`, and the whole value where the variable is about a host. */
function hostsIn(name: string, value: string): readonly string[] {
  const urls = [...value.matchAll(/[a-z][a-z0-9+]*:\/\/(?:[^@/\s]*@)?([A-Za-z0-9][\w.-]*)/gi)].map(
    (match) => match[1] ?? '',
  );
  if (urls.length > 0) return urls;
  const pairs = value.split(',').flatMap((part) => /^\s*([A-Za-z][\w.-]*):\d{2,5}\s*$/.exec(part)?.[1] ?? []);
  if (pairs.length > 0) return pairs;
  return /(_HOST|_HOSTNAME|_ADDR|_ADDRESS|_SERVER|_SERVERS|_BROKERS?)$/i.test(name) &&
    /^[A-Za-z][\w.-]*$/.test(value)
    ? [value]
    : [];
}

class Reading {
  readonly facts = new Map<string, ServiceFact>();
  readonly edges = new Map<string, DependencyEdge>();
  private readonly names = new Map<string, string>();
  private readonly cite: Cite;

  constructor(entries: readonly Entry[], cite: Cite) {
    this.cite = cite;
    for (const entry of entries) {
      this.names.set(entry.key.toLowerCase(), entry.name);
      for (const alias of aliasesOf(entry)) this.names.set(alias.toLowerCase(), entry.name);
    }
  }

  link(from: string, to: string, path: readonly (string | number)[]): void {
    const key = `${from}\0${to}`;
    if (from === to || this.edges.has(key)) return;
    this.edges.set(key, { from, to, source: 'compose', evidence: [this.cite(path)] });
  }

  /** `db`, or `db:alias` as links write it. */
  needs(entry: Entry, written: unknown, path: readonly (string | number)[]): void {
    const to =
      typeof written === 'string' ? this.names.get((written.split(':')[0] ?? '').toLowerCase()) : undefined;
    if (to !== undefined) this.link(entry.name, to, path);
  }

  /** Hosts of this file are its services; only public ones are somebody else's. */
  reaches(entry: Entry, host: string, path: readonly (string | number)[]): void {
    const known = this.names.get(host.toLowerCase());
    const partner = known === undefined ? partnerOfHost(host) : null;
    if (known !== undefined) this.link(entry.name, known, path);
    else if (partner?.kind === 'external') {
      if (!this.facts.has(partner.name)) this.facts.set(partner.name, this.external(partner, path));
      this.link(entry.name, partner.name, path);
    }
  }

  private external({ name, host }: Partner, path: readonly (string | number)[]): ServiceFact {
    const aliases = host === null ? [] : [host];
    return serviceFact({ name, kind: 'external', aliases, source: SOURCE, evidence: [this.cite(path)] });
  }
}

function addEdges(reading: Reading, entry: Entry): void {
  const { service, key } = entry;
  for (const relation of ['depends_on', 'links']) {
    const path = ['services', key, relation];
    for (const [index, other] of listAt(service, relation).entries())
      reading.needs(entry, other, [...path, index]);
    for (const other of Object.keys(objectAt(service, relation)))
      reading.needs(entry, other, [...path, other]);
  }
  for (const { name, value, at } of environmentOf(service))
    for (const host of hostsIn(name, value))
      reading.reaches(entry, host, ['services', key, 'environment', at]);
}

/** `folder`: that of the file, relative to the evidence directory, empty for itself. */
export function decodeCompose(value: JsonObject, folder: string, cite: Cite): DecodedCompose {
  const entries: Entry[] = [];
  let rejected = 0;
  for (const [key, service] of Object.entries(objectAt(value, 'services'))) {
    const name = /^[\w.-]{1,100}$/.test(key) ? canonicalServiceName(key) : '';
    if (name === '' || !isObject(service)) rejected += 1;
    else entries.push({ key, name, service });
  }
  const reading = new Reading(entries, cite);
  for (const entry of entries) {
    const { key, name, service } = entry;
    const image = imageOf(service);
    reading.facts.set(
      name,
      serviceFact({
        name,
        kind: (image === null || 'build' in service ? null : productOf(image))?.kind ?? 'service',
        aliases: aliasesOf(entry),
        path: buildPath(service, folder),
        source: SOURCE,
        evidence: [cite(['services', key])],
      }),
    );
  }
  for (const entry of entries) addEdges(reading, entry);
  return { serviceFacts: [...reading.facts.values()], edges: [...reading.edges.values()], rejected };
}
