/** The probe loop: the engine asks, connectors answer into a larger snapshot, until nothing is asked or the budget is spent. It never judges an answer. */
import { ConnectorError } from '../domain/error.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Gap } from '../domain/gap.ts';
import type { Probe, ProbeAnswer } from '../domain/probe.ts';
import type { Report } from '../domain/report.ts';
import type { Contribution, Snapshot } from '../domain/snapshot.ts';
import type { Connector, EvidenceDirectory } from '../ports/connector.ts';
import { connectorContext, stopIfInterrupted, withDeadline } from './collect.ts';
import { compareText } from './order.ts';
import type { Platform, Triage } from './platform.ts';
import { sanitise, type TextPolicy } from './sanitise.ts';

/** Emitters → definitions → their history → the difference is the longest way to a cause, with one to spare; then what lies between the releases, and who needs it. */
export const MAX_ROUNDS = 7;
export const PROBE_BUDGET_MS = 20_000;

export interface ProbeOptions {
  readonly triage: Triage;
  readonly connectors: readonly Connector[];
  /** Null where only a stored snapshot is there: then nobody can be asked. */
  readonly directory: EvidenceDirectory | null;
  readonly policy: TextPolicy;
  readonly budgetMs?: number;
}

interface Answered {
  readonly answer: ProbeAnswer;
  readonly contribution: Pick<Contribution, 'evidence' | 'gaps'>;
}

/** The report of the last round, and the snapshot that it rests on. Throws PlatformError `interrupted`. */
export async function answerProbes(
  start: Snapshot,
  options: ProbeOptions,
  platform: Platform,
): Promise<{ readonly report: Report; readonly snapshot: Snapshot }> {
  const deadline = platform.clock.elapsedMs() + (options.budgetMs ?? PROBE_BUDGET_MS);
  let snapshot = start;
  let { report, probes } = options.triage(snapshot);
  for (let round = 0; ; round += 1) {
    const open = unanswered(probes, snapshot);
    if (open.length === 0) return { report, snapshot };
    stopIfInterrupted(platform.signal);
    const leftMs = deadline - platform.clock.elapsedMs();
    const isSpent = round >= MAX_ROUNDS || leftMs <= 0;
    const answers = isSpent
      ? open.map((probe) => notAnswered(probe, spentReason(round)))
      : await answerAll(open, options, platform, leftMs);
    snapshot = enlarge(snapshot, sanitise(answers, options.policy));
    ({ report, probes } = options.triage(snapshot));
    if (isSpent) return { report, snapshot };
  }
}

function spentReason(round: number): string {
  return round >= MAX_ROUNDS
    ? `${MAX_ROUNDS} rounds of questions were spent`
    : 'the time for questions was spent';
}

function unanswered(probes: readonly Probe[], snapshot: Snapshot): readonly Probe[] {
  const known = new Set(snapshot.probeAnswers.map(({ probeId }) => probeId));
  const open = new Map(probes.filter(({ id }) => !known.has(id)).map((probe) => [probe.id, probe]));
  return [...open.values()].sort((a, b) => compareText(a.id, b.id));
}

async function answerAll(
  probes: readonly Probe[],
  options: ProbeOptions,
  platform: Platform,
  budgetMs: number,
): Promise<readonly Answered[]> {
  const { directory } = options;
  if (directory === null) {
    return probes.map((probe) => notAnswered(probe, 'a stored snapshot cannot be asked', false));
  }
  let done = 0;
  return Promise.all(
    probes.map(async (probe) => {
      const outcome = await withDeadline(budgetMs, platform.signal, (signal) =>
        answerOne(probe, options.connectors, directory, platform, signal),
      );
      done += 1;
      platform.progress('code', 'following the trail', done, probes.length);
      return outcome.value ?? notAnswered(probe, `it took longer than ${Math.round(budgetMs / 1000)} s`);
    }),
  );
}

async function answerOne(
  probe: Probe,
  connectors: readonly Connector[],
  directory: EvidenceDirectory,
  platform: Platform,
  signal: AbortSignal,
): Promise<Answered> {
  const able = connectors.filter(({ probes }) => probes.includes(probe.kind));
  let failure: ConnectorError | null = null;
  for (const connector of [...able].sort((a, b) => compareText(a.id, b.id))) {
    try {
      const context = connectorContext(connector.id, directory, platform, signal);
      const answered = await connector.answer?.(probe, context);
      if (answered !== null && answered !== undefined) return answered;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      failure ??= error;
    }
  }
  if (failure !== null) return notAnswered(probe, `${failure.what}: ${failure.why}`, true, failure.nextStep);
  return notAnswered(probe, able.length === 0 ? 'no source can tell' : 'no source knows this repository');
}

const ASKED_FOR: Readonly<Record<Probe['kind'], string>> = {
  'find-emitters': 'which line of code writes a log message',
  'key-history': 'which values a setting had before',
  'revision-diff': 'what differs between two revisions',
  'symbol-uses': 'where a name is read in the code',
  'reached-code': 'what a failing line works with',
  imports: 'which shared code a service uses',
  'line-history': 'which commits changed a line',
  'rollback-hazards': 'what stands in the way of going back',
  'source-lines': 'how a line stands in the running revision',
};

function notAnswered(probe: Probe, why: string, isGap = true, nextStep: string | null = null): Answered {
  const gap: Gap = {
    source: 'probes',
    reason: 'unanswered',
    detail: `It could not be told ${ASKED_FOR[probe.kind]}: ${why}.`,
    effect: 'The chain from the symptom to the change may miss a link.',
    nextStep,
  };
  return {
    answer: { kind: 'unanswered', probeId: probe.id, probeKind: probe.kind, why },
    contribution: { evidence: [], gaps: isGap ? [gap] : [] },
  };
}

function enlarge(snapshot: Snapshot, answers: readonly Answered[]): Snapshot {
  const evidence: Record<string, Evidence> = { ...snapshot.evidence };
  for (const piece of answers.flatMap(({ contribution }) => contribution.evidence)) {
    evidence[piece.ref] ??= piece;
  }
  return {
    ...snapshot,
    evidence,
    gaps: withNewGaps(snapshot.gaps, answers),
    probeAnswers: [...snapshot.probeAnswers, ...answers.map(({ answer }) => answer)].sort((a, b) =>
      compareText(a.probeId, b.probeId),
    ),
  };
}

/** The same thing is said once, however many questions it left open. */
function withNewGaps(gaps: readonly Gap[], answers: readonly Answered[]): readonly Gap[] {
  const text = (gap: Gap) => `${gap.source} ${gap.detail}`;
  const byText = new Map(
    [...gaps, ...answers.flatMap((each) => each.contribution.gaps)].map((gap) => [text(gap), gap]),
  );
  return [...byText.values()];
}
