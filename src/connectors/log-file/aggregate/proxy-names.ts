/** HAProxy names itself in what it says of its servers, and its frontend in what it says of requests: two names of one program. */
import { canonicalServiceName, type ServiceFact, type ServiceName } from '../../../domain/service.ts';
import { serviceFact } from '../../_kit/service-fact.ts';
import { calleeOf } from '../formats/call.ts';
import { serviceOfPath } from '../service-name.ts';
import type { Taken } from './proxy-edges.ts';
import type { ScannedFile } from './scanned-file.ts';

const OWN = 'haproxy';

function frontendsIn({ aggregate, file }: ScannedFile): readonly ServiceName[] {
  const services = [...aggregate.streams.values()].flatMap(({ service }) => service ?? []);
  // In a log of the whole machine others tell of requests, too.
  if (!services.includes(OWN) || !/haproxy/i.test(file.path)) return [];
  const served = new Set(
    aggregate.requests
      .series()
      .flatMap(({ service, route }) => (calleeOf(route) === null ? (service ?? []) : [])),
  );
  return services.filter((service) => service !== OWN && served.has(service));
}

/** What a log of its own is called, where it has no other records of requests: whoever names the program so means the frontend. */
function fileNameOf({ aggregate, file }: ScannedFile, frontend: ServiceName): ServiceName | null {
  const name = serviceOfPath(file.path);
  const served = aggregate.requests
    .series()
    .flatMap(({ service, route }) => (calleeOf(route) === null ? (service ?? []) : []));
  return served.every((service) => service === frontend) ? name : null;
}

/** Only where its logs hold one frontend: with several, nobody knows of which it speaks. */
export function proxyNames(files: readonly ScannedFile[], taken: readonly Taken[]): readonly ServiceFact[] {
  const frontends = [...new Set([...files.flatMap(frontendsIn), ...taken.map(({ frontend }) => frontend)])];
  const [name] = frontends;
  if (name === undefined || frontends.length > 1) return [];
  const paths = new Set(taken.map(({ path }) => path));
  const own = files.filter(({ file }) => paths.has(file.path)).map((file) => fileNameOf(file, name));
  const called = new Set(own);
  const [other] = called;
  const isTold = called.size === 1 && other !== null && other !== undefined && other !== name;
  const names = [
    ...(files.some((file) => frontendsIn(file).length > 0) ? [OWN] : []),
    ...(isTold ? [canonicalServiceName(other)] : []),
  ];
  const aliases = [...new Set(names)];
  return aliases.length === 0
    ? []
    : [serviceFact({ name, kind: 'service', aliases, source: 'log-file', evidence: [] })];
}
