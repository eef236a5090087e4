/** Notes what was said after a skill of the plugin, before the client expands it. What the client itself would execute is stopped. */
import { storeFolderOf } from '../../../composition.ts';
import { type HookInput, textOf } from './hook-input.ts';
import { skillOf } from './skills.ts';
import { keepCall } from './spool.ts';

/** Clients put the words into the skill's text and run what looks like this in it. */
const RUNNABLE = /!`|`{3,}\s*!/;
const REFUSAL =
  'the words after the skill hold !`…` or a ```! block, which this client would run as a command. Leave the ! or the backtick out and say it again.';

/** UserPromptExpansion: a person typed the skill. */
export async function personCalls(input: HookInput, store: string | null): Promise<object | null> {
  const skill = skillOf(input.commandName, input.commandSource === 'plugin');
  if (skill === null) return null;
  if (RUNNABLE.test(input.commandArguments))
    return { decision: 'block', reason: `wicked-platform: ${REFUSAL}` };
  await keep(input, skill, input.commandArguments, 'person', store);
  return null;
}

/** PreToolUse of the tool Skill: a model calls it. */
export async function agentCalls(input: HookInput, store: string | null): Promise<object | null> {
  const skill = skillOf(textOf(input.toolInput['skill']) ?? textOf(input.toolInput['command']), false);
  if (skill === null) return null;
  const text = textOf(input.toolInput['args']) ?? '';
  if (RUNNABLE.test(text)) {
    return {
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: `wicked-platform: ${REFUSAL}`,
      },
    };
  }
  await keep(input, skill, text, 'agent', store);
  return null;
}

async function keep(
  input: HookInput,
  skill: string,
  text: string,
  by: 'person' | 'agent',
  store: string | null,
): Promise<void> {
  if (input.sessionId === null) return;
  const folder = await storeFolderOf(store, { environment: process.env, cwd: process.cwd() });
  keepCall(folder, input.sessionId, { skill, text, by, atMs: Date.now() });
}
