/** A system outside our code fails its callers: its name stands in their errors. */

import { append } from '../../domain/append.ts';
import type { DiffFeatureKind } from '../../domain/code.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { coverage, type Draft, providerDraft, sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { namedByHost, outsideNames } from './outside.ts';
import { leadsTo, reachOf } from './reach.ts';
import { recentReleases } from './recent-releases.ts';
import { isResolver } from './resolver.ts';
import { WEIGHT } from './weights.ts';

const PROVIDER_FAILS: readonly SymptomClass[] = [
  'timeout',
  'connection-refused',
  'connection-reset',
  'server-error',
  'rate-limit',
  'breaker-open',
  'saturation',
  'dns',
  'network',
  'latency',
  'unclassified',
  'error-ratio',
];
const SAYS_SO = /\b5\d\d\b|unavailable|overloaded|outage|maintenance/;
/** Its answer, whoever writes it down; what we count ourselves has no number of HTTP. */
const SAYS_TOO_MANY = /\b429\b|too many requests|\bquota (was |is )?exceeded/;

const isUnresolved = ({ symptom }: Facts['failing'][number]): boolean => symptom.class === 'dns';

/** One for each name: how many callers meet it, and how directly. */
export function providerHypotheses(facts: Facts): readonly Draft[] {
  return [...providersMet(facts).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, items]) => about(name, items, facts));
}

/** Systems outside the code base with the failures that name them. */
export function providersMet(facts: Facts): ReadonlyMap<ServiceName, readonly FailingPattern[]> {
  const visible = facts.failing.filter(
    (item) => item.symptom.strength >= 1 && PROVIDER_FAILS.includes(item.symptom.class),
  );
  const found = new Map<ServiceName, FailingPattern[]>();
  const unresolved = new Set(
    visible.filter(isUnresolved).flatMap((item) => outsideNames(item.message, facts)),
  );
  const resolving =
    unresolved.size > 1 || facts.detection.symptoms.some(({ service }) => isResolver(service));
  for (const item of visible) {
    // Several names that are not resolved have nothing in common but whoever resolves them.
    if (resolving && isUnresolved(item)) continue;
    for (const name of outsideNames(item.message, facts)) append(found, name, item);
  }
  // One caller writes the address, another only the name: `register answered 503`, and another what it was answered.
  for (const [name, items] of found) {
    const isMore = (item: FailingPattern) => speaksOf(name, item) || isCallOf(name, item, facts);
    const own = [...items, ...visible.filter((item) => !items.includes(item) && isMore(item))];
    const alike = visible.filter((item) => !own.includes(item) && isAnsweredAlike(own, item));
    found.set(name, [...own, ...alike]);
  }
  return found;
}

/** `"error": "version_retired"`: a name for what is wrong that whoever answers gives, not whoever asks. */
const ANSWER_CODE = /\\*"(?:error|code|type|reason|error_?code)\\*"\s*:\s*\\*"([a-z][\w.-]{5,60})\\*"/g;

function answerCodes({ message }: FailingPattern): readonly string[] {
  return [...message.matchAll(ANSWER_CODE)].map(([, code = '']) => code);
}

/** Another service is given the very answer that those are given who name the system. */
function isAnsweredAlike(items: readonly FailingPattern[], item: FailingPattern): boolean {
  const codes = new Set(answerCodes(item));
  return items.some(
    (other) =>
      other.pattern.service !== item.pattern.service && answerCodes(other).some((code) => codes.has(code)),
  );
}

const ADDRESS = /\bhttps?:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi;

/** The error does not say whom it waited for, but the code that emits it does: in what governs the statement, or in what a release changed beside it. */
function isCallOf(name: ServiceName, { pattern }: FailingPattern, facts: Facts): boolean {
  const emitters = facts.emitters.filter(({ patternId }) => patternId === pattern.id);
  if (emitters.length === 0) return false;
  const paths = new Set(emitters.map(({ literal }) => literal.path));
  const changed = facts.situation.releases
    .filter(({ service }) => service === pattern.service)
    .flatMap((release) => facts.diffOf(release)?.files ?? [])
    .filter(({ path }) => paths.has(path))
    .flatMap(({ hunks }) => hunks.flatMap(({ added }) => added));
  const governing = emitters.flatMap(({ governors }) =>
    governors.flatMap(({ useText, definition }) => [useText, definition?.text ?? '']),
  );
  return [...governing, ...changed].some((text) =>
    [...text.matchAll(ADDRESS)].some(([, host = '']) => namedByHost(host, facts) === name),
  );
}

function speaksOf(name: ServiceName, item: FailingPattern): boolean {
  return (
    name.length >= 4 &&
    SAYS_SO.test(item.message) &&
    new RegExp(`\\b${name.replace(/[-_.]/g, '[-_. ]?')}\\b`).test(item.message)
  );
}

/** What is asked for is no longer offered. */
const ENDED =
  /\bretired\b|\bsunset\b|\bdiscontinued\b|\bdecommissioned\b|end[- ]of[- ]life|no longer (supported|available|offered|accepted)|\b(has ended|ended on|was shut down|was removed on)\b/;
const DAY_STATED = /\b(\d{4}-\d{2}-\d{2})\b(?![t ]\d{2}:)/g;
/** Callers notice at their next call. */
const SOON_MS = 10 * MINUTE;

function saysItEnded(name: ServiceName, items: readonly FailingPattern[]): readonly Factor[] {
  const item = items.find(({ message }) => ENDED.test(message));
  if (item === undefined) return [];
  const evidence = sampleRefs([item]).slice(0, 1);
  const onset = Math.min(...items.map(({ symptom }) => symptom.onsetAt));
  const day = [...item.message.matchAll(DAY_STATED)]
    .map(([, text = '']) => text)
    .find((text) => onset - Date.parse(text) >= 0 && onset - Date.parse(text) <= SOON_MS);
  return [
    factor(
      'provider-says-so',
      WEIGHT.providerSaysSo,
      `${name} itself answers that what is asked for has ended`,
      evidence,
    ),
    ...(day === undefined
      ? []
      : [
          factor(
            'expired-then',
            WEIGHT.expiredThen,
            `it names ${day} as the day, and the failure began with the first minutes of that day`,
            evidence,
          ),
        ]),
  ];
}

/** Edits after which more is asked. */
const ASKS_MORE: ReadonlySet<DiffFeatureKind> = new Set<DiffFeatureKind>([
  'retry-removed',
  'jitter-removed',
  'condition-changed',
  'bound-changed',
  'loop-added',
  'call-in-loop',
  'call-added',
  'batch-removed',
  'cache-removed',
  'limit-removed',
  'guard-removed',
  'default-changed',
  'key-narrowed',
]);

/** Whether a recent release of who is refused may have made it ask more often, in code that is not known to lie off the failing path. */
function mayAskMore(item: FailingPattern, facts: Facts): boolean {
  const { service } = item.pattern;
  const reached = service === null ? [] : reachOf(item, service, facts);
  return recentReleases(service, facts).some((release) =>
    (facts.diffOf(release)?.files ?? []).some((file) =>
      file.features.some(
        (feature) => ASKS_MORE.has(feature.kind) && leadsTo(file, feature, reached) !== false,
      ),
    ),
  );
}

/** It turns away what it is asked, though it is asked no more than before. */
function saysTooMany(name: ServiceName, items: readonly FailingPattern[], facts: Facts): readonly Factor[] {
  const callers = new Set(items.map(({ pattern }) => pattern.service));
  const askMore =
    facts.amplified.length > 0 ||
    facts.detection.symptoms.some(
      ({ class: family, service }) => family === 'traffic-surge' && callers.has(service),
    ) ||
    items.some((item) => mayAskMore(item, facts));
  const refused = items.filter(
    ({ symptom, message }) => symptom.class === 'rate-limit' && SAYS_TOO_MANY.test(message),
  );
  return refused.length === 0 || askMore
    ? []
    : [
        factor(
          'provider-says-so',
          WEIGHT.providerSaysSo,
          `${name} itself answers that it is asked too often, though no more requests came`,
          sampleRefs(refused).slice(0, 1),
        ),
      ];
}

function about(name: ServiceName, items: Facts['failing'], facts: Facts): Draft {
  const callers = [
    ...new Set(items.flatMap((item) => (item.pattern.service === null ? [] : [item.pattern.service]))),
  ];
  const count = items.reduce((sum, item) => sum + item.pattern.count, 0);
  const evidence = sampleRefs(items);
  const text = `${count} failures name ${name}, which is outside this code base`;
  const factors = [factor('names-provider', WEIGHT.namesProvider, text, evidence)];
  const share = facts.explainedShare(items);
  // Whose name is not resolved was never asked: that all failures name it says nothing of how it is.
  const isReached = items.some(({ symptom }) => symptom.class !== 'dns');
  if (share >= 0.4 && isReached)
    factors.push(
      factor(
        'most-name-it',
        share >= 0.8 ? WEIGHT.mostNameIt : WEIGHT.manyNameIt,
        `${Math.round(share * 100)} % of the failing lines name it`,
      ),
    );
  factors.push(...coverage(items, facts));
  if (items.some((item) => SAYS_SO.test(item.message)))
    factors.push(
      factor(
        'provider-says-so',
        WEIGHT.providerSaysSo,
        `${name} itself answers with server errors`,
        evidence.slice(0, 1),
      ),
    );
  else factors.push(...saysTooMany(name, items, facts), ...saysItEnded(name, items));
  if (callers.length > 1)
    factors.push(
      factor(
        'several-callers',
        WEIGHT.severalCallers,
        `${callers.length} services that share nothing else meet it (${callers.join(', ')})`,
      ),
    );
  return providerDraft(name, factors);
}
