/**
 * What a client makes of a SKILL.md before a model reads it, after its public description: words and variables go into the text as
 * they are, then each !`command` and ```! block at the beginning of a line or after a blank is run by a shell, if the skill's own
 * allowed-tools name it; one that fails takes the whole skill away.
 */
import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';

export interface SkillFile {
  readonly frontmatter: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export function readSkill(text: string): SkillFile {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  if (head === undefined || body === undefined) throw new Error('no frontmatter');
  const frontmatter: unknown = parse(head);
  if (typeof frontmatter !== 'object' || frontmatter === null)
    throw new Error('no fields in the frontmatter');
  return { frontmatter: { ...frontmatter }, body };
}

export interface Invocation {
  readonly args: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Expansion {
  readonly text: string;
  /** As the shell got them. */
  readonly commands: readonly string[];
}

const INJECTION = /(?<=^|\s)!`([^`]+)`|^```!\s*\n([\s\S]*?)\n```/gm;

function substitute(body: string, { args, variables }: Invocation): string {
  const words = args.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  let received = false;
  const placed = body.replaceAll(/\$ARGUMENTS(?:\[(\d+)\])?|(?<!\\)\$(\d)/g, (found, index, digit) => {
    const at = index ?? digit;
    const value = at === undefined ? args : words[Number(at)]?.replaceAll(/^["']|["']$/g, '');
    if (value === undefined) return found;
    received = true;
    return value;
  });
  const told = received || args === '' ? placed : `${placed}\n\nARGUMENTS: ${args}`;
  return told.replaceAll(/\$\{(CLAUDE_\w+)\}/g, (found, name) => variables[name] ?? found);
}

/** `Bash(wicked-platform hook *)`: a prefix, quotes aside, and never more than one command. */
function isAllowed(command: string, skill: SkillFile, { variables }: Invocation): boolean {
  const rules: unknown = skill.frontmatter['allowed-tools'];
  const plain = (text: string) => text.replaceAll('"', '');
  if (/[;&|\n`]|\$\(/.test(command)) return false;
  return (Array.isArray(rules) ? rules : []).map(String).some((rule) => {
    const pattern = /^Bash\((.*) \*\)$/.exec(rule)?.[1];
    const prefix = pattern?.replaceAll(/\$\{(CLAUDE_\w+)\}/g, (found, name) => variables[name] ?? found);
    return prefix !== undefined && plain(command).startsWith(`${plain(prefix)} `);
  });
}

/** Throws where the client would refuse the skill: a command that is not allowed, or one that failed. */
export function expandSkill(skill: SkillFile, invocation: Invocation): Expansion {
  const commands: string[] = [];
  const text = substitute(skill.body, invocation).replaceAll(INJECTION, (_found, inline, block) => {
    const command: string = inline ?? block;
    commands.push(command);
    if (!isAllowed(command, skill, invocation)) throw new Error(`permission check failed: ${command}`);
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
      cwd: invocation.cwd,
      env: invocation.env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`command failed: ${command}\n${stderr}`);
    return `${stdout}${stderr}`;
  });
  return { text, commands };
}
