/** The plugin's files against schemas of our own, which list the fields used with their types. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { SKILL_VIEWS } from '../../src/faces/cli/hook/skills.ts';
import { AGENTS, agentFile, PLUGIN, ROOT, readJson, SKILLS, skillFile } from './plugin-files.ts';

type Schema = Parameters<typeof z.fromJSONSchema>[0];

function schemaOf(name: string): z.ZodType {
  return z.fromJSONSchema(readJson('test', 'plugin', 'schemas', `${name}.schema.json`) as Schema);
}

/** The complaints, none where it fits. */
function complaints(name: string, value: unknown): readonly string[] {
  const { error } = schemaOf(name).safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the schemas', () => {
  it.each([
    { name: 'plugin', value: { name: 'Wicked Platform' } },
    { name: 'marketplace', value: { name: 'x', owner: { name: 'y' }, plugins: [{ name: 'x' }] } },
    {
      name: 'hooks',
      value: {
        hooks: { PreToolUse: [{ hooks: [{ type: 'prompt' }] }], SessionStart: [], UserPromptExpansion: [] },
      },
    },
    { name: 'skill', value: { name: 'x', description: 'short' } },
    { name: 'agent', value: { name: 'x', description: 'y'.repeat(50), tools: 'Bash', hooks: {} } },
    { name: 'mcp', value: { mcpServers: { a: { command: 1 } } } },
  ])('of $name refuses what the client would refuse', ({ name, value }) => {
    expect(complaints(name, value)).not.toEqual([]);
  });
});

describe('the plugin', () => {
  it('has a manifest of the package version', () => {
    const plugin = readJson('plugin', '.claude-plugin', 'plugin.json');
    expect(complaints('plugin', plugin)).toEqual([]);
    expect(plugin).toMatchObject({
      name: 'wicked-platform',
      version: manifest.version,
      license: manifest.license,
    });
  });

  it('is in the marketplace, where it says', () => {
    const marketplace = readJson('.claude-plugin', 'marketplace.json');
    expect(complaints('marketplace', marketplace)).toEqual([]);
    expect(marketplace).toMatchObject({ plugins: [{ name: 'wicked-platform', source: './plugin' }] });
    expect(existsSync(join(PLUGIN, '.claude-plugin', 'plugin.json'))).toBe(true);
  });

  it('holds nothing but its manifest in .claude-plugin', () => {
    expect(readdirSync(join(PLUGIN, '.claude-plugin'))).toEqual(['plugin.json']);
  });

  it('has hooks of the known form', () => {
    expect(complaints('hooks', readJson('plugin', 'hooks', 'hooks.json'))).toEqual([]);
  });

  it.each(SKILLS)('has the skill %s, called like its folder', (name) => {
    const { frontmatter } = skillFile(name);
    expect(complaints('skill', frontmatter)).toEqual([]);
    expect(frontmatter['name']).toBe(name);
  });

  it('has the skills that the command line knows', () => {
    expect(SKILLS).toEqual(Object.keys(SKILL_VIEWS).sort());
  });

  it.each(AGENTS)('has the agent %s, called like its file', (name) => {
    const { frontmatter } = agentFile(name);
    expect(complaints('agent', frontmatter)).toEqual([]);
    expect(frontmatter['name']).toBe(name);
  });

  it('has a server of the known form', () => {
    expect(complaints('mcp', readJson('plugin', '.mcp.json'))).toEqual([]);
  });

  it('gives its agent no shell and nothing that writes', () => {
    const tools = AGENTS.map((name) => String(agentFile(name).frontmatter['tools']));
    expect(tools.filter((list) => /\b(Bash|Write|Edit|note|resolve|answer)\b/.test(list))).toEqual([]);
  });

  it('carries commands that can be started', () => {
    const command = join(PLUGIN, 'bin', 'wicked-platform');
    expect(readFileSync(command, 'utf8').startsWith('#!/bin/sh\n')).toBe(true);
    if (process.platform !== 'win32') expect(statSync(command).mode & 0o111).toBe(0o111);
  });

  it('is carried by the npm package', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['plugin', '.claude-plugin', 'skills']));
    expect(existsSync(join(ROOT, '.claude-plugin'))).toBe(true);
  });
});
