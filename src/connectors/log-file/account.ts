/** What was covered and what was not, per file, in words for a person. */
import type { Coverage, Gap } from '../../domain/gap.ts';
import type { LogSeverity } from '../../domain/signal.ts';
import { epochMs } from '../../domain/time.ts';
import { shorten } from '../_kit/evidence.ts';
import type { EvidenceStore } from './aggregate/evidence-store.ts';
import type { ScannedFile } from './aggregate/scanned-file.ts';
import type { ReadOutcome } from './read/read-file.ts';

const SOURCE = 'log-file';

export interface Account {
  readonly coverage: Coverage;
  readonly gaps: readonly Gap[];
}

export function accountOf(scanned: ScannedFile, outcome: ReadOutcome, store: EvidenceStore): Account {
  const { file, aggregate } = scanned;
  const streams = [...aggregate.streams.values()].filter((stream) => stream.records > 0);
  const services = streams.flatMap(({ service }) => (service === null ? [] : [service])).sort();
  const untimed = total(aggregate.untimed);
  const interval =
    streams.length === 0
      ? null
      : {
          from: epochMs(Math.min(...streams.map(({ firstMs }) => firstMs))),
          to: epochMs(Math.max(...streams.map(({ lastMs }) => lastMs))),
        };
  return {
    coverage: {
      source: SOURCE,
      what: 'log records',
      path: file.path,
      items: aggregate.records,
      unit: 'records',
      rejected: untimed,
      interval,
      services: [...new Set(services)],
      notes: notesOf(scanned),
    },
    gaps: [...outcomeGaps(file.path, outcome), ...contentGaps(scanned, outcome, store)],
  };
}

function total(counts: ReadonlyMap<LogSeverity, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function notesOf({
  aggregate,
  assumedZone,
  zoneReason,
  hasLineNumbers,
  skew,
  isYearFromOthers,
  copyOf,
}: ScannedFile): readonly string[] {
  const notes: string[] = [];
  if (assumedZone !== null)
    notes.push(
      zoneReason === null
        ? `${aggregate.zoneless} stamps carry no zone; ${assumedZone} was assumed.`
        : `${aggregate.zoneless} stamps carry no zone; ${assumedZone} was estimated: ${zoneReason}.`,
    );
  if (aggregate.yearless > 0)
    notes.push(
      `${aggregate.yearless} stamps carry no year; it was taken from ${isYearFromOthers ? 'the other logs: the file was written later than they were' : 'when the file was last written'}.`,
    );
  if (copyOf.length > 0)
    notes.push(
      `Its records are those of ${copyOf.slice(0, 4).join(', ')}${copyOf.length > 4 ? ' and others' : ''}: they are counted once.`,
    );
  if (skew !== null) notes.push(skew.note);
  if (!hasLineNumbers)
    notes.push('Only the part that holds the window and its baseline was read; places are given in bytes.');
  if (aggregate.future > 0)
    notes.push(`${aggregate.future} records lie after the end of the evidence and were left out.`);
  return notes;
}

function gap(reason: Gap['reason'], detail: string, effect: string, nextStep: string | null): Gap {
  return { source: SOURCE, reason, detail, effect, nextStep };
}

function outcomeGaps(path: string, outcome: ReadOutcome): readonly Gap[] {
  switch (outcome.kind) {
    case 'read':
      return [];
    case 'empty':
      return [
        gap(
          'absent',
          `${path} is empty.`,
          'Nothing is known of what it should hold.',
          'Check that the log was copied whole.',
        ),
      ];
    case 'binary':
      return [
        gap(
          'rejected',
          `${path} is binary, not text.`,
          'Nothing in it was read.',
          'Give the log as text, gzip or zstd; convert journals with journalctl -o json.',
        ),
      ];
    case 'unreadable':
      return [
        gap(
          'failed',
          `${path} cannot be read: ${outcome.why}.`,
          'Nothing in it was seen.',
          'Check that the file exists and may be read by this user.',
        ),
      ];
    case 'broken':
      return [
        gap(
          'truncated',
          `${path} breaks off after ${outcome.bytes} bytes of text: ${outcome.why}.`,
          'Records after that place are missing.',
          'Fetch the file again.',
        ),
      ];
  }
}

function contentGaps(scanned: ScannedFile, outcome: ReadOutcome, store: EvidenceStore): readonly Gap[] {
  const { file, aggregate } = scanned;
  const gaps: Gap[] = [];
  const untimed = total(aggregate.untimed);
  if (untimed > 0) gaps.push(untimedGap(scanned, untimed, store));
  if (aggregate.overflow > 0)
    gaps.push(
      gap(
        'truncated',
        `${file.path} holds more kinds of messages than are told apart; ${aggregate.overflow} records are counted by severity only.`,
        'A fault may hide among them.',
        'Narrow the log to the services and the time of the incident.',
      ),
    );
  const cut = outcome.kind === 'read' ? outcome.cutLines : 0;
  if (cut > 0)
    gaps.push(
      gap(
        'truncated',
        `${file.path} has ${cut} lines longer than 256 KB; only their beginning was read.`,
        'What stands further on in these lines was not seen.',
        null,
      ),
    );
  if (aggregate.rolloutsDropped > 0)
    gaps.push(
      gap(
        'truncated',
        `${file.path} speaks of rollouts in ${aggregate.rolloutsDropped} further records.`,
        'Deployments among them are missing.',
        'Give the deployments in a file of their own.',
      ),
    );
  return gaps;
}

function untimedGap(scanned: ScannedFile, untimed: number, store: EvidenceStore): Gap {
  const { file, aggregate } = scanned;
  const severe = (aggregate.untimed.get('error') ?? 0) + (aggregate.untimed.get('fatal') ?? 0);
  for (const sample of aggregate.untimedSamples) store.line(scanned, sample, null);
  const examples = aggregate.untimedSamples
    .slice(0, 3)
    .map((sample) => `${file.path}:${sample.line} “${shorten(sample.text.trim(), 120)}”`);
  const listed = examples.length === 0 ? '' : ` Among them: ${examples.join('; ')}.`;
  return gap(
    'not-covered',
    `${untimed} records of ${file.path} have no time, ${severe} of them errors.${listed}`,
    'They cannot be placed before or after anything, so they weigh nothing.',
    'Log with time stamps, or give the log of a collector that adds them.',
  );
}

export function accountOfDropped(patterns: number, records: number): readonly Gap[] {
  if (patterns === 0) return [];
  return [
    gap(
      'truncated',
      `${patterns} rare, harmless patterns with ${records} records were left out.`,
      'They are not in the report.',
      null,
    ),
  ];
}
