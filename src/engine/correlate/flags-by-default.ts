/** Nobody switched a flag, and all have their defaults: whoever keeps them is not reached, and the code goes ways that it has not gone for long. */
import { canonicalServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { clueText } from './clues.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Services that keep flags, and their clients. */
const KEEPERS =
  /\b(launch ?darkly|unleash|flagsmith|config ?cat|split(?=\.io| sdk| client| factory)|open ?feature|optimizely|growth ?book|statsig|flagd|flipt|eppo|devcycle|posthog|app ?config)\b/i;
/** `using default value`, `falling back to the default variation`, `returning fallback for flag x`. */
const BY_DEFAULT =
  /\b(using|us(?:e|ed)|return(?:s|ing|ed)?|serv(?:e|es|ing|ed)|fall(?:s|ing)? back(?: to)?|with|evaluat\w+ to)\b.{0,40}\b(default|fall-?back)s?\b/i;
const FLAG = /\b(flags?|toggles?|variations?|features?|treatments?)\b/i;
const NOT_REACHED =
  /\b(?:5\d\d|e?timed? ?out|timeout|refused|reset|unreachable|unavailable|i\/o error|not initiali[sz]ed|before .{0,30}initiali[sz]|failed|error|disconnected|will retry)\b/i;
/** Defaults that were taken this long before the failure were taken in vain. */
const NEAR_MS = 5 * MINUTE;

export function flagsByDefault(facts: Facts): readonly Draft[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  const near = ({ firstSeenAt }: LogPattern) => Math.abs(firstSeenAt - onset) <= NEAR_MS;
  const spoken = facts.situation.patterns.filter(near);
  const text = ({ template, samples, attributes }: LogPattern) =>
    `${template} ${samples[0]?.message ?? ''} ${attributes['error.detail'] ?? ''} ${attributes['logger'] ?? ''}`;
  const taken = spoken.find(
    (pattern) => BY_DEFAULT.test(text(pattern)) && (FLAG.test(text(pattern)) || KEEPERS.test(text(pattern))),
  );
  if (taken === undefined) return [];
  const keeper = KEEPERS.exec(text(taken))?.[1]?.toLowerCase().replace(/ /g, '') ?? null;
  const away = spoken.find(
    (pattern) =>
      pattern.id !== taken.id &&
      NOT_REACHED.test(text(pattern)) &&
      (keeper === null ? FLAG : KEEPERS).test(text(pattern)),
  );
  const says = (pattern: LogPattern) =>
    clueText(
      {
        at: pattern.firstSeenAt,
        text: `"${pattern.samples[0]?.message ?? pattern.template}"`,
        service: pattern.service,
        evidence: [],
      },
      onset,
    );
  const refs = (pattern: LogPattern) => pattern.samples.slice(0, 1).map(({ evidence }) => evidence);
  const factors = [
    factor('flags-by-default', WEIGHT.flagsByDefault, says(taken), refs(taken)),
    ...(away === undefined ? [] : [factor('keeper-away', WEIGHT.keeperAway, says(away), refs(away))]),
  ];
  const name = canonicalServiceName(keeper ?? 'flag-provider');
  const statement = `${keeper === null ? 'the provider of flags' : `${keeper}, which keeps the flags,`} is not reached, and they have their defaults: what these lead to fails`;
  return [draft('dependency', `dependency:flags:${name}`, name, statement, factors)];
}
