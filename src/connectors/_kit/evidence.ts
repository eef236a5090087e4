/** Makes a piece of evidence from what a source said: reference, bounded excerpt, hash. It does not read the source and does not redact. */
import { createHash } from 'node:crypto';
import { type Evidence, type EvidenceKind, evidenceRef, type Locator } from '../../domain/evidence.ts';
import type { EpochMs } from '../../domain/time.ts';

/** Longest excerpt in UTF-16 units, the mark of a cut included. */
export const EXCERPT_LIMIT = 400;

export interface EvidenceFields {
  /** Id of the connector that read it. */
  readonly source: string;
  readonly kind: EvidenceKind;
  readonly locator: Locator;
  /** What follows `<source>:` in the reference; unique within the source: `error.log:3`. */
  readonly refLocator: string;
  /** What the source says, whole. */
  readonly text: string;
  readonly observedAt: EpochMs | null;
}

/** At most `limit` UTF-16 units, a cut is marked by `…` and never splits a surrogate pair. */
export function shorten(text: string, limit: number = EXCERPT_LIMIT): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 2);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 2 : limit - 1;
  return `${text.slice(0, end)}…`;
}

/** The hash is of the whole text without the line end, so that `audit` can compare it with what the source says now. */
export function makeEvidence(fields: EvidenceFields): Evidence {
  const text = fields.text.replace(/[\r\n]+$/, '');
  return {
    ref: evidenceRef(fields.source, fields.refLocator),
    kind: fields.kind,
    source: fields.source,
    locator: fields.locator,
    excerpt: shorten(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    observedAt: fields.observedAt,
  };
}
