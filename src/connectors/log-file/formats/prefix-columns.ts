/** Thread, level and logger that share one bracket: `[main INFO  org.shop.Carts  opId=7]`, `[F5A5AB90 info 'vm:/disks' opID=7]`. */
import type { Reading } from './prefix-reading.ts';
import { severityOfField } from './severity.ts';

const COLUMNS =
  /^(?:([\w$][\w$ .:#/-]{0,80}?)\s{1,60})?(?:(?:\[[\w.-]{0,40}\]?|null)\s{1,8})?(?:(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL)\s{1,8}((?:[A-Za-z_$][\w$]{0,80}\.){1,16}[\w$]{1,80})|(trivia|verbose|debug|info|warning|error|panic)\s{1,8}'([^']{1,200})')((?:\s{1,8}\w{1,30}=[^\s=]{0,80}){0,6})\s*$/;

/** False where the text is anything else: in a message's own brackets there is no level before a dotted or quoted name. */
export function takeColumns(reading: Reading, content: string): boolean {
  if (reading.severity !== null || reading.logger !== null) return false;
  const found = COLUMNS.exec(content.length > 500 ? '' : content);
  if (found === null) return false;
  const [, thread, level, logger, quietLevel, quoted] = found;
  reading.severity = severityOfField(level ?? quietLevel ?? '');
  reading.logger = logger ?? quoted ?? null;
  if (thread !== undefined) reading.attributes['thread.name'] ??= thread;
  return true;
}
