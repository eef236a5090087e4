/** A folder of decisions/ as a scenario: what every case of one kind shares, with what this one changes. It judges nothing. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { buildScenario } from '../../src/faces/cli/scenario/build-scenario.ts';

const ROOT = fileURLToPath(new URL('../../decisions', import.meta.url));
/** The triage is at 10:30; a caller that is deployed later than the accused release comes in between. */
const RELEASED = '2024-05-14T09:50:00Z';
const CALLER_AT = '2024-05-14T09:56:00Z';
export const NOW = '2024-05-14T10:30:00Z';

/** Text by path; null deletes. */
const files = z.record(z.string(), z.string().nullable()).default({});
const caseSchema = z.strictObject({
  /** A folder of decisions/_base: the service, its fault and its log. */
  base: z.string(),
  /** The platform's own revisions of the earlier and the accused release. */
  revisions: z.tuple([z.string(), z.string()]).optional(),
  /** Files beside those of the base, in the earlier release. */
  before: files,
  /** What the accused release changes beside its fault. */
  release: files,
  /** Another service that is deployed after the accused release. */
  later: z.strictObject({ service: z.string(), files }).optional(),
  /** Untracked files, instead of those of the base. */
  evidence: z.record(z.string(), z.string()).optional(),
});
export type DecisionCase = z.infer<typeof caseSchema>;

const expectedSchema = z.strictObject({
  class: z.string(),
  recommendation: z.enum(['ROLLBACK', 'ROLL_FORWARD']),
  safety: z.enum(['SAFE', 'SAFE_WITH_STEPS', 'UNSAFE', 'UNKNOWN']),
  findings: z
    .array(
      z.strictObject({
        verdict: z.enum(['ok', 'step', 'danger', 'unknown']),
        /** `path:line`, or the start of it; null where the finding is about the whole difference. */
        at: z.string().nullable(),
        says: z.string(),
      }),
    )
    .min(1),
  /** Part of the command that carries out the recommendation. */
  command: z.string().min(1),
  /** What no command of the recommendation may hold. */
  never: z.array(z.string()),
});
export type Expected = z.infer<typeof expectedSchema>;

export function readCase(name: string): { readonly story: DecisionCase; readonly expected: Expected } {
  const text = (file: string) => readFileSync(join(ROOT, name, file), 'utf8');
  return {
    story: caseSchema.parse(parse(text('case.yaml'), { schema: 'core' })),
    expected: expectedSchema.parse(JSON.parse(text('expected.json'))),
  };
}

interface Commit {
  readonly id: string;
  readonly write: Record<string, string>;
  readonly delete?: readonly string[];
}

/** Lays the case out in `target`; resolves to the commit of the accused release. */
export async function layOut(story: DecisionCase, target: string): Promise<string> {
  const scenario = mkdtempSync(join(tmpdir(), 'wicked-decision-'));
  try {
    const base = join(ROOT, '_base', story.base);
    const history: { commits: Commit[] } = parse(readFileSync(join(base, 'history.yaml'), 'utf8'), {
      schema: 'core',
    });
    const commits = history.commits.map((commit) => ({
      ...commit,
      ...changed(commit.write, commit.id === 'before' ? story.before : story.release),
    }));
    const caller = story.later;
    const later = caller === undefined ? [] : [callerCommit(caller)];
    write(scenario, { 'history.yaml': stringify({ ...history, commits: [...commits, ...later] }) });
    if (story.evidence !== undefined) write(join(scenario, 'input'), story.evidence);
    else if (existsSync(join(base, 'input')))
      cpSync(join(base, 'input'), join(scenario, 'input'), { recursive: true });
    write(join(scenario, 'input'), { 'deployments.json': deployments(story) });
    const ids = await buildScenario(scenario, target, { now: Date.parse(NOW) });
    return ids.get('release') ?? '';
  } finally {
    rmSync(scenario, { recursive: true, force: true });
  }
}

function callerCommit({ service, files: own }: NonNullable<DecisionCase['later']>) {
  return { id: 'later', date: '2024-05-14T09:54:00Z', message: `${service}: next`, ...changed({}, own) };
}

function changed(written: Readonly<Record<string, string>>, own: DecisionCase['before']) {
  const entries = Object.entries(own);
  return {
    write: {
      ...written,
      ...Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null)),
    },
    delete: entries.flatMap(([path, text]) => (text === null ? [path] : [])),
  };
}

function deployments({ base, revisions, later }: DecisionCase): string {
  const record = (
    service: string,
    version: string,
    commit: string,
    startedAt: string,
    revision?: string,
  ) => ({
    service,
    version,
    commit: `@commit(${commit})@`,
    startedAt,
    status: 'succeeded',
    environment: 'production',
    ...(revision === undefined ? {} : { revision }),
  });
  return JSON.stringify([
    record(base, 'v1.0.0', 'before', '2024-05-13T10:00:00Z', revisions?.[0]),
    record(base, 'v1.1.0', 'release', RELEASED, revisions?.[1]),
    ...(later === undefined ? [] : [record(later.service, 'v7.0.0', 'later', CALLER_AT)]),
  ]);
}

function write(root: string, texts: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
