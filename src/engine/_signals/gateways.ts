/** What stands in front of all services and complains for those behind it. */
import type { ServiceName } from '../../domain/service.ts';

const GATEWAY =
  /(^|-)(ingress|gateway|edge|proxy|nginx|envoy|haproxy|traefik|kong|caddy|alb|elb|lb|router)(-|$)/;

export function isGateway(service: ServiceName | null): boolean {
  return service !== null && GATEWAY.test(service);
}
