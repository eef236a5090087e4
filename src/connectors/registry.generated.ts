// Written by `npm run gen`. Do not edit: add a folder or a file and run it again.
import type { ConnectorLoader } from '../ports/connector.ts';

/** Every connector, by name; its code is read when it is first used. */
export const CONNECTOR_LOADERS: readonly ConnectorLoader[] = [
  { id: 'alertmanager', load: async () => (await import('./alertmanager/index.ts')).connector },
  { id: 'alerts', load: async () => (await import('./alerts/index.ts')).connector },
  { id: 'argo-cd', load: async () => (await import('./argo-cd/index.ts')).connector },
  { id: 'backstage', load: async () => (await import('./backstage/index.ts')).connector },
  { id: 'cdevents', load: async () => (await import('./cdevents/index.ts')).connector },
  { id: 'compose', load: async () => (await import('./compose/index.ts')).connector },
  { id: 'deploy-systems', load: async () => (await import('./deploy-systems/index.ts')).connector },
  { id: 'deployments-file', load: async () => (await import('./deployments-file/index.ts')).connector },
  { id: 'docker', load: async () => (await import('./docker/index.ts')).connector },
  { id: 'flags-file', load: async () => (await import('./flags-file/index.ts')).connector },
  { id: 'git', load: async () => (await import('./git/index.ts')).connector },
  { id: 'github-deployments', load: async () => (await import('./github-deployments/index.ts')).connector },
  { id: 'helm-history', load: async () => (await import('./helm-history/index.ts')).connector },
  { id: 'influx-lines', load: async () => (await import('./influx-lines/index.ts')).connector },
  { id: 'jaeger', load: async () => (await import('./jaeger/index.ts')).connector },
  { id: 'kubernetes', load: async () => (await import('./kubernetes/index.ts')).connector },
  { id: 'log-file', load: async () => (await import('./log-file/index.ts')).connector },
  { id: 'manifests', load: async () => (await import('./manifests/index.ts')).connector },
  { id: 'metrics-csv', load: async () => (await import('./metrics-csv/index.ts')).connector },
  { id: 'metrics-json', load: async () => (await import('./metrics-json/index.ts')).connector },
  { id: 'openmetrics', load: async () => (await import('./openmetrics/index.ts')).connector },
  { id: 'otlp', load: async () => (await import('./otlp/index.ts')).connector },
  { id: 'platform-files', load: async () => (await import('./platform-files/index.ts')).connector },
  { id: 'prometheus', load: async () => (await import('./prometheus/index.ts')).connector },
  { id: 'prometheus-json', load: async () => (await import('./prometheus-json/index.ts')).connector },
  { id: 'source-code', load: async () => (await import('./source-code/index.ts')).connector },
  { id: 'x-ray', load: async () => (await import('./x-ray/index.ts')).connector },
  { id: 'zipkin', load: async () => (await import('./zipkin/index.ts')).connector },
];
