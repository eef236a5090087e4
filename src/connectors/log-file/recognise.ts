/** Whether a file is a log, by its content; the name only breaks doubt. Documents (one JSON value, XML, YAML, CSV) are not. */

import type { EvidenceFile } from '../../ports/connector.ts';
import { isChatExport } from '../_kit/chat.ts';
import { sampleRecords, sampleUnder } from '../_kit/records.ts';
import { type KnownFormats, type ParsedRecord, parseLine } from './formats/parse-line.ts';
import { LIST_KEYS, sampleLines } from './read/documents.ts';
import { isJournalExport, isLogExport, isLogTable, sampleOfTable } from './read/exports.ts';
import { holdsOtlpLogs } from './read/otlp-requests.ts';
import { isXmlLog, linesOfXml } from './read/xml-records.ts';

const LOG_NAME =
  /(?:\.(?:log|out|err|syslog)(?:[.-][\w-]+)*|\.(?:jsonl|ndjson)|(?:^|\/)(?:syslog|messages|kern|auth|daemon)(?:\.\d+)?)(?:\.(?:gz|zst))?$/i;
const TEXT_NAME = /(?:\.txt|(?:^|\/)[^./]+)(?:\.(?:gz|zst))?$/i;
/** Names of other kinds of text, whose content is not worth looking at. */
const OTHER_NAME =
  /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|c|h|cc|cpp|hpp|sh|sql|md|rst|html?|css|scss|xml|ya?ml|toml|ini|cfg|conf|properties|lock|csv|tsv|svg|png|jpe?g|gif|pdf|zip|tar|tgz|wasm|map|proto|graphql|tf|prom|om|env|mod|sum|bin|so|exe|dll|sqlite|db)(?:\.(?:gz|zst))?$/i;
const TABLE_NAME = /\.(?:csv|tsv)(?:\.(?:gz|zst))?$/i;
const JOURNAL_NAME = /\.(?:export|journal|txt|log|out)(?:\.(?:gz|zst))?$/i;
const XML_NAME = /\.(?:xml|log|out|txt)(?:\.(?:gz|zst))?$/i;
const SAMPLE_LINES = 24;

export function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 1;
  if (TABLE_NAME.test(file.path))
    return !TEST_FOLDER.test(file.path) && holdsLogRows(file.head()) ? DOCUMENT : 0;
  if (XML_NAME.test(file.path) && isXmlLog(file.head())) return holdsLogRecords(file.head()) ? DOCUMENT : 0;
  if (OTHER_NAME.test(file.path)) return 0;
  if (JOURNAL_NAME.test(file.path) && isJournalExport(file.head())) return 0.9;
  const isLogName = LOG_NAME.test(file.path);
  const isTextName = TEXT_NAME.test(file.path);
  const isJson = /\.json(?:\.(?:gz|zst))?$/i.test(file.path);
  if (!isLogName && !isTextName && !isJson) return 0;
  if (
    !isLogName &&
    file.size > 0 &&
    /(?:^|\/)(?:README|LICENSE|NOTICE|CHANGELOG|CODEOWNERS|Dockerfile|Makefile|Procfile)[^/]*$/i.test(
      file.path,
    )
  )
    return 0;
  const head = file.head();
  if (head.trim() === '') return isLogName ? 0.4 : 0;
  if (holdsOtlpLogs(head)) return 0.9;
  if (isDocument(head) || isLogExport(head)) return isLogDocument(file) ? DOCUMENT : 0;
  if (hasEnoughRecords(head, isLogName)) return 0.9;
  if (!isLogName) return 0;
  return /\.(?:jsonl|ndjson)(?:\.(?:gz|zst))?$/i.test(file.path) ? 0.1 : 0.4;
}

/** Below what connectors of other kinds of documents say of their own. */
const DOCUMENT = 0.7;
/** Recorded records of a test are not those of an incident. */
const TEST_FOLDER = /(^|\/)(tests?|__tests__|__mocks__|specs?|fixtures?|testdata|examples?|mocks?)\//i;

/** A JSON document whose records read as those of a log: a time, and a message or level. */
function isLogDocument(file: EvidenceFile): boolean {
  if (!/\.(?:json|log|txt|out)(?:\.(?:gz|zst))?$/i.test(file.path) || TEST_FOLDER.test(file.path))
    return false;
  return !isChatExport(file.head()) && holdsLogRecords(file.head());
}

/** A table of records: of its rows some read as those of a log. */
function holdsLogRows(head: string): boolean {
  return isLogTable(head) && sampleOfTable(head).some((line) => isRecord(line));
}

/** By the head of a file, whatever it is called. */
export function holdsLogRecords(head: string): boolean {
  if (isLogExport(head) || isJournalExport(head) || holdsLogRows(head)) return true;
  if (isXmlLog(head)) return linesOfXml(head, 8).some(({ text }) => isRecord(text));
  if (!isDocument(head)) return false;
  const samples = head.trimStart().startsWith('[')
    ? sampleRecords(head)
    : LIST_KEYS.flatMap((key) => sampleUnder(head, key));
  return sampleLines(samples).some((line) => isRecord(line));
}

/** Share of the first lines that must be records. */
const ENOUGH = 0.3;

/** One JSON value over several lines, or one whole in a single line that is no record. */
function isDocument(head: string): boolean {
  const text = head.trimStart();
  if (!text.startsWith('{') && !text.startsWith('['))
    return text.startsWith('<?xml') || text.startsWith('<!DOCTYPE');
  const first = text.split('\n', 1)[0]?.trim() ?? '';
  if (first === '{' || first === '[' || first === '[{') return true;
  if (text.startsWith('[')) return first.startsWith('[{') || first === '[]';
  return ANSWER.test(first) && !/\n\s*\{/.test(text.slice(first.length));
}

/** The beginning of what a log store answers, on one line. */
const ANSWER =
  /^\{[^[]{0,400}"(?:hits|result|events|data|logs|entries|records|items|results|rows|messages)"\s*:\s*\[\s*(?:\{|\])/;

/** Whether the first lines read as records: a time and a message or level. Lines under a record count with it. Asks no more of them than decides. */
function hasEnoughRecords(head: string, mayGuess: boolean): boolean {
  const all = head.split('\n');
  const lines = (all.length > 1 && head.length >= 65_536 ? all.slice(0, -1) : all)
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE_LINES);
  const wanted = Math.ceil(lines.length * ENOUGH);
  let records = 0;
  let known: KnownFormats | null = null;
  for (let at = 0; at < lines.length && records < wanted && records + lines.length - at >= wanted; at++) {
    const record = recordOf((lines[at] ?? '').slice(0, 16_384), known);
    if (record === null || (record.isGuess && !mayGuess)) continue;
    records++;
    known = record.known;
  }
  return lines.length > 0 && records >= wanted;
}

/** Null for a line that does not read as a record. `known`: formats of a line of the same file that did. */
function recordOf(line: string, known: KnownFormats | null): ParsedRecord | null {
  if (isEventOfAnotherKind(line)) return null;
  const record = parseLine(line, { yearHint: 2000 }, null, known);
  const { format, parsed } = record;
  if (parsed.wallMs === null || format === null) return null;
  const saysSomething = parsed.severity !== 'unknown' || parsed.message !== '' || parsed.request !== null;
  return saysSomething ? record : null;
}

/** Of a file that is not named like a log, a line whose header was guessed at proves nothing. */
function isRecord(line: string): boolean {
  const record = recordOf(line, null);
  return record !== null && !record.isGuess;
}

/** JSON lines that carry events, deployments, flags or spans rather than log records. */
function isEventOfAnotherKind(line: string): boolean {
  if (!line.startsWith('{')) return false;
  const hasMessage =
    /"(?:msg|message|event|log|text|short_message|textPayload|jsonPayload|body|mt|@mt|@m|@message|error|level|severity|severityText|lvl|levelname|@l|status|MESSAGE|cs-uri-stem|request|request_uri|uri|path)"\s*:/.test(
      line,
    );
  const isEvent =
    /"(?:specversion|resourceSpans|resourceMetrics|deployment_url|startedAt|finishedAt|deployedAt|flagKey)"\s*:/.test(
      line,
    );
  return !hasMessage || isEvent;
}
