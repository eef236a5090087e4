/** Names of data stores that spans know by address and port alone: whoever asks the same address asks the same store. */
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import { productOf } from './partners.ts';
import type { Span, SpanStore } from './spans.ts';

interface Place {
  readonly product: string;
  readonly address: string;
  readonly port: string;
}

const ADDRESS = /^(localhost|\d+\.\d+\.\d+\.\d+|\[?[0-9a-f]*:[0-9a-f:.]*\]?)$/i;
const THIS_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

/**
 * The store that a span reaches: by its product where all spans reach one of that kind, by product and port where there are several.
 * Null where its host has a name, where it is no store, and where the address is that of a machine which services may not share:
 * what two containers reach on their own loopback need not be the same. Services that call each other there do share it.
 */
export function storeNames(store: SpanStore): (span: Span) => ServiceName | null {
  const places = new Map<string, Map<string, Place>>();
  for (const span of store.spans) {
    const place = placeOf(span);
    if (place === null) continue;
    const known = places.get(place.product) ?? new Map<string, Place>();
    places.set(place.product, known.set(keyOf(place), place));
  }
  const isOneMachine = places.size > 0 && shareMachine(store);
  return (span) => {
    const place = placeOf(span);
    if (place === null || (THIS_MACHINE.test(place.address) && !isOneMachine)) return null;
    const alike = [...(places.get(place.product)?.values() ?? [])];
    if (alike.length === 1) return place.product;
    const ports = new Set(alike.map(({ port }) => port));
    return ports.size === alike.length ? canonicalServiceName(`${place.product} ${place.port}`) : null;
  };
}

function placeOf({ attributes, kind }: Span): Place | null {
  const system = attributes['db.system.name'] ?? attributes['db.system'];
  const isNamed = (attributes['peer.service'] ?? attributes['service.peer.name']) !== undefined;
  if (system === undefined || kind !== 'client' || isNamed) return null;
  const address = hostOf(attributes);
  const port = attributes['server.port'] ?? attributes['net.peer.port'] ?? attributes['network.peer.port'];
  if (address === undefined || port === undefined || !ADDRESS.test(address)) return null;
  return { product: productOf(system)?.name ?? canonicalServiceName(system), address, port };
}

function hostOf(attributes: Span['attributes']): string | undefined {
  return attributes['server.address'] ?? attributes['net.peer.name'] ?? attributes['network.peer.address'];
}

/** Loopback has as many names as one likes. */
function keyOf({ address, port }: Place): string {
  return `${THIS_MACHINE.test(address) ? 'loopback' : address}:${port}`;
}

function shareMachine(store: SpanStore): boolean {
  return store.spans.some((span) => {
    const parent = store.parentOf(span);
    return (
      parent !== null && parent.service !== span.service && THIS_MACHINE.test(hostOf(parent.attributes) ?? '')
    );
  });
}
