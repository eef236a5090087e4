/**
 * Carries the words typed after a skill from the hook that sees them as JSON to the command inside the skill, past every shell.
 * A session has one place; what was read once or is old is gone.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, textOf } from './hook-input.ts';

const FOLDER = 'arguments';
/** The client expands the skill right after the hook; minutes later it is another invocation. */
const LIFETIME_MS = 5 * 60_000;

export interface SkillCall {
  readonly skill: string;
  readonly text: string;
  /** `agent`: a model wrote the words, perhaps under the influence of what it read. */
  readonly by: 'person' | 'agent';
  readonly atMs: number;
}

function fileOf(folder: string, session: string): string {
  return join(folder, FOLDER, `${createHash('sha256').update(session).digest('hex').slice(0, 32)}.json`);
}

export function keepCall(folder: string, session: string, call: SkillCall): void {
  const path = fileOf(folder, session);
  mkdirSync(join(folder, FOLDER), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(call), { mode: 0o600 });
  renameSync(partial, path);
}

/** The call of this skill in this session, once; null where there is none, it is old or nothing can be made of it. */
export function takeCall(folder: string, session: string, skill: string, nowMs: number): SkillCall | null {
  const path = fileOf(folder, session);
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    rmSync(path, { force: true });
    if (!isRecord(value) || value['skill'] !== skill) return null;
    const atMs = Number(value['atMs']);
    if (!(Math.abs(nowMs - atMs) <= LIFETIME_MS)) return null;
    const by = value['by'] === 'person' ? 'person' : 'agent';
    return { skill, text: textOf(value['text']) ?? '', by, atMs };
  } catch {
    return null;
  }
}
