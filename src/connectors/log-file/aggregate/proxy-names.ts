/** HAProxy names itself in what it says of its servers, and its frontend in what it says of requests: two names of one program. */
import type { ServiceFact, ServiceName } from '../../../domain/service.ts';
import { serviceFact } from '../../_kit/service-fact.ts';
import { calleeOf } from '../formats/call.ts';
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

/** Only where its logs hold one frontend: with several, nobody knows of which it speaks. */
export function proxyNames(files: readonly ScannedFile[]): readonly ServiceFact[] {
  const frontends = [...new Set(files.flatMap(frontendsIn))];
  const [name] = frontends;
  return name === undefined || frontends.length > 1
    ? []
    : [serviceFact({ name, kind: 'service', aliases: [OWN], source: 'log-file', evidence: [] })];
}
