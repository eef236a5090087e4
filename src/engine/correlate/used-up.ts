/** Numbers that are given once each (ids of rows, ids of transactions): when the last is given nothing more can be written, and no release of the day used up thousands of millions. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { factor } from './circumstance.ts';
import type { FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** PostgreSQL's sequences and transaction ids, MySQL's and SQL Server's counters, and the largest number of four bytes beside a word for a key. */
const NUMBERS =
  /reached (?:the )?(?:maximum|minimum) value of sequence|to avoid (?:wraparound|\w+ data loss)|must be vacuumed within \d+|failed to read auto-increment value|(?:identity|auto.?increment|serial|sequence|primary key|\bids?\b).{0,60}(?:overflow|exhausted|used up|2147483647|4294967295)|(?:2147483647|2147483648|4294967295).{0,60}(?:\bid\b|primary|sequence|serial|identity)/i;

export const NO_NUMBERS = 'no numbers are left to give to new rows or transactions';

/** Whether the failure is that one of a kind of numbers is used up. */
export function usesUpNumbers({ symptom, message }: Pick<FailingPattern, 'symptom' | 'message'>): boolean {
  return ENDS.includes(symptom.class) && NUMBERS.test(message);
}

const ENDS: readonly SymptomClass[] = ['saturation', 'server-error', 'schema', 'type-error', 'unclassified'];

export function numbersUsedUp(items: readonly FailingPattern[]): readonly Factor[] {
  const found = items.find(usesUpNumbers);
  return found === undefined
    ? []
    : [
        factor(
          'numbers-used-up',
          WEIGHT.numbersUsedUp,
          'it says itself that its numbers have come to their end: that takes years or a runaway, not a release',
          found.pattern.samples.slice(0, 1).map(({ evidence }) => evidence),
        ),
      ];
}
