/** Who is not reached, or not in time, is told by an address, a limit or what holds connections: differences that speak of none of them cannot be how. */
import type { DiffFeature, DiffFeatureKind, DiffHunk } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';

/** The other side is not there, or does not answer. */
const OF_THE_OTHER: readonly SymptomClass[] = [
  'timeout',
  'connection-refused',
  'connection-reset',
  'dns',
  'network',
  'breaker-open',
];
/** Kinds that every change of code has, whatever it is about. */
const OF_ANY_CODE: ReadonlySet<DiffFeatureKind> = new Set([
  'guard-removed',
  'guard-added',
  'fallback-removed',
  'condition-changed',
  'call-added',
  'call-removed',
  'arguments-changed',
  'argument-replaced',
  'argument-dropped',
  'arguments-swapped',
  'return-changed',
  'result-missing',
  'value-emptied',
  'field-renamed',
  'field-removed',
  'field-given-otherwise',
  'logic-changed',
  'type-changed',
  'default-changed',
]);
const WHERE_TO =
  /host|port\b|ur[il]\b|_ur[il]|ur[il]_|[a-z]Ur[il]|addr|endpoint|socket|connect|proxy|dns|lookup|resolver|agent|tls|ssl|\bca\b|dsn|pool|dial|channel|broker|upstream|gateway/i;
const HOW_LONG =
  /time|deadline|expir|wait|delay|interval|backoff|retr(y|ies)|attempt|keep|alive|limit|max|sleep|lock|query|select|fetch|await|batch|page|cancel|abort|signal|context|ctx|\bms\b|second/i;
const COMMENT = /^\s*(\/\/|#|\*|\/\*|--)/;

/** The changed lines speak of an address or of what connects. */
export function saysWhereTo({ added, removed }: DiffHunk): boolean {
  return [...added, ...removed].some((line) => !COMMENT.test(line) && WHERE_TO.test(line));
}

/** Worth of a feature for a failure whose cause lies with the other side, where its words speak of nothing that leads there. */
const OF_SOMETHING_ELSE = 0.3;

/** 1, or less where the failure is that another side is not reached and the difference is about something else. */
export function subjectScale({ kind, detail, symbols }: DiffFeature, family: SymptomClass): number {
  if (!OF_THE_OTHER.includes(family) || !OF_ANY_CODE.has(kind)) return 1;
  const text = `${detail} ${symbols.join(' ')}`.replace(/\(services\/.*?\)/g, '');
  const isAbout = WHERE_TO.test(text) || (family === 'timeout' && HOW_LONG.test(text));
  return isAbout ? 1 : OF_SOMETHING_ELSE;
}
