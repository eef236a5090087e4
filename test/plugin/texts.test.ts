/** Every command, option, skill and agent that a text of the plugin names exists: the texts are asked what they name, the program whether it has it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/faces/cli/program.ts';
import { loadTools } from '../../src/faces/mcp/tool.ts';
import { AGENTS, PLUGIN, ROOT, readJson, SKILLS } from './plugin-files.ts';

const TOOLS = new Set((await loadTools()).map(({ name }) => name));
const program = createProgram('0.0.0', async () => undefined);

function textsBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(md|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const TEXTS = [
  ...textsBelow(PLUGIN),
  ...textsBelow(join(ROOT, 'skills')),
  ...['README.md', 'docs/agents.md', 'docs/narrator.md'].map((path) => join(ROOT, path)),
]
  .filter((path) => existsSync(path))
  .map((path) => relative(ROOT, path))
  .sort();

/** Lines of code: spans and indented or fenced blocks. What a shell would see of `wicked-platform …`. */
function commandLines(text: string): readonly string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  const lines = text.split('\n').filter((line) => /^( {4}|\t|\$ )/.test(line));
  const fenced = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  return [...spans, ...lines, ...fenced].flatMap((line) => {
    const plain = line.replaceAll(/"\$\{CLAUDE_PLUGIN_ROOT\}\/bin\/wicked-platform"/g, 'wicked-platform');
    const found = /(?:^|[\s|(])(?:npx |node dist\/cli\.js|wicked-platform)(?=\s)(.*)$/.exec(plain);
    return found === null || !/wicked-platform|cli\.js/.test(found[0]) ? [] : [(found[1] ?? '').trim()];
  });
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"[^"]*"|'[^']*'|[^\s|;)]+/g)].map(([word]) => word);
}

/** What is wrong with a line as arguments of the program; null where nothing is. */
function flaw(line: string): string | null {
  const words = [...wordsOf(line.replace(/^wicked-platform\s+/, ''))];
  let command: Command = program;
  let deeper = command.commands.find((each) => each.name() === words[0]);
  if (deeper === undefined)
    return /^--(help|version)$/.test(words[0] ?? '') ? null : `no command ${words[0]}`;
  while (deeper !== undefined) {
    command = deeper;
    words.shift();
    deeper = command.commands.find((each) => each.name() === words[0]);
  }
  const known = command.options.flatMap(({ long, short }) => [long, short]);
  const unknown = words
    .filter((word) => /^--[a-z]/.test(word))
    .map((word) => word.replace(/=.*$/, ''))
    .find((word) => !known.includes(word) && word !== '--help');
  return unknown === undefined ? null : `${command.name()} has no ${unknown}`;
}

describe('a text is found out', () => {
  it.each([
    ['`wicked-platform incidnt "x"`', 'no command incidnt'],
    ['`wicked-platform incident --rollback`', 'incident has no --rollback'],
    ['    wicked-platform incidents answer INC-1 a=b --sotre X', 'answer has no --sotre'],
    ['`wicked-platform incidents note INC-1 "x" --at TIME`', null],
    ['`kubectl logs x | wicked-platform incident "x" --logs -`', null],
  ])('%s', (text, want) => {
    expect(commandLines(text).map(flaw)).toEqual([want]);
  });
});

describe.each(TEXTS)('%s', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');

  it('names commands and options that exist', () => {
    expect(commandLines(text).flatMap((line) => flaw(line) ?? [])).toEqual([]);
  });

  it('names skills and agents that exist', () => {
    const skills = [...text.matchAll(/\/wicked-platform:([\w-]+)/g)].map(([, name = '']) => name);
    const agents = [...text.matchAll(/(?<![/\w])wicked-platform:([\w-]+)/g)].map(([, name = '']) => name);
    expect(skills.filter((name) => !SKILLS.includes(name))).toEqual([]);
    expect(agents.filter((name) => !AGENTS.includes(name))).toEqual([]);
  });
});

describe('the tools that the texts name', () => {
  const named = TEXTS.flatMap((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return [...text.matchAll(/\btools? `([\w-]+)`|mcp__plugin_([\w-]+?)__(\w+)/g)].map((found) => ({
      path,
      server: found[2] ?? null,
      tool: found[1] ?? found[3] ?? '',
    }));
  });

  it('are tools of the server', () => {
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ tool }) => !TOOLS.has(tool))).toEqual([]);
  });

  it('are called as the client calls them', () => {
    const server = Object.keys((readJson('plugin', '.mcp.json') as { mcpServers: object }).mcpServers)[0];
    const wrong = named.filter((each) => each.server !== null && each.server !== `wicked-platform_${server}`);
    expect(wrong).toEqual([]);
  });
});

describe('the hooks', () => {
  const text = JSON.stringify(readJson('plugin', 'hooks', 'hooks.json'));
  const server = JSON.stringify(readJson('plugin', '.mcp.json'));

  it('and the server run a command that exists, from the plugin', () => {
    const argvs = [...`${text}${server}`.matchAll(/"args":(\[[^\]]*\])/g)].map(
      ([, list = '']) => JSON.parse(list) as string[],
    );
    expect(argvs.length).toBeGreaterThan(0);
    for (const [script, ...argv] of argvs) {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the client's variable
      expect(existsSync(join(PLUGIN, (script ?? '').replace('${CLAUDE_PLUGIN_ROOT}', '')))).toBe(true);
      expect(flaw(argv.join(' '))).toBeNull();
    }
  });

  it('listen to every skill, and to no other', () => {
    const matcher = /"(\^\(wicked-platform:\)[^"]*)"/.exec(text)?.[1] ?? '';
    const heard = new RegExp(matcher);
    for (const skill of SKILLS)
      expect([skill, heard.test(`wicked-platform:${skill}`)]).toEqual([skill, true]);
    expect(/\(([\w|-]+)\)\$$/.exec(matcher)?.[1]?.split('|').sort()).toEqual([...SKILLS]);
    expect(heard.test('other:incident')).toBe(false);
  });
});
