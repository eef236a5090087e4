/** Work that a service begins and ends in its own words (`import started`, `import finished`) and that, since about the failure, it begins and does not end. */
import type { ServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { type EpochMs, MINUTE, toIso } from '../../domain/time.ts';
import type { Clue } from './clues.ts';
import type { Facts } from './facts.ts';

const BEGINS = /\b(begins?|beginning|began|start(?:s|ed|ing)?|launched|kicked off|received)\b/i;
const ENDS = /\b(ends?|ended|finish(?:es|ed)?|done|complete[sd]?|stored|succeeded)\b/i;
/** What a process says of itself: it does not end while it serves. */
const OF_PROCESS = /\b(server|process|listening|application|worker|container|service|boot\w*|engine)\b/i;
/** Runs that were seen to end, before their not ending means anything. */
const LEAST_RUNS = 3;
/** Work that begins this long before the failure may be what brings it. */
const BEFORE_MS = 2 * MINUTE;

/** The earliest of `service` that was begun shortly before the failure or since and never ended; null where what begins ends. */
export function unendedWork(service: ServiceName | null, facts: Facts): Clue | null {
  const onset = facts.detection.onsetAt;
  if (onset === null || service === null) return null;
  const own = facts.situation.patterns.filter(
    (pattern) =>
      pattern.service === service && pattern.severity !== 'error' && !OF_PROCESS.test(pattern.template),
  );
  for (const begin of own.filter(({ template }) => BEGINS.test(template))) {
    const about = subject(begin.template, BEGINS);
    const end = own.find(
      ({ template }) => ENDS.test(template) && !BEGINS.test(template) && subject(template, ENDS) === about,
    );
    if (end === undefined || about === '') continue;
    const clue = compare(begin, end, onset);
    if (clue !== null) return { ...clue, service };
  }
  return null;
}

function compare(begin: LogPattern, end: LogPattern, onset: EpochMs): Omit<Clue, 'service'> | null {
  const from = onset - BEFORE_MS;
  const split = (pattern: LogPattern) => {
    const late = pattern.buckets.at.reduce(
      (sum, at, index) => sum + (at >= from ? (pattern.buckets.count[index] ?? 0) : 0),
      0,
    );
    return { late, early: pattern.count - late };
  };
  const [began, ended] = [split(begin), split(end)];
  const first = begin.buckets.at.find((at) => at >= from);
  const isUsual = ended.early >= LEAST_RUNS && Math.abs(began.early - ended.early) <= ended.early / 10;
  if (!isUsual || began.late === 0 || ended.late > 0 || first === undefined) return null;
  const sample = begin.samples.find(({ at }) => at !== null && at >= from);
  return {
    at: first,
    text: `"${begin.template}" ${began.late === 1 ? 'once' : `${began.late} times`} since ${toIso(first).slice(11, 19)} and never "${end.template}", which followed each of the ${began.early} before`,
    evidence: [
      ...(sample === undefined ? [] : [sample.evidence]),
      ...end.samples.slice(-1).map((item) => item.evidence),
    ],
  };
}

/** What remains of a line without the word for begin or end, fields of counts and spaces. */
function subject(template: string, word: RegExp): string {
  return template
    .replace(word, '')
    .replace(/<\*>/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}
