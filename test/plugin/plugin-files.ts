/** Where the plugin's files lie, and how they are read in tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSkill } from './expand-skill.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const PLUGIN = join(ROOT, 'plugin');
export const CLI = join(ROOT, 'dist', 'cli.js');
export const LAUNCHER = join(PLUGIN, 'bin', 'wicked-platform.mjs');

export function readJson(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));
}

export const SKILLS: readonly string[] = readdirSync(join(PLUGIN, 'skills')).sort();
export const AGENTS: readonly string[] = readdirSync(join(PLUGIN, 'agents')).map((file) =>
  file.replace(/\.md$/, ''),
);

export function skillText(name: string): string {
  return readFileSync(join(PLUGIN, 'skills', name, 'SKILL.md'), 'utf8');
}

export function agentText(name: string): string {
  return readFileSync(join(PLUGIN, 'agents', `${name}.md`), 'utf8');
}

export const skillFile = (name: string) => readSkill(skillText(name));
export const agentFile = (name: string) => readSkill(agentText(name));
