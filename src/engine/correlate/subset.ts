/** Failures that keep to one place or to one record while the rest is served: told from splits and from the variable parts of messages. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { Split } from '../../domain/signal.ts';
import { factor } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';

export interface OnePlace {
  readonly dimension: Split['dimension'];
  readonly value: string;
  readonly of: number;
}

const MIN_EVENTS = 8;

/** The zone or host that has at least 95 % of the failures though others are heard from; null where failures spread. */
export function onePlace(items: readonly FailingPattern[], facts: Facts): OnePlace | null {
  for (const dimension of ['zone', 'host'] as const) {
    const counts = new Map<string, number>();
    for (const split of items.flatMap((item) => item.pattern.splits))
      if (split.dimension === dimension)
        counts.set(split.value, (counts.get(split.value) ?? 0) + split.count);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const [top] = [...counts.entries()].sort((a, b) => b[1] - a[1]);
    const services = new Set(items.map((item) => item.pattern.service));
    const seen = new Set(
      facts.situation.patterns
        .filter((pattern) => services.has(pattern.service))
        .flatMap((pattern) =>
          pattern.splits.filter((split) => split.dimension === dimension).map((split) => split.value),
        ),
    );
    if (top !== undefined && total >= MIN_EVENTS && top[1] / total >= 0.95 && seen.size > 1)
      return { dimension, value: top[0], of: seen.size };
  }
  return null;
}

/** A name or id that stands in every sample of the failure where the message has a variable part, though failures are many. */
export function oneRecord(items: readonly FailingPattern[]): Factor | null {
  for (const item of items) {
    const samples = [...new Map(item.pattern.samples.map((sample) => [sample.evidence, sample])).values()];
    if (item.pattern.count < MIN_EVENTS || samples.length < 3) continue;
    const values = samples.map((sample) => variableParts(item.pattern.template, sample.message));
    const width = values[0]?.length ?? 0;
    for (let index = 0; index < width; index += 1) {
      const distinct = new Set(values.map((parts) => parts[index]));
      const [value] = distinct;
      if (distinct.size === 1 && value !== undefined && namesRecord(value)) {
        return factor(
          'one-record',
          2.6,
          `all samples of ${item.pattern.count} failures name the same ${value}`,
          samples.slice(0, 3).map((sample) => sample.evidence),
        );
      }
    }
  }
  return null;
}

function variableParts(template: string, message: string): readonly string[] {
  const source = template
    .split('<*>')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('(\\S{1,80}?)');
  return new RegExp(`^${source}(?=\\s|$)`).exec(`${message} `)?.slice(1) ?? [];
}

/** An identifier: letters and digits, or a long number; no measure, address or stack place. */
function namesRecord(value: string): boolean {
  const bare = value.replace(/^["'([]+|["')\],.;:]+$/g, '');
  if (/^[\d.]+(ms|s|m|h|kb|mb|gb|b|%|us|ns)?$/i.test(bare)) return /^\d{5,}$/.test(bare);
  return bare.length >= 4 && /\d/.test(bare) && /[a-z]/i.test(bare) && !/[/:@]|\.\d|\.[a-z]{2,}$/i.test(bare);
}
