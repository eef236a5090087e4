/** What an error says is not there, held against what a difference no longer gives. */
import type { DiffFeature, DiffFeatureKind } from '../../domain/code.ts';

/** Edits after which something is no longer given. */
const GIVES_NO_MORE: ReadonlySet<DiffFeatureKind> = new Set<DiffFeatureKind>([
  'call-removed',
  'write-removed',
  'argument-dropped',
  'field-removed',
  'value-emptied',
  'result-missing',
]);

const THING = String.raw`(?<what>\w[\w.'"${'`'} -]{1,60}?)`;
const NOTHING =
  '(?:empty|blank|null|nil|none|missing|undefined|unset|absent|omitted|(?:not|never) (?:set|given|present|assigned|provided|filled|loaded|initiali[sz]ed))';
const MISSING: readonly RegExp[] = [
  new RegExp(`${THING} (?:must|may|should|can|could) ?(?:not|n't) be ${NOTHING}`),
  new RegExp(`${THING} (?:is|was|are|were|=|must be) (?:${NOTHING}|required|mandatory|set|given)\\b`),
  /\b(?:missing|lacks|lacking|without|requires?) (?:an? |the |any )?(?:required |mandatory )?(?:value for |field |property |parameter |attribute |key )?['"`]?(?<what>\w[\w.'"`-]*(?: \w[\w'"`-]*)?)/,
];

/** Verbs with which things are given; without them a call's name tells what it gives. */
const VERBS =
  /^(set|assign|add|put|with|init|initiali[sz]e|load|fill|build|make|create|get|fetch|update|ensure|register|attach|apply|compute|calculate|generate|resolve|populate|enrich|append|insert|write|store|save|prepare|provide|inject|bind|to|for|of|from|the|and)$/;

/** `assignInvoice_number` → `assign`, `invoice`, `number`. */
function wordsIn(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

/** The thing that is missing by the error's own words and was given by what went, as the error calls it; null where they do not meet. */
export function missingThing({ kind, symbols }: DiffFeature, message: string): string | null {
  if (!GIVES_NO_MORE.has(kind)) return null;
  for (const pattern of MISSING) {
    const what = pattern.exec(message)?.groups?.['what'];
    if (what === undefined) continue;
    const said = new Set(wordsIn(what));
    const isGiven = symbols.some((symbol) => {
      const words = wordsIn(symbol.split(/[.:>/]/).at(-1) ?? symbol).filter((word) => !VERBS.test(word));
      return words.some((word) => word.length >= 4) && words.every((word) => said.has(word));
    });
    if (isGiven) return what.trim();
  }
  return null;
}
