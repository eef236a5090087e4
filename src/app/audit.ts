/** Holds a report against its evidence as it is now: each piece, then each claim. It reads nothing itself and mends nothing. */
import type { Evidence } from '../domain/evidence.ts';
import type { Citation, Report, ReportEvidence } from '../domain/report.ts';
import { type Claim, claimsOf } from './claims.ts';
import { boundsOfFormula } from './formula.ts';

export type Verdict = 'OK' | 'CHANGED' | 'GONE';

export interface AuditedPiece {
  readonly id: Citation;
  readonly verdict: Verdict;
  readonly locator: string;
  readonly reason: string;
}

export interface AuditedClaim {
  readonly about: string;
  readonly verdict: Verdict;
  readonly says: string;
  readonly reason: string;
  readonly evidence: readonly Citation[];
}

/** What is there now. `sourceLine`: the text of a line of a file of the evidence directory; null where file or line are gone. */
export interface Present {
  readonly report: Report;
  readonly evidence: readonly Evidence[];
  /** Ids of the commits that can still be read. */
  readonly commits: readonly string[];
  readonly locatorText: (locator: Evidence['locator']) => string;
  readonly sourceLine: (path: string, line: number) => Promise<string | null>;
  readonly hashOf: (text: string) => string;
}

const STRONGEST: Readonly<Record<Verdict, number>> = { OK: 0, CHANGED: 1, GONE: 2 };

/** In the order of the numbers. */
export async function auditEvidence(report: Report, present: Present): Promise<readonly AuditedPiece[]> {
  const now = new Map<string, Evidence>();
  for (const piece of present.evidence) now.set(keyOf(piece, present.locatorText(piece.locator)), piece);
  return Promise.all(
    Object.entries(report.evidence).map(async ([id, piece]) => {
      const found = now.get(keyOf(piece, piece.locator));
      const { verdict, reason } =
        found === undefined ? await findElsewhere(piece, present) : compare(piece, found, present);
      return { id, verdict, locator: piece.locator, reason };
    }),
  );
}

function keyOf({ kind, source }: { readonly kind: string; readonly source: string }, place: string): string {
  return JSON.stringify([source, kind, place]);
}

type Judged = Pick<AuditedPiece, 'verdict' | 'reason'>;

/** The hash is of the source; the excerpt must be what the source still gives, as a report can be edited. */
function compare(said: ReportEvidence, now: Evidence, { hashOf }: Present): Judged {
  if (said.sha256 !== now.sha256)
    return { verdict: 'CHANGED', reason: `it now says ${JSON.stringify(now.excerpt)}` };
  if (said.excerpt !== now.excerpt)
    return {
      verdict: 'CHANGED',
      reason: `the source is as it was, but the report quotes it otherwise: ${JSON.stringify(now.excerpt)}`,
    };
  const isWhole = hashOf(now.excerpt) === now.sha256;
  return { verdict: 'OK', reason: isWhole ? 'read again: the same' : 'read again: the same hash' };
}

/** What the engine was not led to again is looked for at its own place. */
async function findElsewhere(said: ReportEvidence, present: Present): Promise<Judged> {
  const revision = /(?:@ |→ |commit )([0-9a-f]{7,40})\)?/.exec(said.locator)?.[1];
  if (revision !== undefined) {
    const isThere = present.commits.some((sha) => sha.startsWith(revision));
    return isThere
      ? { verdict: 'OK', reason: `not asked for again; commit ${revision} is there and cannot have changed` }
      : { verdict: 'GONE', reason: `commit ${revision} cannot be read any more` };
  }
  const line = /^(.+):(\d+)$/.exec(said.locator);
  if (line?.[1] === undefined || line[2] === undefined)
    return { verdict: 'GONE', reason: 'no source gives it any more' };
  const text = await present.sourceLine(line[1], Number(line[2]));
  if (text === null) return { verdict: 'GONE', reason: 'the file or the line is not there any more' };
  if (present.hashOf(text) === said.sha256) return { verdict: 'OK', reason: 'the line is as it was' };
  return { verdict: 'CHANGED', reason: `the line now says ${JSON.stringify(text.slice(0, 200))}` };
}

/** In the order of the report. `isRecordKnown`: whether the incident's record is at hand; without it what people did cannot be checked. */
export function auditClaims(
  report: Report,
  now: Report,
  pieces: readonly AuditedPiece[],
  isRecordKnown: boolean,
): readonly AuditedClaim[] {
  const verdicts = new Map(pieces.map((piece) => [piece.id, piece]));
  const found = new Map(claimsOf(now).map((each) => [each.about, each]));
  return claimsOf(report)
    .filter(({ about }) => isRecordKnown || !/^timeline \S+ response /.test(about))
    .map((each) => ({
      ...judge(each, found.get(each.about), verdicts),
      about: each.about,
      says: each.says,
      evidence: each.evidence,
    }));
}

function judge(said: Claim, now: Claim | undefined, verdicts: ReadonlyMap<Citation, AuditedPiece>): Judged {
  const shaken = said.evidence.filter((id) => (verdicts.get(id)?.verdict ?? 'GONE') !== 'OK');
  const because =
    shaken.length === 0
      ? ''
      : `; it rests on ${shaken.map((id) => `${id} (${verdicts.get(id)?.verdict ?? 'not in the report'})`).join(', ')}`;
  if (now === undefined)
    return { verdict: 'GONE', reason: `the evidence as it is now does not lead to it${because}` };
  if (now.says !== said.says) return { verdict: 'CHANGED', reason: `now: ${now.says}${because}` };
  const arithmetic = checkFormula(said);
  if (arithmetic !== null) return { verdict: 'CHANGED', reason: arithmetic };
  if (shaken.length > 0) {
    const worst = shaken
      .map((id) => verdicts.get(id)?.verdict ?? 'GONE')
      .sort((a, b) => STRONGEST[b] - STRONGEST[a])[0];
    return { verdict: worst ?? 'CHANGED', reason: `computed again: the same${because}` };
  }
  return {
    verdict: 'OK',
    reason:
      said.quantity?.formula === undefined
        ? 'computed again: the same'
        : 'computed again: the same, and its formula gives it',
  };
}

/** Null where the formula gives the value, or is no arithmetic. Values are printed to whole units. */
function checkFormula({ quantity }: Claim): string | null {
  if (quantity === null || quantity.value === null || quantity.formula === undefined) return null;
  const bounds = boundsOfFormula(quantity.formula);
  if (bounds === null) return null;
  const rounding = Number.isInteger(quantity.value) ? 0.5 : 1e-6;
  if (quantity.value >= bounds.low - rounding && quantity.value <= bounds.high + rounding) return null;
  return `its formula (${quantity.formula}) gives ${bounds.low.toPrecision(4)} to ${bounds.high.toPrecision(4)}`;
}
