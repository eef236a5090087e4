/** How a proxy or platform asks whether an instance is well: whoever changes the question may be told no by all of them. */
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { MINUTE } from '../../domain/time.ts';
import type { Facts, FailingPattern } from './facts.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

/** HAProxy's `option httpchk` and `http-check`, nginx's `health_check`, probes of a platform. */
const ASKS = /httpchk|http-?check|health[-_. ]?check|(?:liveness|readiness|startup)[-_. ]?probe|\bcheck\b/i;
/** Instances are taken out, by the word of whoever asks them. */
const TOOK_OUT =
  /\bserver \S+ is down\b|no server (?:is )?available|(?:liveness|readiness|startup) probe failed|health ?checks? (?:failed|failing)|failed health ?checks?|\bno (?:healthy|live) (?:upstream|host)s?\b/i;
const WITHIN_MS = 10 * MINUTE;

/** `startedAt`: what was taken out before has another reason. */
export function healthRuleMatches(
  file: FileDiff,
  items: readonly FailingPattern[],
  startedAt: number,
  facts: Facts,
): readonly Match[] {
  const [item] = items;
  const value = file.values.find((candidate) => ASKS.test(`${candidate.key} ${asksWhat(candidate)}`));
  if (item === undefined || value === undefined) return [];
  const took = facts.situation.patterns.find((pattern) => tookOut(pattern, startedAt, facts));
  if (took === undefined) return [];
  const said = took.samples.find(({ message }) => TOOK_OUT.test(message));
  return [
    {
      name: 'healthRule',
      weight: WEIGHT.healthRule,
      detail: `how instances are asked whether they are well was changed (${value.key}), and since they are taken out: ${took.template}`,
      file: file.path,
      line: value.location.line,
      value,
      pattern: item,
      evidence: [value.evidence, ...(said === undefined ? [] : [said.evidence])],
    },
  ];
}

function asksWhat({ oldValue, newValue }: ValueChange): string {
  return `${oldValue?.raw ?? ''} ${newValue?.raw ?? ''}`;
}

/** Never said before the rollout, and near the failure. */
function tookOut({ template, samples, firstSeenAt }: LogPattern, startedAt: number, facts: Facts): boolean {
  const onset = facts.detection.onsetAt;
  return (
    onset !== null &&
    firstSeenAt >= startedAt - MINUTE / 6 &&
    Math.abs(firstSeenAt - onset) <= WITHIN_MS &&
    (TOOK_OUT.test(template) || samples.some(({ message }) => TOOK_OUT.test(message)))
  );
}
