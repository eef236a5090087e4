/** Alerts out of the log that Nagios and Icinga 1 keep: each hard state other than OK, from when it began to when it was over. Pure. */
import type { EpochMs } from '../../domain/time.ts';
import { type Notice, timeOf } from '../_kit/alert-notice.ts';
import { serviceNamed } from './vendor.ts';

const LINE = /^\[(\d{10})\] ([A-Z][A-Z /]{2,40}): /;
const ALERT =
  /^\[(\d{10})\] (SERVICE|HOST) ALERT: ([^;]{1,200});(?:([^;]{1,200});)?(OK|WARNING|CRITICAL|UNKNOWN|UP|DOWN|UNREACHABLE);(SOFT|HARD);\d{1,4};(.*)$/;

/** By its first lines, all of which have a time and a kind in capitals. */
export function isNagiosLog(head: string): boolean {
  const lines = head
    .split('\n', 60)
    .slice(0, -1)
    .filter((line) => line.trim() !== '');
  return lines.length > 0 && lines.every((line) => LINE.test(line)) && lines.some((line) => ALERT.test(line));
}

export interface LoggedNotice {
  readonly notice: Notice;
  readonly line: number;
  readonly byteOffset: number;
  readonly text: string;
}

/** `since`: when what is over now began. */
function noticeOf(found: RegExpExecArray, since: EpochMs | null): Notice | null {
  const [, seconds, kind, host = '', own, state = '', , output = ''] = found;
  const at = timeOf(Number(seconds));
  if (at === null) return null;
  const firedAt = since ?? at;
  const isService = kind === 'SERVICE' && own !== undefined;
  const name = isService ? own : host;
  const isOver = state === 'OK' || state === 'UP';
  return {
    id: `nagios:${host};${isService ? own : ''}@${firedAt}`,
    name,
    service: isService ? serviceNamed(own) : null,
    severity: isOver ? null : state.toLowerCase(),
    summary: `${name} on ${host} is ${state}: ${output}`.slice(0, 300),
    firedAt,
    resolvedAt: isOver ? at : null,
    noticedAt: at,
    reopened: false,
    labels: { host },
  };
}

/** Soft states are looked at again before anybody is told; a recovery without a fire before it tells of none. */
export function readNagiosLog(
  text: string,
  max: number,
): { readonly notices: readonly LoggedNotice[]; readonly rejected: number } {
  const notices: LoggedNotice[] = [];
  const firing = new Map<string, EpochMs>();
  let [byteOffset, rejected] = [0, 0];
  for (const [index, line] of text.split('\n').entries()) {
    const start = byteOffset;
    byteOffset += Buffer.byteLength(line) + 1;
    if (notices.length >= max) break;
    const found = ALERT.exec(line.slice(0, 4_000).trimEnd());
    if (found === null) {
      if (/ ALERT: /.test(line.slice(0, 60))) rejected += 1;
      continue;
    }
    if (found[6] !== 'HARD') continue;
    const key = `${found[3]};${found[4] ?? ''}`;
    const since = firing.get(key) ?? null;
    const notice = noticeOf(found, since);
    if (notice === null) rejected += 1;
    else if (notice.resolvedAt === null || since !== null) {
      if (notice.resolvedAt === null) firing.set(key, notice.firedAt);
      else firing.delete(key);
      notices.push({ notice, line: index + 1, byteOffset: start, text: line.trim() });
    }
  }
  return { notices, rejected };
}
