/** Answers that a person gave: parsed from `key=value`, cited like any other evidence. Whether a key means anything is the engine's business. */
import { createHash } from 'node:crypto';
import type { Answer } from '../domain/context.ts';
import { PlatformError } from '../domain/error.ts';
import { type Evidence, evidenceRef } from '../domain/evidence.ts';
import type { Report } from '../domain/report.ts';
import { nearest } from './nearest.ts';
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

/** A problem for each answer that the report does not cite: a mistyped key or a value that nothing could be made of must not vanish. */
export function unusedAnswers(
  report: Pick<Report, 'evidence' | 'questions'>,
  given: Readonly<Record<string, string>>,
): readonly PlatformError[] {
  const cited = new Set(
    Object.values(report.evidence).flatMap(({ kind, locator }) => (kind === 'statement' ? [locator] : [])),
  );
  const asked = report.questions.map(({ key }) => key);
  return Object.entries(given)
    .filter(([key]) => !cited.has(`answer ${key}`))
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => {
      const near = asked.includes(key) ? null : nearest(key, asked);
      return new PlatformError({
        code: 'usage',
        what: `The answer ${key}=${value} was not used`,
        why: 'nothing in this report follows from it',
        nextStep:
          near === null
            ? 'Check key and value (a rate is given from 0 to 1); some figures also need the answers to other open questions.'
            : `Did you mean ${near}?`,
      });
    });
}
