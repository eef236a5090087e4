/** Answers that a person gave: parsed from `key=value`, cited like any other evidence. Whether a key means anything is the engine's business. */
import { createHash } from 'node:crypto';
import type { Answer } from '../domain/context.ts';
import { PlatformError } from '../domain/error.ts';
import { type Evidence, evidenceRef } from '../domain/evidence.ts';
import { compareText } from './order.ts';

/** `payment-service.latencyP99Ms=800` → key and value. Throws PlatformError `usage`. */
export function parseAnswer(text: string): { readonly key: string; readonly value: string } {
  const found = /^\s*([\w.:/@-]+)\s*=\s*(.*\S)\s*$/s.exec(text);
  if (found?.[1] !== undefined && found[2] !== undefined) return { key: found[1], value: found[2] };
  throw new PlatformError({
    code: 'usage',
    what: `The answer ${JSON.stringify(text)} cannot be used`,
    why: 'an answer is a key of an open question, an equals sign and a value',
    nextStep: 'Write it like --answer activeUsers=16000. The report lists the keys under Open Questions.',
  });
}

/** One answer a key, sorted by key; later ones win. */
export function toAnswers(values: Readonly<Record<string, string>>): {
  readonly answers: readonly Answer[];
  readonly evidence: readonly Evidence[];
} {
  const pairs = Object.entries(values).sort(([a], [b]) => compareText(a, b));
  const evidence = pairs.map(([key, value]): Evidence => {
    const excerpt = `${key} = ${value}`;
    return {
      ref: evidenceRef('user', key),
      kind: 'statement',
      source: 'user',
      locator: { kind: 'statement', key },
      excerpt,
      sha256: createHash('sha256').update(excerpt).digest('hex'),
      observedAt: null,
    };
  });
  const answers = pairs.map(([key, value]): Answer => ({ key, value, evidence: evidenceRef('user', key) }));
  return { answers, evidence };
}
