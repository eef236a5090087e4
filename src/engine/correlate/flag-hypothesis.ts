/** The case for and against a feature flag that was switched. */
import type { FlagChange } from '../../domain/change.ts';
import type { Factor, Hypothesis } from '../../domain/hypothesis.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { toIso } from '../../domain/time.ts';
import { factor, lengthText, locus, ownOnset, timing } from './circumstance.ts';
import { doseResponse } from './dose.ts';
import type { Facts } from './facts.ts';
import { isSameFile } from './frame-files.ts';
import { WEIGHT } from './weights.ts';

/** Null for a flag without a time, or switched after the failure of the service that it guards began. */
export function flagHypothesis(
  flag: FlagChange,
  facts: Facts,
): Omit<Hypothesis, 'probability' | 'confidence' | 'caps'> | null {
  const incident = facts.detection.onsetAt;
  if (flag.at === null || incident === null) return null;
  const guarded = guardedBy(flag, facts);
  const service = flag.service ?? guarded.service ?? facts.origins[0] ?? null;
  const onset = service === null ? incident : ownOnset(service, facts);
  if (flag.at > onset + facts.detection.onsetUncertaintyMs) return null;
  const factors: Factor[] = [timing(flag.at, null, onset, flag.evidence)];
  const dose = doseResponse(flag, facts);
  if (service !== null) factors.push(placeOf(service, dose, facts));
  factors.push(...(dose === null ? [] : [dose]), ...guarded.factors);
  if (flag.from !== null && flag.from === flag.to)
    factors.push(factor('no-difference', WEIGHT.inert, `its value stayed ${flag.to}`, flag.evidence));
  const back = facts.situation.flags.find(
    (other) =>
      other.flag === flag.flag &&
      other.at !== null &&
      other.at > (flag.at ?? 0) &&
      other.at <= facts.situation.snapshot.request.asOf,
  );
  return {
    id: `flag:${flag.id}`,
    kind: 'flag',
    statement: `flag ${flag.flag} was switched${flag.from === null ? '' : ` from ${flag.from}`}${flag.to === null ? '' : ` to ${flag.to}`} at ${toIso(flag.at)}`,
    service,
    change: {
      changeId: flag.id,
      type: 'flag',
      commit: null,
      commits: [],
      version: null,
      deploymentId: null,
      flag: flag.flag,
      file: guarded.file,
      line: guarded.line,
      key: flag.flag,
      oldValue: flag.from,
      newValue: flag.to,
      at: flag.at,
      finishedAt: null,
    },
    mechanism: [
      {
        statement: `${flag.summary} (${lengthText(onset - flag.at)} before the failure began)`,
        location: null,
        evidence: flag.evidence,
      },
      ...guarded.steps,
    ],
    factors,
    predictions: [
      {
        statement: 'the failure begins after the flag was switched',
        result: flag.at <= onset + facts.detection.onsetUncertaintyMs ? 'PASS' : 'FAIL',
        evidence: flag.evidence,
      },
      {
        statement: 'the failing code is reached only with the flag on',
        result: guarded.onPath ? 'PASS' : 'NO-DATA',
        evidence: guarded.steps.flatMap((step) => step.evidence),
      },
      {
        statement: 'switching it back ends the failure',
        result: back === undefined ? 'NO-DATA' : 'PASS',
        evidence: back?.evidence ?? [],
      },
    ],
    score: factors.reduce((sum, item) => sum + item.weight, 0),
  };
}

/** Failures of a callee that is asked for more than it can do. */
const OF_CAPACITY: readonly SymptomClass[] = [
  'pool-exhausted',
  'saturation',
  'queue-backlog',
  'rate-limit',
  'timeout',
  'latency',
];

/** A caller can bring down what it calls: where the response to a flag is measured in the callee, or it is overloaded, the flag's own service need not fail. */
function placeOf(service: string, dose: Factor | null, facts: Facts): Factor {
  const own = locus(service, facts);
  if (own.weight > 0) return own;
  if (dose !== null) return factor('locus', WEIGHT.locusCalled, `what fails answers to a flag of ${service}`);
  const overloaded = facts.detection.symptoms.find(
    (symptom) =>
      OF_CAPACITY.includes(symptom.class) &&
      facts.situation.edges.some(({ from, to }) => from === service && to === symptom.service),
  );
  return overloaded === undefined
    ? own
    : factor('locus', WEIGHT.locusFar, `${service} calls ${overloaded.service}, which has too much to do`);
}

/** Where the flag is checked, and whether the failing stack or emitter passes that file. */
function guardedBy(flag: FlagChange, facts: Facts) {
  const answer = facts.usesOf(flag.flag);
  const uses = answer?.uses ?? [];
  const words = flag.flag
    .toLowerCase()
    .split(/[-_.]/)
    .filter((word) => word.length > 3);
  const related = facts.failing.filter((item) =>
    item.pattern.frames.some(
      (frame) =>
        words.filter((word) => `${frame.file} ${frame.function ?? ''}`.toLowerCase().includes(word)).length >=
        Math.min(2, words.length),
    ),
  );
  const hit = uses.find((use) =>
    facts.failing.some(
      (item) =>
        item.pattern.frames.some((frame) => frame.inApp !== false && isSameFile(frame, use.location.path)) ||
        facts.emitters.some(
          (emitter) => emitter.patternId === item.pattern.id && emitter.literal.path === use.location.path,
        ),
    ),
  );
  const place = hit ?? uses[0] ?? null;
  const service = place === null ? null : serviceOf(place.location.path, facts);
  const factors: Factor[] = [];
  const exact = hit !== undefined && passes(hit.function, facts);
  if (hit !== undefined) {
    const weight = exact ? WEIGHT.frameInHunk * 0.8 : WEIGHT.frameInFile;
    const how = exact ? 'in a function that the failing stack passes' : 'a file that the failing code passes';
    factors.push(
      factor(
        'flag-guards-path',
        weight,
        `the flag is checked in ${hit.location.path}:${hit.location.line}, ${how}`,
        [hit.evidence],
      ),
    );
  }
  if (related.length > 0 && words.length > 0) {
    const evidence = related
      .slice(0, 1)
      .flatMap((item) => item.pattern.samples.slice(0, 1).map((sample) => sample.evidence));
    factors.push(
      factor(
        'flag-in-trace',
        WEIGHT.symbolInError,
        `the failing stack passes code that carries the flag's name`,
        evidence,
      ),
    );
  } else if (
    hit === undefined &&
    answer !== null &&
    facts.failing.some((item) => item.pattern.frames.length > 0)
  ) {
    factors.push(
      factor(
        'flag-elsewhere',
        WEIGHT.unrelatedDiff,
        uses.length === 0
          ? 'no code in the repository reads it'
          : `it is checked in ${uses[0]?.location.path}, which the failing code does not pass`,
        uses.slice(0, 1).map((use) => use.evidence),
      ),
    );
  }
  const steps =
    place === null
      ? []
      : [
          {
            statement: `the flag is checked here${place.function === null ? '' : ` in ${place.function}`}`,
            location: place.location,
            evidence: [place.evidence],
          },
        ];
  return {
    factors,
    steps,
    service,
    file: place?.location.path ?? null,
    line: place?.location.line ?? null,
    onPath: hit !== undefined || related.length > 0,
  };
}

function passes(name: string | null, facts: Facts): boolean {
  if (name === null) return false;
  const last = name.split(/[.:#]/).at(-1);
  return facts.failing.some((item) =>
    item.pattern.frames.some(
      (frame) => frame.inApp !== false && frame.function?.split(/[.:#)( ]/).includes(last ?? '') === true,
    ),
  );
}

function serviceOf(path: string, facts: Facts): string | null {
  let best: { name: string; length: number } | null = null;
  for (const node of facts.situation.services.values()) {
    for (const folder of [...node.paths, ...(facts.situation.folders.get(node.name) ?? [])]) {
      if (path.startsWith(`${folder}/`) && folder.length > (best?.length ?? 0))
        best = { name: node.name, length: folder.length };
    }
  }
  return best?.name ?? null;
}
