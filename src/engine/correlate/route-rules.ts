/** Rules that say where a path goes (a location of nginx, a rewrite, a route of a gateway): whoever changes the rule of a path that fails has touched what fails. */
import type { FileDiff } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import type { FailingPattern } from './facts.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

/** What callers see of a request that went astray; anything more telling has another reason. */
const ASTRAY: readonly SymptomClass[] = [
  'client-error',
  'server-error',
  'error-ratio',
  'unclassified',
  'connection-refused',
];
/** Lines that route. */
const ROUTES =
  /\b(location|rewrite|redirect|return 30[1278]|proxy_?pass|\w+_pass|alias|try_files|route|path|prefix|path_?prefix|matcher?|strip\w*|replace\w*|use_backend|path_beg|path_reg|PathPrefix|handle_path|reverse_proxy|RewriteRule|ProxyPass(Reverse|Match)?|uri|upstream)\b/i;
/** Settings that send a path on, as the last word of a key whose other words are the path: `api.gauges.proxy_pass`. */
const SENDS_ON = /^(\w+_pass|rewrite|return|alias|root|try_files|proxy_redirect|reverse_proxy|uri)$/i;
const PATH = /(?<![\w:/.-])\/[A-Za-z_][\w-]*(?:\/[\w{}:*.-]+)*/g;
/** A path of one short word is in many lines. */
const LEAST_PATH = 4;

export function routeRuleMatches(file: FileDiff, items: readonly FailingPattern[]): readonly Match[] {
  if (file.category === 'code') return [];
  const rules = [...fromLines(file), ...fromKeys(file)];
  return items.flatMap((item) => {
    if (!ASTRAY.includes(item.symptom.class)) return [];
    const failing = pathsOf(item);
    const rule = rules.find(({ path }) => failing.some((route) => isBelow(route, path)));
    if (rule === undefined) return [];
    return [
      {
        name: 'routeRule' as const,
        weight: WEIGHT.routeRule,
        detail: `the rule that says where ${rule.path} goes was changed (${rule.text}), and what fails is ${failing.find((route) => isBelow(route, rule.path)) ?? rule.path}`,
        file: file.path,
        line: rule.line,
        value: null,
        pattern: item,
        evidence: [rule.evidence, ...item.pattern.samples.slice(0, 1).map(({ evidence }) => evidence)],
      },
    ];
  });
}

interface Rule {
  readonly path: string;
  readonly text: string;
  readonly line: number;
  readonly evidence: FileDiff['hunks'][number]['evidence'];
}

/** A rule that went or was changed; one that only came may shadow another, which its own path says as well. */
function fromLines(file: FileDiff): readonly Rule[] {
  return file.hunks.flatMap((hunk) =>
    [...hunk.removed, ...hunk.added]
      .filter((line) => ROUTES.test(line) && !/^\s*(#|\/\/)/.test(line))
      .flatMap((line) =>
        [...line.matchAll(PATH)].map(([path]) => ({
          path: path.replace(/\/[*.{}]*$/, ''),
          text: line.trim().slice(0, 120),
          line: hunk.newStart,
          evidence: hunk.evidence,
        })),
      )
      .filter(({ path }) => path.length >= LEAST_PATH),
  );
}

function fromKeys(file: FileDiff): readonly Rule[] {
  return file.values.flatMap((value) => {
    const words = value.key.split('.');
    if (words.length < 2 || !SENDS_ON.test(words.at(-1) ?? '') || value.direction === 'same') return [];
    const path = `/${words.slice(0, -1).join('/')}`;
    return path.length < LEAST_PATH
      ? []
      : [{ path, text: value.key, line: value.location.line, evidence: value.evidence }];
  });
}

/** Routes of the failing requests, as counted or as their lines give them. */
function pathsOf({ symptom, pattern }: FailingPattern): readonly string[] {
  const said = pattern.samples.flatMap(({ message }) =>
    [...message.matchAll(PATH)].map(([path]) => path.replace(/[?#].*$/, '')),
  );
  return [...new Set([...(symptom.route === null ? [] : [symptom.route]), ...said])];
}

/** Whole segments: `/api/gauges/7` lies below `/api/gauges`, `/api/gauges-old` does not. */
function isBelow(route: string, path: string): boolean {
  return route === path || route.startsWith(`${path}/`);
}
