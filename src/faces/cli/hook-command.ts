/**
 * `wicked-platform hook`: what agents' clients run around their own work. It reads the client's JSON, answers in the client's JSON,
 * and is silent and quick where there is nothing to say. It never blocks by accident: whatever goes wrong, the client goes on.
 */
import { realpathSync } from 'node:fs';
import type { Command } from 'commander';
import type { Incident } from '../../domain/incident.ts';
import { EXIT } from './exit-code.ts';
import { type HookInput, parseHookInput, readStdin, textOf } from './hook/hook-input.ts';
import { isRollback } from './hook/rollback-line.ts';
import { SKILL_VIEWS, skillOf } from './hook/skills.ts';
import { write } from './print.ts';

export interface HookFlags {
  readonly store?: string;
}

export interface AnswerFlags extends HookFlags {
  readonly session?: string;
}

/** A client that does not know a variable leaves it as it is written. */
function placed(value: string | undefined): string | null {
  return value === undefined || value === '' || value.includes('${') ? null : value;
}

/** Answers the hook whose input is on stdin. Always exit code 0. */
export async function hookCommand(flags: HookFlags): Promise<number> {
  const input = parseHookInput(await readStdin(process.stdin));
  if (input === null) return EXIT.ok;
  try {
    const answer = await answerTo(input, placed(flags.store));
    if (answer !== null) await write(process.stdout, `${JSON.stringify(answer)}\n`);
  } catch (error) {
    if (process.env['WICKED_PLATFORM_DEBUG'] !== undefined) process.stderr.write(`${String(error)}\n`);
  }
  return EXIT.ok;
}

async function answerTo(input: HookInput, store: string | null): Promise<object | null> {
  switch (input.event) {
    case 'UserPromptExpansion':
      return (await import('./hook/skill-call.ts')).personCalls(input, store);
    case 'PreToolUse':
      if (input.toolName === 'Skill') return (await import('./hook/skill-call.ts')).agentCalls(input, store);
      return input.toolName === 'Bash' ? beforeCommand(input, store) : null;
    case 'SessionStart':
      return atStart(input, store);
    default:
      return null;
  }
}

async function beforeCommand(input: HookInput, store: string | null): Promise<object | null> {
  const command = textOf(input.toolInput['command']);
  if (command === null || !isRollback(command)) return null;
  const incidents = await openOnes(store);
  const { incidentOf, rollbackQuestion } = await import('./hook/guard-rollback.ts');
  const incident = incidentOf(command, incidents, directoryOf(input));
  if (incident === null) return null;
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'ask',
      permissionDecisionReason: rollbackQuestion(command, incident),
    },
  };
}

async function atStart(input: HookInput, store: string | null): Promise<object | null> {
  const directory = directoryOf(input);
  if (directory === null) return null;
  const incidents = await openOnes(store);
  if (incidents.length === 0) return null;
  const [{ isOfDirectory }, { openIncidentLine }] = await Promise.all([
    import('../../app/standing-incident.ts'),
    import('./hook/guard-rollback.ts'),
  ]);
  const incident = incidents.find((each) => isOfDirectory(each, directory));
  if (incident === undefined) return null;
  return {
    hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: openIncidentLine(incident) },
  };
}

/** Workspaces are real paths. */
function directoryOf({ cwd }: HookInput): string | null {
  try {
    return realpathSync.native(cwd ?? process.cwd());
  } catch {
    return cwd;
  }
}

/** Of the client's own store and of the one that the terminal uses; neither is made here. */
async function openOnes(store: string | null): Promise<readonly Incident[]> {
  const { composePlatform, existingStores } = await import('../../composition.ts');
  const place = { environment: process.env, cwd: process.cwd() };
  const folders = await existingStores(store === null ? [null] : [store, null], place);
  if (folders.length === 0) return [];
  const { openIncidents } = await import('../../app/standing-incident.ts');
  const found = await Promise.all(
    folders.map(async (folder) => {
      const silent = () => undefined;
      const platform = composePlatform({
        ...place,
        signal: new AbortController().signal,
        logger: { debug: silent, warn: silent },
        stdin: () => process.stdin,
        progress: silent,
        onProblem: silent,
        store: { kind: 'sqlite', folder },
      });
      try {
        return await openIncidents(await platform.openStore());
      } catch {
        return [];
      } finally {
        await platform.close();
      }
    }),
  );
  return found.flat();
}

/** Prints what a skill of the plugin shows first. Always exit code 0. */
export async function answerCommand(program: Command, skill: string, flags: AnswerFlags): Promise<number> {
  const [{ firstAnswer, NOTHING_SAID }, { takeCall }, { storeFolderOf }] = await Promise.all([
    import('./hook/first-answer.ts'),
    import('./hook/spool.ts'),
    import('../../composition.ts'),
  ]);
  const store = placed(flags.store);
  const cwd = process.cwd();
  const name = skillOf(skill, true);
  const view = name === null ? undefined : SKILL_VIEWS[name];
  if (name === null || view === undefined) {
    await write(process.stdout, `Nothing was run: there is no skill ${JSON.stringify(skill)}.\n`);
    return EXIT.ok;
  }
  const folder = await storeFolderOf(store, { environment: process.env, cwd });
  const call = takeCall(folder, placed(flags.session) ?? '', name, Date.now());
  if (call === null && view === null) {
    await write(process.stdout, NOTHING_SAID);
    return EXIT.ok;
  }
  const words = { text: call?.text ?? '', by: call?.by ?? 'agent', cwd };
  await write(process.stdout, await firstAnswer(program, { words, view, store }));
  return EXIT.ok;
}
