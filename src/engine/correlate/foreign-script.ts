/** Errors that a browser met in a script that another house serves: the page loads it anew from there, so it changes without a release of ours. */
import { append } from '../../domain/append.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { factor } from './circumstance.ts';
import { coverage, type Draft, draft, sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { providerOf } from './outside.ts';
import { WEIGHT } from './weights.ts';

const HOST = /\bhttps?:\/\/(?:[^@\s/]+@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)/i;
/** Attributes that say which page was open. */
const PAGE =
  /^(url|page|page_?url|location|document_?uri|document-uri|referrer|http\.url|url\.full|browser\.url)$/i;

export function foreignScriptHypotheses(facts: Facts): readonly Draft[] {
  const found = new Map<ServiceName, FailingPattern[]>();
  for (const item of facts.failing) {
    const name = servedBy(item.pattern);
    if (name !== null) append(found, name, item);
  }
  return [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, items]) => about(name, items, facts));
}

/**
 * Whoever serves the script of the topmost frame, where a script of the page's own house stands beneath it; null otherwise. Without such
 * a frame the script may be our own, from a host of files that we rent.
 */
function servedBy({ frames, attributes }: LogPattern): ServiceName | null {
  const [top, ...beneath] = frames.map(({ file }) => houseOf(file));
  if (top === undefined || top === null) return null;
  const pages = Object.entries(attributes).flatMap(([name, value]) =>
    PAGE.test(name) ? [houseOf(value)] : [],
  );
  const name = canonicalServiceName(top);
  const isOurs = pages.includes(top) || beneath.every((house) => house === null || house === top);
  return isOurs || name === '' ? null : name;
}

function houseOf(url: string | null): string | null {
  const host = HOST.exec(url ?? '')?.[1];
  return host === undefined ? null : providerOf(host);
}

function about(name: ServiceName, items: readonly FailingPattern[], facts: Facts): Draft {
  const evidence = sampleRefs(items);
  const count = items.reduce((sum, item) => sum + item.pattern.count, 0);
  const place = items[0]?.pattern.frames[0]?.file ?? name;
  const share = facts.explainedShare(items);
  const factors = [
    factor(
      'in-its-script',
      WEIGHT.namesProvider,
      `${count} failures are raised in ${place}, which ${name} serves`,
      evidence,
    ),
    ...(share >= 0.4
      ? [
          factor(
            'most-name-it',
            share >= 0.8 ? WEIGHT.mostNameIt : WEIGHT.manyNameIt,
            `${Math.round(share * 100)} % of the failing lines are of it`,
          ),
        ]
      : []),
    ...coverage(items, facts),
  ];
  return draft(
    'dependency',
    `dependency:script:${name}`,
    name,
    `a script that ${name}, outside this code base, serves to browsers fails in them`,
    factors,
  );
}
