/** What the labels of a log stream (Loki's, Promtail's, a collector's) tell of a line that carries none of it itself. */
import type { ParsedLine } from '../format.ts';
import { fieldsOf, textField } from './fields.ts';
import { severityOfField } from './severity.ts';

/** Best first: a name that somebody gave it, then the container, then what scraped it. */
const SERVICE_LABELS = [
  'servicename',
  'service',
  'app',
  'appkubernetesioname',
  'application',
  'component',
  'container',
  'containername',
  'composeservice',
  'syslogidentifier',
  'job',
];
const LEVEL_LABELS = ['level', 'detectedlevel', 'severity'];

/** Service, level, pod and host by the usual labels; `job` of the kind `namespace/name` names the service last. */
export function outerOfLabels(labels: object): Partial<ParsedLine> {
  const fields = fieldsOf(labels);
  const level = textField(fields, LEVEL_LABELS);
  const severity = level === null ? null : severityOfField(level.text);
  return {
    service: textField(fields, SERVICE_LABELS)?.text.replace(/^.*\//, '') ?? null,
    pod: textField(fields, ['pod', 'podname', 'instancename'])?.text ?? null,
    host: textField(fields, ['hostname', 'host', 'node', 'nodename'])?.text ?? null,
    ...(severity === null ? {} : { severity }),
  };
}
