/** What would the report say if something were otherwise: on the evidence of the incident, or on a saved snapshot. It records nothing. */
import { z } from 'zod';
import { PlatformError } from '../../domain/error.ts';
import type { Report } from '../../domain/report.ts';
import { unusedAnswers } from '../answers.ts';
import { gather } from '../gather.ts';
import { findIncident, type Handle, handleInput } from '../handle.ts';
import { defineOperation } from '../operation.ts';
import type { Platform } from '../platform.ts';
import { answerProbes, type ProbeOptions } from '../probes.ts';
import { withoutReports } from '../record.ts';
import { NOTHING_FURTHER, widenScope } from '../scope.ts';
import { readSnapshot } from '../snapshot.ts';
import { snapshotOf } from '../triage-incident.ts';
import { differencesOf, suppose } from '../what-if.ts';

const side = z.strictObject({
  severity: z.string(),
  cause: z.string().nullable(),
  confidence: z.string().nullable(),
  recommendation: z.string(),
});

const output = z.strictObject({
  incident: z.string(),
  asOf: z.string(),
  assumed: z.record(z.string(), z.string()),
  setAside: z.array(z.string()).describe('Measurements that the assumption replaces'),
  before: side,
  after: side,
  changed: z
    .array(z.strictObject({ what: z.string(), before: z.string(), after: z.string() }))
    .describe('Empty: it would change nothing'),
  unused: z.array(z.string()).describe('Assumptions that nothing follows from'),
});

type Outcome = z.infer<typeof output>;

function sideOf({ incident, rootCause, rollback }: Report): Outcome['before'] {
  return {
    severity: incident.severity,
    cause: rootCause?.statement ?? null,
    confidence: rootCause?.confidence ?? null,
    recommendation: rollback.recommendation,
  };
}

type Assumptions = Readonly<Record<string, string>>;
type Start = Parameters<typeof suppose>[0];

async function compare(
  start: Start,
  assume: Assumptions,
  probing: ProbeOptions,
  platform: Platform,
): Promise<Outcome> {
  const { normalise } = await import('../../engine/normalise/normalise.ts');
  const base = await answerProbes(start, probing, platform);
  const { resolve } = normalise(base.snapshot);
  const { snapshot, setAside } = suppose(base.snapshot, assume, resolve);
  const { report } = await answerProbes(snapshot, probing, platform);
  return {
    incident: start.request.incidentId,
    asOf: base.report.incident.asOf,
    assumed: { ...assume },
    setAside: [...setAside],
    before: sideOf(base.report),
    after: sideOf(report),
    changed: [...differencesOf(base.report, report)],
    unused: unusedAnswers(report, assume).map(({ what, nextStep }) => `${what}. ${nextStep}`),
  };
}

async function onSnapshot(path: string, assume: Assumptions, platform: Platform): Promise<Outcome> {
  const start = readSnapshot(await platform.readTextFile(path), path);
  const [triage, policy] = await Promise.all([platform.loadTriage(), platform.textPolicy([])]);
  return compare(start, assume, { triage, connectors: [], directory: null, policy }, platform);
}

/** Reads the evidence again where and when the incident was last triaged. */
async function onEvidence(handle: Handle, assume: Assumptions, platform: Platform): Promise<Outcome> {
  const incident = await findIncident(handle, platform);
  const last = incident.events.findLast(({ body }) => body.type === 'triaged');
  const scope = await widenScope(incident, NOTHING_FURTHER, platform);
  const gathered = await gather({ ...scope, asOf: last?.at ?? scope.asOf }, platform);
  try {
    const { place, connectors, policy, asOf } = gathered;
    const kase = { incidentId: incident.id, answers: incident.answers };
    const bare = snapshotOf({ ...scope, symptom: incident.symptom }, gathered, kase);
    const record = withoutReports(incident.events).filter(({ at }) => at <= asOf);
    const triage = await platform.loadTriage();
    const probing = { triage, connectors, directory: place.directory, policy };
    return await compare({ ...bare, record }, assume, probing, platform);
  } finally {
    await gathered.place.close();
  }
}

function textOf({ incident, assumed, setAside, before, after, changed, unused }: Outcome): string {
  const told = Object.entries(assumed).map(([key, value]) => `${key} = ${value}`);
  const say = ({ severity, cause, confidence, recommendation }: Outcome['before']) =>
    `${severity}, ${recommendation}, cause ${cause === null ? 'none named' : `(${confidence}) ${cause}`}`;
  return [
    `${incident}, supposing ${told.join(', ')} (not recorded):`,
    ...(setAside.length === 0 ? [] : [`Set aside: ${setAside.join(', ')}`]),
    `Before: ${say(before)}`,
    `After:  ${say(after)}`,
    ...(changed.length === 0 ? ['Nothing else would change.'] : []),
    ...changed.map((each) => `  ${each.what}: ${each.before} → ${each.after}`),
    ...unused,
  ].join('\n');
}

export const operation = defineOperation({
  name: 'incident-what-if',
  summary: 'What the report would say if something were otherwise; nothing is recorded.',
  input: z.strictObject({
    ...handleInput,
    assume: z
      .record(z.string(), z.string())
      .describe(
        'What to suppose, by key: payment-service.latencyP99Ms, checkout-api.failureRate, activeUsers, paymentTimeout.previousValue',
      ),
    snapshot: z
      .string()
      .nullable()
      .default(null)
      .describe('On this saved snapshot instead of the evidence of the incident'),
  }),
  output,
  effects: 'read',
  tool: {
    name: 'what_if',
    title: 'What if',
    description:
      'Counterfactual, what if, sensitivity: thinks the incident through again with something supposed otherwise ("what if the p99 were 300 ms": payment-service.latencyP99Ms=300; checkout-api.failureRate=0.02; activeUsers=16000) and tells what would change in cause, confidence, severity and decision. A supposed latency replaces the measured one. Nothing is recorded: it is a thought, not evidence; facts go to answer.',
    idempotent: true,
    gathers: true,
  },
  text: textOf,
  async run({ assume, snapshot, ...handle }, platform) {
    if (Object.keys(assume).length === 0) {
      throw new PlatformError({
        code: 'usage',
        what: 'Nothing is supposed',
        why: '`assume` is empty',
        nextStep: 'Give a key and a value, for example payment-service.latencyP99Ms=300.',
      });
    }
    return snapshot === null ? onEvidence(handle, assume, platform) : onSnapshot(snapshot, assume, platform);
  },
});
