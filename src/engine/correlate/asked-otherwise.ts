/** A service that asks another one at another path than before, and whoever is asked refuses since: no line of either needs to name the address. */
import type { DiffHunk, FileDiff, RevisionDiff } from '../../domain/code.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import { dependenciesOf } from '../../domain/situation.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

/** What the one who asks alone says of it names no reason. */
const OWN_WORD = 0.6;
const BY_THE_ASKED = 0.8;
/** An address with a path, and a path in quotes that is joined to one. */
const ADDRESS =
  /https?:\/\/([a-z][\w.-]*)(?::\d+)?(\/[\w{}$:./-]+)|["'`](?:\$?\{[^}]*\})?(\/[\w-]+(?:\/[\w{}$:.-]*)*)/gi;
const IMPORT = /^\s*(import|from|use|using|require|require_relative|include)\b|\brequire\(/;

interface Asked {
  readonly file: FileDiff;
  readonly hunk: DiffHunk;
  /** Null where the code joins the path to an address that it is given. */
  readonly host: string | null;
  readonly path: string;
}

/** Paths that stand in lines that went, and nowhere in those that came. */
function leftOut(file: FileDiff): readonly Asked[] {
  if (file.inert !== 'none' || file.category !== 'code') return [];
  const came = file.hunks.flatMap(({ added }) => added).join('\n');
  return file.hunks
    .filter(({ asBefore, onlyLogs }) => asBefore !== true && onlyLogs !== true)
    .flatMap((hunk) =>
      hunk.removed
        .filter((line) => !IMPORT.test(line))
        .flatMap((line) => [...line.matchAll(ADDRESS)])
        .map(([, host, path, joined]) => ({ file, hunk, host: host ?? null, path: path ?? joined ?? '' }))
        .filter(({ path }) => !came.includes(path)),
    );
}

/** One match for each path that is asked otherwise, where the one who is asked, or who asks, tells of refusals. */
export function askedOtherwise(diff: RevisionDiff, service: string, facts: Facts): readonly Match[] {
  const beneath = dependenciesOf(facts.situation.edges, service);
  const refused = [...facts.failing, ...facts.measured].filter(
    ({ symptom }) => symptom.class === 'client-error',
  );
  if (refused.length === 0) return [];
  return diff.files.flatMap(leftOut).flatMap(({ file, hunk, host, path }): Match[] => {
    const asked = host === null ? null : canonicalServiceName(host.split('.')[0] ?? '');
    const isAsked = ({ pattern }: FailingPattern) =>
      pattern.service !== null &&
      pattern.service !== service &&
      (asked === null ? beneath.has(pattern.service) : pattern.service === asked);
    const own = refused.find(({ pattern }) => pattern.service === service);
    const item = refused.find(isAsked) ?? own;
    if (item === undefined) return [];
    const who = item === own ? 'its calls are refused' : `${item.pattern.service} refuses what it is asked`;
    return [
      {
        name: 'addressInError',
        weight: WEIGHT.addressInError * (item === own ? OWN_WORD : BY_THE_ASKED),
        detail: `${file.path} no longer asks ${host ?? ''}${path}, and ${who}`,
        file: file.path,
        line: Math.max(1, hunk.newStart),
        value: null,
        pattern: item,
        evidence: [hunk.evidence, ...sampleOf(item)],
      },
    ];
  });
}
