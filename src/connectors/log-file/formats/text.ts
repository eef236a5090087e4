/** Text lines with a prefix in any of the usual layouts: ISO text, Python logging, logback, log4j, Kafka, spdlog, env_logger, Go's log and slog. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';
import { readPrefix } from './prefix.ts';

/** Kafka and some log4j layouts put the logger behind the message: `… (kafka.server.KafkaServer)`. */
function trailingLogger(message: string): { message: string; logger: string } | null {
  if (!message.endsWith(')')) return null;
  const tail = message.slice(-200);
  const found = / \(([A-Za-z_$][\w$]*(?:\.[\w$]+)+)\)$/.exec(tail);
  return found === null
    ? null
    : { message: message.slice(0, message.length - found[0].length), logger: found[1] ?? '' };
}

function parse(line: string, context: FormatContext): ParsedLine | null {
  const prefix = readPrefix(line.slice(0, MAX_SCANNED), context);
  if (prefix === null) return null;
  const rest = line.slice(prefix.end).trimEnd();
  const trailing = prefix.logger === null ? trailingLogger(rest) : null;
  return parsedLine({
    ...timeOf(prefix.stamp),
    severity: knownSeverity(prefix.severity),
    service: prefix.service,
    logger: prefix.logger ?? trailing?.logger ?? null,
    requestId: prefix.requestId,
    attributes: prefix.attributes,
    message: trailing?.message ?? rest,
  });
}

export const format: LogFormat = {
  id: 'text',
  role: 'record',
  sniff: (line) => {
    const at = line[0] === '[' || line[0] === '(' ? 1 : 0;
    if (readStamp(line, at, 2000) !== null) return 0.5;
    return /^\W{0,2}(?:\w{1,40}\W{1,4}){0,3}(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE)\b/.test(
      line.slice(0, 120),
    )
      ? 0.4
      : 0.1;
  },
  parse,
  samples: [],
};
