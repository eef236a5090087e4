/** Many small histories of two commits in one repository, made by a single `git fast-import`, and the product's own answer to what lies between them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextFor } from '../../src/connectors/_kit/_testing/connector-run.ts';
import { connector } from '../../src/connectors/source-code/index.ts';
import type { Safety } from '../../src/domain/decision.ts';
import type { Assessment } from '../../src/domain/impact.ts';
import type { Probe, ProbeAnswer } from '../../src/domain/probe.ts';
import type { Platform } from '../../src/domain/service.ts';
import type { Release, Situation } from '../../src/domain/situation.ts';
import type { DependencyEdge } from '../../src/domain/topology.ts';
import { atSecond, snapshotOf } from '../../src/engine/_testing/situations.ts';
import type { GoingBack } from '../../src/engine/decide/going-back.ts';
import { rollbackSafety, safetyProbes } from '../../src/engine/decide/safety.ts';

export type Files = Readonly<Record<string, string>>;

export interface History {
  readonly before: Files;
  /** Files that the second commit writes; an empty text deletes. */
  readonly after: Files;
  /** A third commit, of a caller that is deployed later. */
  readonly later?: Files;
  /** Folders of each service; default: the whole repository is `cart`'s. */
  readonly folders?: Readonly<Record<string, readonly string[]>>;
  readonly platform?: Platform;
  /** The file that is accused. */
  readonly accused?: string;
}

export interface Laboratory {
  readonly root: string;
  /** Commit ids of each history, in order. */
  readonly commits: readonly (readonly string[])[];
}

/** Lays out all histories; remove `root` with `tearDown`. */
export function setUp(histories: readonly History[]): Laboratory {
  const root = mkdtempSync(join(tmpdir(), 'wicked-platform-decision-'));
  const git = (argv: readonly string[], input?: string) =>
    execFileSync('git', argv, {
      cwd: root,
      encoding: 'utf8',
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  git(['init', '--quiet', '--initial-branch=main']);
  let mark = 0;
  const stream = histories.flatMap((history, index) =>
    [history.before, history.after, ...(history.later === undefined ? [] : [history.later])].map(
      (files, step) => {
        mark += 1;
        return commitText(`refs/heads/case-${index}`, mark, step, files);
      },
    ),
  );
  git(['fast-import', '--quiet', '--export-marks=marks'], `${stream.join('')}done\n`);
  const marks = new Map(
    readFileSync(join(root, 'marks'), 'utf8')
      .trim()
      .split('\n')
      .map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
  );
  let next = 0;
  const commits = histories.map((history) =>
    Array.from({ length: history.later === undefined ? 2 : 3 }, () => {
      next += 1;
      return marks.get(`:${next}`) ?? '';
    }),
  );
  return { root, commits };
}

function commitText(ref: string, mark: number, step: number, files: Files): string {
  const changes = Object.entries(files).map(([path, text]) =>
    text === '' ? `D ${path}\n` : `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  );
  const at = `Ada Example <ada@example.invalid> ${1_709_290_800 + step * 60} +0000`;
  return `commit ${ref}\nmark :${mark}\nauthor ${at}\ncommitter ${at}\ndata 4\nstep\n${step === 0 ? '' : `from :${mark - 1}\n`}${changes.join('')}\n`;
}

export function tearDown({ root }: Laboratory): void {
  rmSync(root, { recursive: true, force: true });
}

function releaseOf(
  service: string,
  version: string,
  second: number,
  commit: string,
  previous: string | null,
): Release {
  return {
    id: `${service}-${version}`,
    service,
    version,
    startedAt: atSecond(second),
    finishedAt: atSecond(second + 30),
    status: 'succeeded',
    rollback: false,
    share: null,
    environment: null,
    platformRevision: null,
    deploymentId: null,
    target: null,
    repo: '.',
    commit,
    commitBasis: 'given',
    previousId: null,
    previousVersion: 'v1',
    previousCommit: previous,
    previousPlatformRevision: null,
    commits: [],
    reach: 'serving',
    sources: [],
    evidence: [],
  };
}

const NO_ASSESSMENT = { blastRadius: { direct: [] } } as unknown as Assessment;

/** One history as the engine sees it while the connector answers its questions from git. */
export async function situationOf(laboratory: Laboratory, index: number, history: History) {
  const [from = '', to = '', later] = laboratory.commits[index] ?? [];
  const release = releaseOf('cart', 'v2', 0, to, from);
  const caller = later === undefined ? [] : [releaseOf('storefront', 'v7', 60, later, to)];
  const edges: readonly DependencyEdge[] = [
    { from: 'storefront', to: 'cart', source: 'catalog', evidence: [] },
  ];
  const context = await contextFor(laboratory.root);
  const answers: ProbeAnswer[] = [];
  const back = (): GoingBack => ({
    release,
    from,
    platform: history.platform ?? 'kubernetes',
    accusedKey: null,
    accusedFile: history.accused ?? null,
    situation: {
      snapshot: snapshotOf({ probeAnswers: [...answers] }),
      folders: new Map(Object.entries(history.folders ?? {})),
      releases: [release, ...caller],
      edges,
      covered: null,
    } as unknown as Situation,
  });
  /** Answers what has no answer yet; false where that was nothing. */
  const ask = async (probes: readonly Probe[]): Promise<boolean> => {
    const known = new Set(answers.map(({ probeId }) => probeId));
    const open = probes.filter(({ id }) => !known.has(id));
    for (const probe of open) {
      const answered = await connector.answer?.(probe, context);
      answers.push(
        answered?.answer ?? { kind: 'unanswered', probeId: probe.id, probeKind: probe.kind, why: 'not here' },
      );
    }
    return open.length > 0;
  };
  const paths = history.folders?.['cart'] ?? [];
  await ask([{ kind: 'revision-diff', id: 'diff', repo: '.', from, to, paths }]);
  return { back, ask };
}

/** The verdict after all questions that the engine asks were answered. */
export async function judge(laboratory: Laboratory, index: number, history: History): Promise<Safety> {
  const { back, ask } = await situationOf(laboratory, index, history);
  while (await ask(safetyProbes(back())));
  return rollbackSafety(back(), NO_ASSESSMENT);
}
