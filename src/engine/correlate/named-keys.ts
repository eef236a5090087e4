/** A setting that was changed and that the error calls by its name: whoever gives the error says which of its limits it was. */
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import type { FailingPattern } from './facts.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { escapeRegExp } from './outside.ts';
import { WEIGHT } from './weights.ts';

/** Of several words: `timeout` is in many errors, `query_wait_timeout` in those of one setting. */
const SEVERAL_WORDS = /^[a-z]+(?:[_-][a-z]+)+$|^[a-z]+(?:[A-Z][a-z]+)+$/;
const LEAST = 8;

export function namedKeyMatches(
  file: FileDiff,
  values: readonly ValueChange[],
  item: FailingPattern,
): readonly Match[] {
  return values.flatMap((value): Match[] => {
    const key = value.key.split(/[.:]/).at(-1) ?? value.key;
    // The name of a service with its version is no limit.
    const isLimit = (value.newValue ?? value.oldValue)?.number !== null;
    const isTelling = isLimit && key.length >= LEAST && SEVERAL_WORDS.test(key) && value.direction !== 'same';
    const named = new RegExp(`(?<![\\w-])${escapeRegExp(key.toLowerCase())}(?![\\w-])`);
    if (!isTelling || !named.test(item.message)) return [];
    const went =
      value.oldValue === null || value.newValue === null
        ? `was ${value.direction}`
        : `went from ${value.oldValue.raw} to ${value.newValue.raw}`;
    return [
      {
        name: 'symbolInError',
        weight: WEIGHT.symbolInError,
        detail: `the error names ${key}, which ${went}`,
        file: file.path,
        line: value.location.line,
        value,
        pattern: item,
        evidence: [value.evidence, ...sampleOf(item)],
      },
    ];
  });
}
