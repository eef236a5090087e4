/** Requests that a firewall in front turns away by one of its rules, as it says itself: who wrote to us yesterday is shut out today, and nothing of ours is asked. */
import { factor } from './circumstance.ts';
import { coverage, type Draft, draft, sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Fields in which firewalls write what they did, and what they did. */
const ACTION = /(?:^|[._-]|[a-z](?=[A-Z]))(?:action|decision|verdict|disposition|outcome)s?$/i;
const BLOCKS =
  /^["'[]*(?:block(?:ed)?|den(?:y|ied)|drop(?:ped)?|reject(?:ed)?|(?:managed_|js_|interactive_)?challenge|captcha|rate_limit)\b/i;
/** Fields that name the rule; its description says more than its number. */
const RULE = /(?:rule|policy|signature)[._-]?(?:description|desc|msg|message|name|label|id|group)?s?$/i;
const DESCRIBES = /desc|msg|message|name|label/i;
/** ModSecurity, Coraza, Envoy and proxies that say it in words. */
const SAYS_BLOCKED =
  /mod_?security: (?:access denied|rejected)|coraza: access denied|rbac: access denied|\bwaf\b.{0,40}\b(?:block|den|reject)|blocked by (?:an? )?(?:\w+ )?(?:rule|firewall|policy)|(?:rule|firewall|policy) .{0,40}blocked/i;
const NAMED_RULE = /\[id "?(\d+)"?\](?:.{0,400}?\[msg "([^"]{1,120})"\])?/;

interface Block {
  readonly item: FailingPattern;
  readonly rule: string | null;
}

export function blockedByRule(facts: Facts): readonly Draft[] {
  const blocks = facts.failing.flatMap((item) => blockOf(item) ?? []);
  const [first] = blocks;
  // Where many more come than did, the rule may do what it is there for.
  if (first === undefined || facts.detection.symptoms.some((other) => other.class === 'traffic-surge'))
    return [];
  const items = blocks.map(({ item }) => item);
  const rule = blocks.find((block) => block.rule !== null)?.rule ?? null;
  const place = first.item.pattern.service;
  const named = rule === null ? 'one of its rules' : `its rule "${rule}"`;
  const factors = [
    factor(
      'blocked-by-rule',
      WEIGHT.blockedByRule,
      `whoever stands in front says itself that it turned them away by ${named}: ${first.item.symptom.summary}`,
      sampleRefs(items),
    ),
    ...coverage(items, facts),
  ];
  const statement = `the firewall in front${place === null ? '' : ` of ${place}`} turns requests away by ${named}, before anything of ours sees them`;
  return [draft('network', `network:blocked:${place ?? ''}`, place, statement, factors)];
}

function blockOf(item: FailingPattern): Block | null {
  const entries = Object.entries(item.pattern.attributes);
  const isBlocked = entries.some(([key, value]) => ACTION.test(key) && BLOCKS.test(value));
  if (isBlocked) {
    const rules = entries.filter(([key, value]) => RULE.test(key) && value !== '');
    const told = rules.find(([key]) => DESCRIBES.test(key)) ?? rules[0];
    return { item, rule: told?.[1] ?? null };
  }
  const said = item.pattern.samples.find(({ message }) => SAYS_BLOCKED.test(message))?.message;
  if (said === undefined) return null;
  const [, id, text] = NAMED_RULE.exec(said) ?? [];
  return { item, rule: text ?? id ?? null };
}
