/** The contract between the log scanner and the formats: how a line is recognised and what a parsed line carries. No logic. */
import type { FailingIdentities, LogSeverity } from '../../domain/signal.ts';

export interface RequestFields {
  readonly method: string | null;
  /** Path without query string, ids replaced by `{id}`; for a call that the service made itself, `→ ` and whom it called. */
  readonly route: string | null;
  readonly status: number | null;
  readonly durationMs: number | null;
  /** Address or name of the upstream that answered. */
  readonly upstream: string | null;
}

export interface Identity {
  readonly kind: FailingIdentities['kind'];
  readonly id: string;
}

export interface ParsedLine {
  /** Wall-clock digits of the stamp as if they were UTC, epoch ms; null when the line has no stamp. */
  readonly wallMs: number | null;
  /** Minutes east of UTC of the stamp's own zone; null when the stamp is zone-less. */
  readonly offsetMinutes: number | null;
  /** True when the stamp had no year; it was filled from `FormatContext.yearHint`. */
  readonly yearless: boolean;
  readonly severity: LogSeverity;
  /** Name that the record or its wrapper gives for the emitting program; a logger (class, module) is not one. */
  readonly service: string | null;
  readonly message: string;
  /** What patterns are made of where that is not the message; else null. */
  readonly said: string | null;
  /** What a field of its own says of the failure that the message only announces (`err`, `error.message`); null for nothing, or nothing new. */
  readonly reason: string | null;
  readonly pod: string | null;
  readonly host: string | null;
  readonly version: string | null;
  /** Availability zone, else region, in which the record's program ran. */
  readonly zone: string | null;
  /** The service or address that it called, as far as the record speaks of one. */
  readonly peer: string | null;
  readonly logger: string | null;
  readonly requestId: string | null;
  /** Whom the record is about. */
  readonly identity: Identity | null;
  readonly request: RequestFields | null;
  readonly exceptionType: string | null;
  /** Raw multi-line trace text inside the record. */
  readonly stack: string | null;
  /** Partial record, to be joined with the next one (CRI `P`, 16 KB splits of docker). */
  readonly partial: boolean;
  /** Further fields; keys are OpenTelemetry attribute names where one exists. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FormatContext {
  /** Year for stamps that carry none, and how the file writes its dates (`dateHint`). */
  readonly yearHint: number;
  /** Milliseconds in one of the whole number at the end of this file's access lines; absent where that is not known. */
  readonly trailingUnitMs?: number | null;
  /** Columns that this file names in a header of the W3C's format; absent for any other. */
  readonly columns?: readonly string[] | null;
  /** Names known to be services; a bare word in the place of a service name is one only if it is listed or looks like one. */
  readonly services?: ReadonlySet<string>;
}

export interface LogFormat {
  readonly id: string;
  readonly role: 'wrapper' | 'record';
  /** Whether lines of it begin with a brace: always, or at times; absent: never, or nothing comes of it. Else it is not asked. */
  readonly objects?: 'only' | 'too';
  /** Record only: `parse` wants the whole record with its line breaks (crash blocks, SQL, JSON documents), not its first line. */
  readonly blocks?: boolean;
  /** 0…1: how surely this line is of this format. Cheap: it runs over every format once per new line shape. */
  sniff(line: string): number;
  /** Null when the line is not of this format. Never throws. */
  parse(line: string, context: FormatContext): ParsedLine | null;
  /** Wrapper only: the payload after stripping the prefix; null when the line has no such prefix. */
  unwrap?(line: string, context: FormatContext): Unwrapped | null;
  /** Real lines with the expected parse, for the one table test. */
  readonly samples: readonly FormatSample[];
}

export interface Unwrapped {
  readonly payload: string;
  readonly outer: Partial<ParsedLine>;
}

export interface FormatSample {
  readonly line: string;
  readonly expect: Partial<ParsedLine>;
}
