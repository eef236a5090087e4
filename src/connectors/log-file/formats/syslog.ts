/** Syslog around any message: RFC 3164 with and without priority, RFC 5424 (Heroku's octet counts included), and the ISO stamps of rsyslog. */
import type { FormatContext, LogFormat, ParsedLine, Unwrapped } from '../format.ts';
import { skipSpaces } from '../time/cursor.ts';
import { readStamp, type Stamp } from '../time/parse-stamp.ts';
import { timeOf } from './parsed.ts';
import { SYSLOG_FACILITIES, severityOfField, severityOfSyslog, severityOfWord } from './severity.ts';
import { parseUnwrapped } from './wrapped.ts';

const PRIORITY = /^(?:\d{1,6} )?<(\d{1,3})>(1 )?/;
const HEADER_5424 = /^(\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ?/;
const ELEMENT =
  /^\[([^\s\]="]{1,64})((?: [^\s=\]"]{1,64}=(?:"(?:[^"\\\]]|\\.){0,2000}"|[^\s\]"]{0,200})){0,32})\] ?/;
const PARAMETER = /([^\s=\]"]{1,64})=(?:"((?:[^"\\\]]|\\.)*)"|(\S*))/g;
/** Levels of .NET's console, which stand where a program's name would. */
const DOTNET_LEVEL = /^(?:trce|dbug|fail|crit)$/;
/** `daemon.err mcad[7]: …`, `user.warn kernel: …`: facility and level before the program. */
const LEVELLED = new RegExp(
  `^(?:(?:${SYSLOG_FACILITIES})\\.(emerg|alert|crit|err|error|warning|warn|notice|info|debug) ([\\w./-]{1,60})(?:\\[\\d{1,10}\\])?` +
    '|(emerg|alert|crit|err|error|warning|notice|info|debug) ([\\w./-]{1,60})\\[\\d{1,10}\\]): ?',
);
/** `syslogd 1.4.1: …` and `com.shop.launchd[1] (com.shop.carts): …`: a version, or whom it is about, between program and colon. */
const TAG_AND_MORE = /^([A-Za-z][\w.-]{1,60})(?: \d[\w.]{0,20}|\[(\d{1,10})\] \([^()]{1,160}\)): ?/;
const TAG = /^([\w./@-][\w./@ ()-]{0,80}?)(?:\[([\w.-]{1,40})\])?: ?/;

/** An ISO stamp with a space in it, or an epoch, is no syslog's own; host and program with a process number behind it are. */
const SPACED =
  /^(?:\d{10}\.\d{6}|\d{4}-\d\d-\d\d [\d:.]{8,18}(?:Z|[+-]\d\d(?::?\d\d)?)) {1,3}[\w.-]{1,120} [A-Za-z][\w. -]{0,60}\[\d{1,10}\]: /;

function nil(text: string | undefined): string | null {
  return text === undefined || text === '-' ? null : text;
}

interface Head {
  readonly priority: number | null;
  readonly is5424: boolean;
  readonly stamp: Stamp;
  /** Index after the stamp and its space. */
  readonly at: number;
}

function readHead(line: string, context: FormatContext): Head | null {
  const priority = PRIORITY.exec(line.slice(0, 24));
  const start = skipSpaces(line, priority?.[0].length ?? 0);
  const stamp = readStamp(line, start, context.yearHint);
  if (stamp === null || stamp.wallMs === null) return null;
  const level = priority === null ? null : Number(priority[1]);
  if (level !== null && level > 191) return null;
  const at = line[stamp.end] === ':' ? stamp.end + 1 : stamp.end;
  if (line[at] !== ' ') return null;
  return { priority: level, is5424: priority?.[2] !== undefined, stamp, at: skipSpaces(line, at) };
}

function severityOfPriority(priority: number | null): Partial<ParsedLine> {
  return priority === null ? {} : { severity: severityOfSyslog(priority % 8) };
}

/** Structured data: its parameters, and the index behind it. */
function readStructuredData(text: string): { end: number; parameters: Record<string, string> } | null {
  const parameters: Record<string, string> = {};
  if (text.startsWith('- ') || text === '-') return { end: Math.min(2, text.length), parameters };
  let end = 0;
  for (let elements = 0; elements < 8; elements++) {
    const found = ELEMENT.exec(text.slice(end, end + 8192));
    if (found === null || (found[2] === '' && !/@|^\[origin|^\[meta/.test(found[0]))) break;
    for (const pair of (found[2] ?? '').matchAll(PARAMETER))
      parameters[pair[1] ?? ''] ??= pair[2] ?? pair[3] ?? '';
    end += found[0].length;
  }
  return end === 0 ? null : { end, parameters };
}

/** Heroku's process (`router`, `web.1`) says more than its app name, which is `app` or `heroku` for everybody. */
function programOf(app: string | null, process: string | null): string | null {
  const isHeroku = (app === 'heroku' || app === 'app') && process !== null && !/^\d+$/.test(process);
  return isHeroku ? process : app;
}

function unwrap5424(line: string, head: Head): Unwrapped | null {
  const found = HEADER_5424.exec(line.slice(head.at, head.at + 500));
  if (found === null) return null;
  const body = line.slice(head.at + found[0].length);
  const structured = readStructuredData(body.slice(0, 65_536));
  const [, host, app, process] = found;
  if (!head.is5424 && !isBare5424(found, structured !== null)) return null;
  const { level, ...parameters } = structured?.parameters ?? {};
  const severity = level === undefined ? null : severityOfField(level);
  return {
    payload: body.slice(structured?.end ?? 0).replace(/^\uFEFF/, ''),
    outer: {
      ...timeOf(head.stamp),
      ...severityOfPriority(head.priority),
      ...(severity === null ? {} : { severity }),
      host: nil(host),
      service: programOf(nil(app), nil(process)),
      attributes: Object.fromEntries(Object.entries(parameters).slice(0, 16)),
    },
  };
}

/** RFC 5424 without its priority, as some appliances write it: a process number or `-`, and structured data. */
function isBare5424(found: RegExpExecArray, hasStructuredData: boolean): boolean {
  const [, host = '', app = '', process = ''] = found;
  return (
    hasStructuredData &&
    /^(?:\d{1,9}|-)$/.test(process) &&
    /^[A-Za-z][\w./-]*$/.test(app) &&
    severityOfWord(host) === null
  );
}

/** Host and tag of the older form. A host is left out by some senders; a level in its place means that it is no syslog. */
function unwrap3164(line: string, head: Head): Unwrapped | null {
  const rest = line.slice(head.at, head.at + 400);
  const isOwnStamp = head.priority === null;
  const alone = /^([A-Za-z_][\w./-]{0,60})(?:\[([\w.-]{1,40})\])?: ?/.exec(rest);
  if (alone !== null && alone[2] !== undefined)
    return result(line, head, { host: null, tag: alone, at: head.at });
  const host = /^(\S{1,255}) {1,2}/.exec(rest);
  if (host === null || /^\W|[:=\])|,]$|["'=]/.test(host[1] ?? '') || severityOfWord(host[1] ?? '') !== null)
    return null;
  const at = head.at + host[0].length;
  const body = line.slice(at, at + 200);
  if (/^(?:CEF|LEEF):\d/.test(body)) return result(line, head, { host: host[1] ?? null, tag: null, at });
  if (/^: {1,2}%[A-Z]/.test(body))
    return result(line, head, { host: host[1] ?? null, tag: null, at: skipSpaces(line, at + 1) });
  const more = TAG_AND_MORE.exec(line.slice(at, at + 260));
  if (more !== null) return result(line, head, { host: host[1] ?? null, tag: more, at });
  const tag = TAG.exec(body);
  const levelled = LEVELLED.exec(body);
  if (levelled !== null) return withLevel(line, head, host[1] ?? null, levelled, at);
  const isTag = tag !== null && (!(tag[1] ?? '').includes(' ') || tag[2] !== undefined);
  if (isTag && severityOfWord(tag[1] ?? '') === null && !DOTNET_LEVEL.test(tag[1] ?? ''))
    return result(line, head, { host: host[1] ?? null, tag, at });
  if (isOwnStamp) return null;
  const word = /^(\S{1,64}) /.exec(body);
  return result(line, head, { host: host[1] ?? null, tag: word, at });
}

/** F5 writes the level between host and program, others the facility with it. */
function withLevel(
  line: string,
  head: Head,
  host: string | null,
  found: RegExpExecArray,
  at: number,
): Unwrapped {
  const severity = severityOfField(found[1] ?? found[3] ?? '');
  return {
    payload: line.slice(at + found[0].length),
    outer: {
      ...timeOf(head.stamp),
      ...(severity === null ? {} : { severity }),
      host,
      service: found[2] ?? found[4] ?? null,
    },
  };
}

function result(
  line: string,
  head: Head,
  found: { host: string | null; tag: RegExpExecArray | null; at: number },
): Unwrapped {
  const tag = found.tag?.[1] ?? null;
  const process = found.tag?.[2] ?? null;
  return {
    payload: line.slice(found.at + (found.tag?.[0].length ?? 0)),
    outer: {
      ...timeOf(head.stamp),
      ...severityOfPriority(head.priority),
      host: found.host,
      service: programOf(tag === null ? null : tag.replace(/^\/.*\//, ''), process),
    },
  };
}

/** A priority alone (kernels, firewalls): what follows it has a stamp of its own or none. */
function withoutStamp(line: string, context: FormatContext): Unwrapped | null {
  const priority = PRIORITY.exec(line.slice(0, 24));
  const level = priority === null ? null : Number(priority[1]);
  if (priority === null || level === null || level > 191 || priority[2] !== undefined) return null;
  const payload = line.slice(priority[0].length);
  const isOwn = /^(?:[a-z_]{1,20}=\S|(?:CEF|LEEF):\d|\[ {0,6}\d{1,9}\.\d{6}\] )/.test(payload.slice(0, 60));
  return isOwn && readStamp(payload, 0, context.yearHint) === null
    ? { payload, outer: severityOfPriority(level) }
    : null;
}

function unwrap(line: string, context: FormatContext): Unwrapped | null {
  const head = readHead(line, context);
  if (head === null) return withoutStamp(line, context);
  if (head.is5424) return unwrap5424(line, head);
  const isIso = head.stamp.offsetMinutes !== null && !head.stamp.yearless;
  if (isIso) {
    const bare = unwrap5424(line, head);
    if (bare !== null) return bare;
  }
  const isEligible =
    head.priority !== null ||
    head.stamp.yearless ||
    (isIso && (line[10] === 'T' || SPACED.test(line.slice(0, 300))));
  return isEligible && !/^\d{1,2}[:.]|^\d{2}-/.test(line) ? unwrap3164(line, head) : null;
}

export const format: LogFormat = {
  id: 'syslog',
  role: 'wrapper',
  sniff: (line) => {
    if (/^(?:\d{1,6} )?<\d{1,3}>/.test(line)) return 1;
    if (SPACED.test(line.slice(0, 300))) return 0.75;
    return /^(?:[A-Za-zÀ-ſ]{3,9}\.? {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d) )/.test(
      line,
    )
      ? 0.75
      : 0;
  },
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap,
  samples: [
    {
      line: 'Mar  2 08:15:30 web-04 cart[812]: listening on 8080',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        yearless: true,
        host: 'web-04',
        service: 'cart',
        message: 'listening on 8080',
      },
    },
    {
      line: '<139>Mar  2 08:15:30 web-04 cart[812]: cannot listen',
      expect: { severity: 'error', service: 'cart', message: 'cannot listen' },
    },
    {
      line: '<132>1 2024-03-02T08:15:30.25+01:00 web-04 cart 812 - [origin ip="10.0.0.7"] disk is 91% full',
      expect: {
        offsetMinutes: 60,
        severity: 'warn',
        host: 'web-04',
        service: 'cart',
        message: 'disk is 91% full',
        attributes: { ip: '10.0.0.7' },
      },
    },
    {
      line: '83 <40>1 2024-03-02T08:15:30+00:00 host app web.1 - State changed from starting to up',
      expect: { service: 'web.1', severity: 'fatal', message: 'State changed from starting to up' },
    },
    {
      line: '2024-03-02T08:15:30.250001+00:00 app[web.1]: listening on 8080',
      expect: { service: 'web.1', host: null, message: 'listening on 8080' },
    },
    {
      line: '2024-03-02T08:15:30.250001+00:00 web-04 cart[812]: listening on 8080',
      expect: { service: 'cart', host: 'web-04', message: 'listening on 8080' },
    },
    {
      line: '2024-03-02 08:15:30.250001+0100  web-04 cart[812]: (Store) cart 17 lost',
      expect: { service: 'cart', host: 'web-04', offsetMinutes: 60, message: '(Store) cart 17 lost' },
    },
    {
      line: '1709367330.250001 web-04 cart[812]: cart 17 lost',
      expect: { wallMs: 1709367330250, service: 'cart', host: 'web-04', message: 'cart 17 lost' },
    },
    {
      line: 'Mar  2 08:15:30 web-04 daemon.err cartd[812]: cannot listen',
      expect: { severity: 'error', service: 'cartd', host: 'web-04', message: 'cannot listen' },
    },
    {
      line: 'Mar  2 08:15:30 web-04 user.warn kernel: IN=eth0 OUT= LEN=68',
      expect: { severity: 'warn', service: 'kernel' },
    },
    {
      line: 'Mar  2 08:15:30 web-04 cartd 1.4.1: restart.',
      expect: { service: 'cartd', host: 'web-04', message: 'restart.' },
    },
    {
      line: 'Mar  2 08:15:30 web-04 com.shop.launchd[1] (com.shop.carts[812]): Service exited due to SIGKILL',
      expect: { service: 'com.shop.launchd', message: 'Service exited due to SIGKILL' },
    },
    {
      line: '<4>[   12.250001] cart: slow disk',
      expect: { severity: 'warn', wallMs: null },
    },
  ],
};
