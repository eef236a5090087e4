/** LogEntry of Google Cloud Logging: `severity`, a payload of text or JSON, and the resource's labels. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { recordOfFields } from './field-record.ts';
import { fieldsOf, textField } from './fields.ts';
import { readJson } from './json.ts';
import { durationOf, requestFields, routeOf, statusOf } from './request.ts';
import { severityOfField } from './severity.ts';

function parse(line: string, context: FormatContext): ParsedLine | null {
  const record = readJson(line);
  if (record === null) return null;
  const fields = fieldsOf(record);
  const parsed = recordOfFields(fields, context, {
    messageNames: [
      'textpayload',
      'jsonpayload.message',
      'jsonpayload.msg',
      'message',
      'protopayload.status.message',
      'protopayload.methodname',
      'httprequest.requesturl',
    ],
  });
  if (parsed === null) return null;
  const method = textField(fields, ['httprequest.requestmethod'])?.text ?? null;
  const url = textField(fields, ['httprequest.requesturl'])?.text ?? null;
  const request =
    url === null
      ? parsed.request
      : requestFields({
          method,
          route: routeOf(url),
          status: statusOf(fields.values.get('httprequest.status')),
          durationMs: durationOf(fields.values.get('httprequest.latency'), 1e3),
        });
  const said = severityOfField(textField(fields, ['severity'])?.text ?? '');
  const service = textField(fields, [
    'resource.labels.servicename',
    'resource.labels.functionname',
    'resource.labels.moduleid',
    'labels.k8s-pod/app',
    'labels.k8spod/app',
    'resource.labels.containername',
  ])?.text;
  const isDefault = textField(fields, ['severity'])?.text === 'DEFAULT';
  return {
    ...parsed,
    request,
    service: service ?? parsed.service,
    severity: isDefault ? parsed.severity : (said ?? parsed.severity),
  };
}

export const format: LogFormat = {
  id: 'gcp-log-entry',
  role: 'record',
  objects: 'only',
  sniff: (line) =>
    line.startsWith('{') &&
    /"(?:textPayload|jsonPayload|protoPayload|insertId)"/.test(line.slice(0, 65_536)) &&
    line.includes('"logName"')
      ? 0.97
      : 0,
  parse,
  samples: [
    {
      line: '{"insertId":"1a","jsonPayload":{"message":"cart lost"},"resource":{"type":"k8s_container","labels":{"container_name":"cart","pod_name":"cart-6d4cf56db6-x7k2p"}},"timestamp":"2024-03-02T08:15:30.25Z","severity":"ERROR","logName":"projects/shop/logs/stderr"}',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        service: 'cart',
        pod: 'cart-6d4cf56db6-x7k2p',
        message: 'cart lost',
      },
    },
  ],
};
