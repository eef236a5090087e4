/** JSON lines of any logger: fields under the usual names, nested or dotted. Formats with scales or shapes of their own are files of their own. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { type FieldOptions, recordOfFields } from './field-record.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { readJson } from './json.ts';

/** pino and bunyan write the program as `name`, beside a level number or their own `v`. */
function nameIsService(fields: Fields): boolean {
  const level = fields.values.get('level');
  return (typeof level === 'number' && !fields.values.has('levelname')) || fields.values.get('v') === 0;
}

export function parseJsonLine(
  line: string,
  context: FormatContext,
  options: FieldOptions = {},
): ParsedLine | null {
  const record = readJson(line);
  if (record === null) return null;
  const fields = fieldsOf(record);
  return recordOfFields(fields, context, {
    nameIs: nameIsService(fields) ? 'service' : 'logger',
    ...options,
  });
}

export const format: LogFormat = {
  id: 'json-lines',
  role: 'record',
  objects: 'only',
  sniff: (line) => (/^\s*\{\s*"/.test(line) ? 0.8 : 0),
  parse: (line, context) => parseJsonLine(line, context),
  samples: [
    // pino 9, bunyan, winston 3, log4js and Fastify as they print.
    {
      line: '{"level":50,"time":1795484013376,"pid":1836,"hostname":"vm","name":"cart","err":{"type":"TypeError","message":"cart has no total","stack":"TypeError: cart has no total\\n    at err (file:///srv/a.mjs:2:24)"},"reqId":"r-1","msg":"save failed"}',
      expect: {
        wallMs: 1795484013376,
        offsetMinutes: 0,
        severity: 'error',
        service: 'cart',
        host: 'vm',
        requestId: 'r-1',
        message: 'save failed',
        exceptionType: 'TypeError',
      },
    },
    {
      line: '{"level":40,"time":1795484013376,"pid":1836,"hostname":"vm","name":"cart","req":{"method":"GET","url":"/carts/17"},"res":{"statusCode":404},"responseTime":12,"msg":"request completed"}',
      expect: {
        severity: 'warn',
        message: 'request completed',
        request: { method: 'GET', route: '/carts/{id}', status: 404, durationMs: 12, upstream: null },
      },
    },
    {
      line: '{"level":30,"time":1795484014162,"pid":1849,"hostname":"vm","reqId":"req-1","res":{"statusCode":500},"responseTime":3.308681999999976,"msg":"request completed"}',
      expect: {
        severity: 'info',
        service: null,
        request: { method: null, route: null, status: 500, durationMs: 3.309, upstream: null },
      },
    },
    {
      line: '{"name":"cart","hostname":"vm","pid":1836,"level":50,"err":{"message":"cart has no total","name":"TypeError","stack":"TypeError: cart has no total\\n    at err (file:///srv/a.mjs:2:24)"},"msg":"save failed","time":"2026-11-24T01:33:33.487Z","v":0}',
      expect: {
        wallMs: Date.UTC(2026, 10, 24, 1, 33, 33, 487),
        severity: 'error',
        service: 'cart',
        message: 'save failed',
        exceptionType: 'TypeError',
      },
    },
    {
      line: '{"level":"error","message":"cart has no total","service":"cart","stack":"TypeError: cart has no total\\n    at err (file:///srv/a.mjs:2:24)","timestamp":"2026-11-24T01:33:33.380Z"}',
      expect: {
        severity: 'error',
        service: 'cart',
        message: 'cart has no total',
        exceptionType: 'TypeError',
      },
    },
    // python-json-logger, structlog.
    {
      line: '{"asctime": "2026-11-24 01:33:34,490", "levelname": "ERROR", "name": "shop.carts", "message": "save failed", "exc_info": "Traceback (most recent call last):\\n  File \\"/srv/l.py\\", line 14, in <module>\\n    try: {}[\'cart\']\\nKeyError: \'cart\'", "order": "17"}',
      expect: {
        wallMs: Date.UTC(2026, 10, 24, 1, 33, 34, 490),
        offsetMinutes: null,
        severity: 'error',
        service: null,
        logger: 'shop.carts',
        message: 'save failed',
        exceptionType: 'KeyError',
        attributes: { order: '17' },
      },
    },
    {
      line: '{"order": 17, "event": "save failed", "level": "error", "timestamp": "2026-11-24T01:33:34.547685Z", "exception": "Traceback (most recent call last):\\n  File \\"/srv/l.py\\", line 21, in <module>\\n    try: {}[\'cart\']\\nKeyError: \'cart\'"}',
      expect: { severity: 'error', message: 'save failed', exceptionType: 'KeyError' },
    },
    // zap, zerolog, logback's logstash encoder, Elastic's ecs-logging, in the shapes that their documentation gives.
    {
      line: '{"level":"info","ts":1709367330.2501,"caller":"api/cart.go:31","msg":"saved","service":"cart","duration":0.012}',
      expect: { wallMs: 1709367330250, severity: 'info', service: 'cart', message: 'saved' },
    },
    {
      line: '{"level":"fatal","error":"disk full","service":"cart","time":1709367330,"message":"cannot start"}',
      expect: { wallMs: 1709367330000, severity: 'fatal', service: 'cart', message: 'cannot start' },
    },
    {
      line: '{"@timestamp":"2024-03-02T08:15:30.250Z","@version":"1","message":"save failed","logger_name":"shop.CartController","thread_name":"main","level":"ERROR","level_value":40000,"stack_trace":"java.io.IOException: disk full\\n\\tat shop.Cart.save(Cart.java:12)","app":"cart"}',
      expect: {
        severity: 'error',
        service: 'cart',
        logger: 'shop.CartController',
        message: 'save failed',
        exceptionType: 'java.io.IOException',
      },
    },
    {
      line: '{"@timestamp":"2024-03-02T08:15:30.250Z","log.level":"WARN","message":"slow","ecs.version":"1.2.0","service.name":"cart","service.version":"2.4.1","log":{"logger":"shop.Cart"}}',
      expect: { severity: 'warn', service: 'cart', version: '2.4.1', logger: 'shop.Cart', message: 'slow' },
    },
  ],
};
