/** Records as XML elements: log4j's XMLLayout, java.util.logging's default for files, Windows events, Configuration Manager's `<![LOG[…]LOG]!>`, and home-made ones. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { recordOfFields } from './field-record.ts';
import { type Fields, normalName } from './fields.ts';
import { MAX_SCANNED } from './parsed.ts';

const HEAD =
  /^\s{0,16}<(?:!\[LOG\[|(?:[\w-]{1,20}:)?(?:log|logs|logentry|log-?entry|logrecord|event|record|entry|message|msg|trace|line|item)\b[^>]{0,4000}[\s>])/i;
const CONFIGURATION_MANAGER = /^\s*<!\[LOG\[([\s\S]{0,60000}?)\]LOG\]!><([^>]{1,2000})>/;
const TAG =
  /<([A-Za-z][\w.:-]{0,60})((?:\s{1,8}[\w.:-]{1,60}\s?=\s?(?:"[^"]{0,4000}"|'[^']{0,4000}')){0,24})\s{0,4}(\/?)>(?:<!\[CDATA\[([\s\S]{0,20000}?)\]\]>|([^<]{0,20000}))/g;
const ATTRIBUTE = /([\w.:-]{1,60})\s?=\s?(?:"([^"]*)"|'([^']*)')/g;
const MAX_TAGS = 96;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,6}));/gi, (whole, decimal, hex, name) => {
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return Number.isInteger(code) && code > 8 && code < 0x110000 ? String.fromCodePoint(code) : whole;
  });
}

interface Building {
  readonly values: Map<string, unknown>;
  readonly names: Map<string, string>;
}

/** By the last part of a name: `log4j:message` is `message`. */
function put({ values, names }: Building, name: string, text: string): void {
  const local = name.replace(/^.*:/, '');
  const normal = normalName(local);
  if (text.trim() === '' || values.has(normal)) return;
  values.set(normal, unescaped(text.trim()));
  names.set(normal, local);
}

/** Attributes of every element, and what stands in those that hold text; of Windows' `Data` the named ones, of the others all in a row. */
function fieldsOfXml(text: string): Fields {
  const building: Building = { values: new Map(), names: new Map() };
  const said: string[] = [];
  let count = 0;
  for (const found of text.matchAll(TAG)) {
    if (++count > MAX_TAGS) break;
    const [, tag = '', attributes = '', , cdata, content = ''] = found;
    const pairs = [...attributes.matchAll(ATTRIBUTE)].map(
      (pair) => [pair[1] ?? '', pair[2] ?? pair[3] ?? ''] as const,
    );
    const body = cdata ?? content;
    const named = pairs.find(([name]) => name === 'Name')?.[1];
    if (tag === 'Data') {
      if (body.trim() !== '') said.push(unescaped(body.trim()));
      if (named !== undefined) put(building, named, body);
      continue;
    }
    if (tag === 'Provider' && named !== undefined) put(building, 'provider_name', named);
    for (const [name, value] of pairs) if (!/^xmlns(?::|$)/.test(name)) put(building, name, value);
    put(building, tag, body);
  }
  if (said.length > 0) put(building, 'eventdata', said.join(' '));
  return building;
}

/** Windows counts from 1, critical, to 5, verbose; 0 is always logged. */
const WINDOWS: readonly LogSeverity[] = ['info', 'fatal', 'error', 'warn', 'info', 'trace'];

function ofWindows(fields: Fields, context: FormatContext): ParsedLine | null {
  return recordOfFields(fields, context, {
    scale: (level) => WINDOWS[level] ?? null,
    messageNames: ['message', 'eventdata', 'task', 'eventid'],
  });
}

const TYPES: Readonly<Record<string, string>> = { '2': 'warning', '3': 'error' };

/** `<![LOG[text]LOG]!><time="10:12:03.123+000" date="05-08-2024" component="…" type="3" …>`: minutes that must be added to come to UTC, month first. */
function ofConfigurationManager(found: RegExpExecArray, context: FormatContext): ParsedLine | null {
  const values = new Map<string, unknown>();
  const names = new Map<string, string>();
  for (const pair of (found[2] ?? '').matchAll(ATTRIBUTE)) {
    values.set(normalName(pair[1] ?? ''), pair[2] ?? pair[3] ?? '');
    names.set(normalName(pair[1] ?? ''), pair[1] ?? '');
  }
  const clock = /^(\d\d:\d\d:\d\d\.\d{3})([+-]\d{1,3})?/.exec(String(values.get('time') ?? ''));
  const date = /^(\d{1,2})-(\d{1,2})-(\d{4})$/.exec(String(values.get('date') ?? ''));
  const type = String(values.get('type') ?? '');
  values.delete('date');
  if (clock !== null && date !== null) {
    const bias = -Number(clock[2] ?? '0');
    const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
    const offset = `${bias < 0 ? '-' : '+'}${two(Math.abs(bias) / 60)}:${two(Math.abs(bias) % 60)}`;
    values.set(
      'time',
      `${date[3]}-${(date[1] ?? '').padStart(2, '0')}-${(date[2] ?? '').padStart(2, '0')}T${clock[1]}${offset}`,
    );
  }
  values.delete('type');
  values.set('level', TYPES[type] ?? 'info');
  values.set('message', (found[1] ?? '').trim());
  return recordOfFields({ values, names }, context);
}

function parse(line: string, context: FormatContext): ParsedLine | null {
  const text = line.slice(0, MAX_SCANNED);
  if (!HEAD.test(text)) return null;
  const manager = CONFIGURATION_MANAGER.exec(text);
  if (manager !== null) return ofConfigurationManager(manager, context);
  const fields = fieldsOfXml(text);
  const isWindows = fields.values.has('systemtime');
  const parsed = isWindows ? ofWindows(fields, context) : recordOfFields(fields, context);
  return parsed === null || (parsed.wallMs === null && parsed.severity === 'unknown') ? null : parsed;
}

export const format: LogFormat = {
  id: 'xml-record',
  role: 'record',
  blocks: true,
  sniff: (line) => (line.trimStart().startsWith('<') && HEAD.test(line.slice(0, 4200)) ? 0.8 : 0),
  parse,
  samples: [
    {
      line: '<log time="2024-03-02T08:15:30.250Z" level="ERROR" service="cart"><message>cart &lt;17&gt; lost</message></log>',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        service: 'cart',
        message: 'cart <17> lost',
      },
    },
    {
      line: "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Cart.Service'/><EventID>1000</EventID><Level>2</Level><TimeCreated SystemTime='2024-03-02T08:15:30.2501234Z'/><Computer>web-04</Computer></System><EventData><Data>cart lost</Data><Data>17</Data></EventData></Event>",
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        logger: 'Cart.Service',
        message: 'cart lost 17',
      },
    },
    {
      line: '<log4j:event logger="shop.Carts" timestamp="1709367330250" level="WARN" thread="main"><log4j:message><![CDATA[slow save]]></log4j:message></log4j:event>',
      expect: { wallMs: 1709367330250, severity: 'warn', logger: 'shop.Carts', message: 'slow save' },
    },
    {
      line: '<![LOG[Cart lost]LOG]!><time="08:15:30.250-060" date="03-02-2024" component="Carts" context="" type="3" thread="12" file="carts.cpp:31">',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        offsetMinutes: 60,
        severity: 'error',
        logger: 'Carts',
        message: 'Cart lost',
      },
    },
  ],
};
