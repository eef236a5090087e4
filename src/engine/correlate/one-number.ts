/** Failures that all name one number under a name (`event=7`, `/shops/41`) while requests for other numbers under that name are served. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { LogPattern, LogSample } from '../../domain/signal.ts';
import { factor } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

const MIN_EVENTS = 8;
const MIN_SAMPLES = 4;
/** Numbers that are served must be many and spread like those of records; a quantity or a page is a small number in all requests. */
const MIN_OTHERS = 3;
const LEAST_SPREAD = 10;
/** A parameter, or the part of a path behind a name. */
const NUMBERED =
  /[?&]([A-Za-z_][\w.-]{0,40})=(\d{1,18})(?![\w.])|\/([A-Za-z_][\w-]{1,40})\/(\d{1,18})(?![\w.])/g;
/** What is asked for of a record or how it is shown, and names none. */
const NO_RECORD =
  /^(?:v|api|version|page|per_?page|limit|size|offset|skip|count|qty|quantity|amount|price|year|month|day|port|status|code|width|height|from|to|since|until|start|end|t|ts|timestamp)$/i;

/** Null where the number differs, is served elsewhere, or no other is seen to be. */
export function oneNumber(items: readonly FailingPattern[], facts: Facts): Factor | null {
  for (const { pattern, symptom } of items) {
    const samples = distinctSamples(pattern);
    if (pattern.count < MIN_EVENTS || samples.length < MIN_SAMPLES) continue;
    const served = facts.situation.patterns
      .filter(
        ({ service, severity }) =>
          service === pattern.service && (severity === 'info' || severity === 'unknown'),
      )
      .flatMap(distinctSamples);
    for (const [name, number] of sharedBy(samples)) {
      const others = served.flatMap((sample) => {
        const other = numbersIn(sample).get(name);
        return other === undefined ? [] : [{ sample, other }];
      });
      const since = others.filter(({ sample }) => (sample.at ?? 0) > symptom.onsetAt);
      const spread = new Set(others.map(({ other }) => other).filter((other) => other !== number));
      const isSpread = spread.size >= MIN_OTHERS && Math.max(...[...spread].map(Number)) >= LEAST_SPREAD;
      const [first] = since;
      if (first === undefined || !isSpread || since.some(({ other }) => other === number)) continue;
      return factor(
        'one-record',
        WEIGHT.oneRecord,
        `all samples of ${pattern.count} failures are of ${name} ${number}; others are served, as ${name} ${first.other}`,
        [...samples.slice(0, 3), first.sample].map(({ evidence }) => evidence),
      );
    }
  }
  return null;
}

function distinctSamples({ samples }: LogPattern): readonly LogSample[] {
  return [...new Map(samples.map((sample) => [sample.evidence, sample])).values()];
}

/** Names that have the same number in all samples. */
function sharedBy(samples: readonly LogSample[]): readonly (readonly [string, string])[] {
  const [first, ...rest] = samples.map(numbersIn);
  return [...(first ?? [])].filter(([name, number]) => rest.every((other) => other.get(name) === number));
}

function numbersIn({ message }: LogSample): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, parameter, number, part, inPath] of message.matchAll(NUMBERED)) {
    const name = parameter ?? part ?? '';
    if (!NO_RECORD.test(name)) found.set(name, number ?? inPath ?? '');
  }
  return found;
}
