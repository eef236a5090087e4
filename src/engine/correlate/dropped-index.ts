/** An index that a release dropped, and statements on its table that the database logs as slow since then: whoever makes them need not be the one that was released. */
import type { RevisionDiff } from '../../domain/code.ts';
import { SECOND } from '../../domain/time.ts';
import type { Facts, FailingPattern } from './facts.ts';
import type { Match } from './match.ts';
import { loggedAsSlow, newInStores } from './slow-statements.ts';
import { WEIGHT } from './weights.ts';

/** A migration runs before the rollout is recorded as begun. */
const BEFORE_MS = 30 * SECOND;
/** The table, and not which of its indexes the statement needed: a little less than a statement that was written anew. */
const LESS = 0.9;
const TABLES = /\b(?:from|join|update|into)\s+[`"[]?(?:\w+[`"\]]?\.[`"[]?)?(\w+)/gi;

/** `item`: the failure that the statements are held against; where there is none, nothing is to be explained. */
export function droppedIndexMatches(
  diff: RevisionDiff,
  since: number,
  item: FailingPattern | undefined,
  facts: Facts,
): readonly Match[] {
  if (item === undefined) return [];
  const dropped = diff.files.flatMap((file) =>
    file.inert === 'none'
      ? file.features.flatMap((feature) => (feature.kind === 'index-removed' ? [{ file, feature }] : []))
      : [],
  );
  if (dropped.length === 0) return [];
  const logged = newInStores(facts, since - BEFORE_MS);
  return dropped.flatMap(({ file, feature }) =>
    logged.flatMap((pattern): Match[] => {
      const slow = loggedAsSlow(pattern);
      const table = slow === null ? undefined : namedIn(slow.text, feature.symbols);
      if (slow === null || table === undefined) return [];
      return [
        {
          name: 'changedStatement',
          weight: WEIGHT.changedStatement * LESS,
          detail: `${feature.detail}, and ${pattern.service} logs statements on ${table} as slow since, ${pattern.count} times${slow.ms === null ? '' : ` (${Math.round(slow.ms)} ms)`}`,
          file: file.path,
          line: feature.location.line,
          value: null,
          pattern: item,
          evidence: [feature.evidence, slow.evidence],
        },
      ];
    }),
  );
}

function namedIn(statement: string, symbols: readonly string[]): string | undefined {
  const tables = [...statement.matchAll(TABLES)].map(([, table = '']) => table.toLowerCase());
  return symbols.find((symbol) => tables.includes(symbol.toLowerCase()));
}
