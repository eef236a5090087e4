/** Numbers evidence in the order in which the report cites it: E1, E2 … Only what is cited stands in the report. */
import { shortRevision } from '../../domain/change.ts';
import type { Evidence, EvidenceRef, Locator } from '../../domain/evidence.ts';
import type { Quantity } from '../../domain/quantity.ts';
import type { Citation, ReportEvidence, ReportQuantity } from '../../domain/report.ts';
import { toIso } from '../../domain/time.ts';

export interface Citations {
  /** Citations of the references, in order and without repetition; unknown references are left out. */
  cite(refs: readonly EvidenceRef[]): readonly Citation[];
  quantity(quantity: Quantity): ReportQuantity;
  all(): Readonly<Record<Citation, ReportEvidence>>;
}

export function openCitations(evidence: Readonly<Record<string, Evidence>>): Citations {
  const numbers = new Map<EvidenceRef, Citation>();
  const cite = (refs: readonly EvidenceRef[]): readonly Citation[] =>
    [...new Set(refs)].flatMap((ref) => {
      if (evidence[ref] === undefined) return [];
      const known = numbers.get(ref) ?? `E${numbers.size + 1}`;
      numbers.set(ref, known);
      return [known];
    });
  return {
    cite,
    quantity: (quantity) => ({ ...quantity, evidence: cite(quantity.evidence) }),
    all: () =>
      Object.fromEntries(
        [...numbers.entries()].flatMap(([ref, id]) => {
          const item = evidence[ref];
          return item === undefined ? [] : [[id, toReport(item)] as const];
        }),
      ),
  };
}

function toReport(item: Evidence): ReportEvidence {
  return {
    kind: item.kind,
    source: item.source,
    locator: locatorText(item.locator),
    excerpt: item.excerpt,
    sha256: item.sha256,
    observedAt: item.observedAt === null ? null : toIso(item.observedAt),
  };
}

/** `error.log:3`, `services/x/config.ts:2 @ 1a2b3c4`, `metrics.csv (series) 14:20 – 14:41`. */
export function locatorText(locator: Locator): string {
  switch (locator.kind) {
    case 'file-line':
      return `${locator.path}:${locator.line}`;
    case 'file-bytes':
      return `${locator.path} at byte ${locator.byteOffset}`;
    case 'file':
      return locator.path;
    case 'git-line':
      return `${locator.path}:${locator.line} @ ${shortRevision(locator.revision)}`;
    case 'git-commit':
      return `commit ${shortRevision(locator.revision)}`;
    case 'git-hunk':
      return `${locator.path}:${locator.line} (${locator.from === null ? 'empty' : shortRevision(locator.from)} → ${shortRevision(locator.to)})`;
    case 'git-search':
      return `search "${locator.query}" @ ${shortRevision(locator.revision)}: ${locator.matches} matches`;
    case 'json-pointer':
      return `${locator.path}#${locator.pointer}`;
    case 'window':
      return `${locator.path} (${locator.series}) ${toIso(locator.from)} – ${toIso(locator.to)}`;
    case 'query':
      return `${locator.url} ${locator.query}`;
    case 'statement':
      return `answer ${locator.key}`;
  }
}
