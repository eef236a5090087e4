/** Programs that resolve names for others. */
import type { ServiceName } from '../../domain/service.ts';

const RESOLVER =
  /^(coredns|kube-?dns|node-?local-?dns|dnsmasq|unbound|named|bind9?|powerdns|pdns(-recursor)?|systemd-resolved?|resolver|dns)(-|$)/;

/** Where one of them complains, that is where names are not resolved. */
export function isResolver(service: ServiceName | null): boolean {
  return service !== null && RESOLVER.test(service);
}
