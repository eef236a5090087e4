/** Text lines with a prefix in any of the usual layouts: ISO text, Python logging, logback, log4j, Kafka, spdlog, env_logger, Go's log and slog. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';
import { readPrefix } from './prefix.ts';
import { TEXT_SAMPLES } from './text-samples.ts';
import { recordOfObject, recordOfPairs, trailingLogger, trailingPairs } from './text-tail.ts';

function parse(line: string, context: FormatContext): ParsedLine | null {
  const prefix = readPrefix(line.slice(0, MAX_SCANNED), context);
  if (prefix === null) return null;
  const rest = line.slice(prefix.end).trimEnd();
  const pairs = recordOfPairs(rest, prefix.severity !== null, context);
  if (pairs !== null)
    return {
      ...pairs,
      ...timeOf(prefix.stamp),
      severity: prefix.severity ?? pairs.severity,
      service: pairs.service ?? prefix.service,
      logger: pairs.logger ?? prefix.logger,
      message: pairs.message === '' ? rest : pairs.message,
    };
  const tail = recordOfObject(rest, context);
  if (tail !== null)
    return {
      ...tail,
      ...(prefix.stamp?.wallMs == null ? {} : timeOf(prefix.stamp)),
      severity: prefix.severity ?? tail.severity,
      service: prefix.service ?? tail.service,
      logger: prefix.logger ?? tail.logger,
      requestId: prefix.requestId ?? tail.requestId,
      attributes: { ...tail.attributes, ...prefix.attributes },
    };
  const trailing = prefix.logger === null ? trailingLogger(rest) : null;
  const behind = trailingPairs(trailing?.message ?? rest);
  const { message, attributes } = behind;
  return parsedLine({
    ...timeOf(prefix.stamp),
    severity: knownSeverity(prefix.severity),
    service: prefix.service,
    logger: prefix.logger ?? trailing?.logger ?? behind.logger,
    requestId: prefix.requestId,
    attributes: { ...attributes, ...prefix.attributes },
    message,
  });
}

export const format: LogFormat = {
  id: 'text',
  role: 'record',
  objects: 'too',
  sniff: (line) => {
    const at = /^(?:[[(]|"[\d: -]{8,30}" )/.test(line) ? 1 : 0;
    if (readStamp(line, at, 2000) !== null) return 0.5;
    return /^\W{0,2}(?:\w{1,40}\W{1,4}){0,3}(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE)\b/.test(
      line.slice(0, 120),
    )
      ? 0.4
      : 0.1;
  },
  parse,
  samples: TEXT_SAMPLES,
};
