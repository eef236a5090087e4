/** Whether the person who asks tells of results that are wrong or not there: those leave no error behind, so that no error is no sign of health. */
import type { Situation } from '../../domain/situation.ts';

const TELLS_OF_WRONG_RESULTS =
  /\b(?:wrong|incorrect|inaccurate|stale|outdated|out[- ]of[- ]date|duplicat\w+|twice|double[- ]?(?:charged|booked|billed|counted)|(?:over|under)charged|mixed up|swapped|garbled|corrupt(?:ed|ion)?|mismatch\w*|(?:do(?:es)?|did) ?n[o'’]t match|not match(?:ing)?|differs? from|other (?:people|customers?|users?|tenants?)['’]?s?|someone else['’]?s)\b/i;

/** Results that should be there: a report that is empty, rows that are missing, a count of nothing. */
const TELLS_OF_NOTHING =
  /\b(?:empty|blank|missing|incomplete|lost|(?:disappear|vanish)\w*|(?:no|zero|0) (?:rows?|records?|results?|data|entries|values?|numbers?|items?|lines?)|(?:shows?|contains?|returns?|lists?|counts?|has|have) (?:nothing|none|zero|0|no \w+))\b/i;

export function tellsOfWrongResults({ snapshot }: Situation): boolean {
  const { symptom } = snapshot.request;
  return TELLS_OF_WRONG_RESULTS.test(symptom) || TELLS_OF_NOTHING.test(symptom);
}
