/** Whether the person who asks tells of results that are wrong: those leave no error behind, so that no error is no sign of health. */
import type { Situation } from '../../domain/situation.ts';

const TELLS_OF_WRONG_RESULTS =
  /\b(?:wrong|incorrect|inaccurate|stale|outdated|out[- ]of[- ]date|duplicat\w+|twice|double[- ]?(?:charged|booked|billed|counted)|(?:over|under)charged|mixed up|swapped|garbled|corrupt(?:ed|ion)?|mismatch\w*|(?:do(?:es)?|did) ?n[o'’]t match|not match(?:ing)?|differs? from|other (?:people|customers?|users?|tenants?)['’]?s?|someone else['’]?s)\b/i;

export function tellsOfWrongResults({ snapshot }: Situation): boolean {
  return TELLS_OF_WRONG_RESULTS.test(snapshot.request.symptom);
}
