/** A field that one service no longer gives, and over which another one fails by its name: in its error, or in the very line that fails. */
import type { DiffHunk, FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { mentions } from './feature-matches.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { OF_A_VALUE } from './refused-beneath.ts';
import { failingLines } from './shared-fields.ts';
import { isTelling } from './telling-words.ts';
import { WEIGHT } from './weights.ts';

/** `itemId: item.id`, `"item_id" => $id`, `CreditCard: card`, and `order.setContactsName(name)`. */
const GIVEN = /(?:^|[{,(\s])["']?([A-Za-z_]\w{3,40})["']?\s*(?::(?![:=])|=>)|\.set([A-Z]\w{3,40})\(/g;
/** A word that somebody chose for it: of two words at least. */
const OF_TWO_WORDS = /[a-z\d][A-Z]|[A-Za-z]_[A-Za-z]/;
/** Of the line that fails alone: what it reads need not be what it fails over. */
const READ_THERE = 0.8;

interface LeftOut {
  readonly file: FileDiff;
  readonly hunk: DiffHunk;
  readonly field: string;
}

function leftOut(file: FileDiff): readonly LeftOut[] {
  if (file.inert !== 'none' || file.category !== 'code') return [];
  const came = file.hunks.flatMap(({ added }) => added).join('\n');
  const found = file.hunks
    .filter(({ asBefore, onlyLogs }) => asBefore !== true && onlyLogs !== true)
    .flatMap((hunk) =>
      hunk.removed
        .flatMap((line) => [...line.matchAll(GIVEN)])
        .map(([, key, setter]) => ({ file, hunk, field: key ?? lowered(setter ?? '') })),
    )
    .filter(({ field }) => OF_TWO_WORDS.test(field) && isTelling(field))
    .filter(({ field }) => !new RegExp(`(?<!\\w)(?:set)?${field}(?!\\w)`, 'i').test(came));
  return [...new Map(found.map((each) => [each.field, each])).values()];
}

const lowered = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** As the one side and as the other side may write it. */
function spellings(field: string): readonly string[] {
  const snake = field.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  return [...new Set([field, snake, snake.replaceAll('_', '')])];
}

/** One match for each field; of the releasing service's own failures its stack tells more. */
export function leftOutMatches(diff: RevisionDiff, service: string, facts: Facts): readonly Match[] {
  const items = facts.failing.filter(
    ({ pattern, symptom }) =>
      symptom.userVisible &&
      pattern.service !== null &&
      pattern.service !== service &&
      OF_A_VALUE.includes(symptom.class),
  );
  if (items.length === 0) return [];
  return diff.files.flatMap(leftOut).flatMap(({ file, hunk, field }): Match[] => {
    const isSaidIn = (text: string) => spellings(field).some((name) => mentions(text.toLowerCase(), name));
    const told = items.find(({ text }) => isSaidIn(text));
    const reads = (item: FailingPattern) => failingLines(item, facts).some(isSaidIn);
    const item = told ?? items.find(reads);
    if (item === undefined) return [];
    return [
      {
        name: 'sharedField',
        weight: WEIGHT.sharedField * (told === undefined ? READ_THERE : 1),
        detail: `${file.path} no longer gives "${field}", and ${item.pattern.service} fails over it`,
        file: file.path,
        line: Math.max(1, hunk.newStart),
        value: null,
        pattern: item,
        evidence: [hunk.evidence, ...sampleOf(item)],
      },
    ];
  });
}
