import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../domain/context.ts';
import { ConnectorError } from '../domain/error.ts';
import { type Evidence, evidenceRef } from '../domain/evidence.ts';
import type { Probe } from '../domain/probe.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Connector } from '../ports/connector.ts';
import { connectorOf, contributionOf, directoryOf, NOW, reportOf, testPlatform } from './_testing/fakes.ts';
import type { Triage } from './platform.ts';
import { answerProbes, MAX_ROUNDS } from './probes.ts';
import { buildSnapshot } from './snapshot.ts';

const policy = {
  redact: (text: string) => text.replaceAll('hunter2', '[redacted]'),
  isSecretName: () => false,
};
const request = {
  symptom: 's',
  asOf: NOW,
  asOfBasis: 'given',
  service: null,
  since: null,
  until: null,
  answers: [],
  incidentId: 'INC-1',
} as const;

function snapshot(): Snapshot {
  return buildSnapshot(request, DEFAULT_CONTEXT, contributionOf(), []);
}

const uses = (id: string): Probe => ({ kind: 'symbol-uses', id, repo: '.', revision: 'HEAD', names: ['x'] });

/** Asks for one more thing each round, up to `rounds`. */
const asking =
  (rounds: number): Triage =>
  (given) => ({
    report: reportOf('INC-1'),
    probes: Array.from({ length: Math.min(given.probeAnswers.length + 1, rounds) }, (_each, index) =>
      uses(`q${index}`),
    ),
  });

const piece: Evidence = {
  ref: evidenceRef('code', 'a.ts:1'),
  kind: 'source-line',
  source: 'code',
  locator: { kind: 'file', path: 'a.ts' },
  excerpt: 'const key = "hunter2"',
  sha256: '',
  observedAt: null,
};

const answering = (id: string): Connector =>
  connectorOf({
    id,
    probes: ['symbol-uses'],
    answer: async (probe) => ({
      answer: {
        kind: 'symbol-uses',
        probeId: probe.id,
        names: ['x'],
        uses: [],
        searched: 'all',
        evidence: [piece.ref],
      },
      contribution: { evidence: [piece], gaps: [] },
    }),
  });

function run(triage: Triage, connectors: readonly Connector[], budgetMs?: number) {
  const options = { triage, connectors, directory: directoryOf({}), policy };
  return answerProbes(
    snapshot(),
    budgetMs === undefined ? options : { ...options, budgetMs },
    testPlatform(),
  );
}

describe('answerProbes', () => {
  it('goes on until nothing is asked, with cleaned evidence in the snapshot', async () => {
    const { snapshot: after } = await run(asking(3), [answering('code')]);
    expect(after.probeAnswers.map(({ probeId, kind }) => `${probeId} ${kind}`)).toEqual([
      'q0 symbol-uses',
      'q1 symbol-uses',
      'q2 symbol-uses',
    ]);
    expect(after.evidence[piece.ref]?.excerpt).toBe('const key = "[redacted]"');
    expect(after.gaps).toEqual([]);
  });

  it('stops after its rounds and says once what stayed open', async () => {
    const { snapshot: after } = await run(asking(100), [answering('code')]);
    expect(after.probeAnswers).toHaveLength(MAX_ROUNDS + 1);
    expect(after.gaps).toEqual([expect.objectContaining({ source: 'probes', reason: 'unanswered' })]);
  });

  it.each([
    { name: 'nobody can answer', connectors: [], why: 'no source can tell' },
    {
      name: 'nobody knows the repository',
      connectors: [connectorOf({ id: 'code', probes: ['symbol-uses'], answer: async () => null })],
      why: 'no source knows this repository',
    },
    {
      name: 'the source fails',
      connectors: [
        connectorOf({
          id: 'code',
          probes: ['symbol-uses'],
          answer: () =>
            Promise.reject(
              new ConnectorError({
                code: 'unavailable',
                what: 'git',
                why: 'is not installed',
                nextStep: 'Install it.',
              }),
            ),
        }),
      ],
      why: 'git: is not installed',
    },
  ])('tells that a question is open when $name', async ({ connectors, why }) => {
    const { snapshot: after } = await run(asking(1), connectors);
    expect(after.probeAnswers).toEqual([
      { kind: 'unanswered', probeId: 'q0', probeKind: 'symbol-uses', why },
    ]);
    expect(after.gaps.map(({ detail }) => detail)).toEqual([expect.stringContaining(why)]);
  });

  it('says the same thing once for many questions', async () => {
    const many: Triage = () => ({ report: reportOf('INC-1'), probes: [uses('a'), uses('b'), uses('a')] });
    const { snapshot: after } = await run(many, []);
    expect(after.probeAnswers).toHaveLength(2);
    expect(after.gaps).toHaveLength(1);
  });

  it('asks the first in the alphabet, then the next where that one passes', async () => {
    const passing = connectorOf({ id: 'a', probes: ['symbol-uses'], answer: async () => null });
    const { snapshot: after } = await run(asking(1), [answering('b'), passing]);
    expect(after.probeAnswers[0]?.kind).toBe('symbol-uses');
  });

  it('gives up a question at the end of the time', async () => {
    const silent = connectorOf({
      id: 'code',
      probes: ['symbol-uses'],
      answer: () => new Promise(() => undefined),
    });
    const { snapshot: after } = await run(asking(1), [silent], 20);
    expect(after.probeAnswers[0]).toMatchObject({ kind: 'unanswered' });
  });

  it('asks nobody for a stored snapshot, and makes no gap of that', async () => {
    const options = { triage: asking(2), connectors: [answering('code')], directory: null, policy };
    const { snapshot: after } = await answerProbes(snapshot(), options, testPlatform());
    expect(after.probeAnswers.every(({ kind }) => kind === 'unanswered')).toBe(true);
    expect(after.gaps).toEqual([]);
  });
});
