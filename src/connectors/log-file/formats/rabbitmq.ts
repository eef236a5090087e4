/** RabbitMQ's log since 3.9, as other programs on Erlang's logger write it: stamp with zone, level, process id, where in the code (not RabbitMQ), message. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE =
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3,6}[+-]\d\d:\d\d \[(debug|info|notice|warning|error|critical|alert|emergency)\] <(\d{1,6}\.\d{1,12}\.\d{1,6})>(?:@([a-z]\w{0,80}):\w{1,80}(?:\/\d{1,3})?:\d{1,7})? ?/;

const SEVERITY: Readonly<Record<string, LogSeverity>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
};

export const format: LogFormat = {
  id: 'rabbitmq',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 320)) ? 0.97 : 0),
  parse: (line, context) => {
    const head = LINE.exec(line.slice(0, 320));
    if (head === null) return null;
    return parsedLine({
      ...timeOf(readStamp(line, 0, context.yearHint)),
      severity: SEVERITY[head[1] ?? ''] ?? 'unknown',
      message: line.slice(head[0].length).trimEnd(),
      logger: head[3] ?? null,
      attributes: { 'thread.id': head[2] ?? '' },
    });
  },
  samples: [
    {
      line: '2024-03-02 08:15:30.250001+00:00 [error] <0.812.0>@cart_store:save/2:181 cart 17 lost',
      expect: { severity: 'error', logger: 'cart_store', message: 'cart 17 lost' },
    },
    {
      line: '2026-11-28 16:46:16.731980+00:00 [info] <0.1596.0> accepting AMQP connection <0.1596.0> (127.0.0.1:51982 -> 127.0.0.1:25072)',
      expect: {
        severity: 'info',
        service: null,
        message: 'accepting AMQP connection <0.1596.0> (127.0.0.1:51982 -> 127.0.0.1:25072)',
      },
    },
    {
      line: "2026-11-28 16:51:50.202113+00:00 [error] <0.812.0> closing AMQP connection <0.812.0> (127.0.0.1:33 -> 127.0.0.1:30072, vhost: '/', user: 'guest'):",
      expect: { severity: 'error', offsetMinutes: 0 },
    },
  ],
};
