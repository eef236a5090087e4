/** Completion: the script for a shell, and the answers that the script asks for while a person types. */
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { PlatformError } from '../../domain/error.ts';
import { EXIT } from './exit-code.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];

/** Prints the script. Throws PlatformError `usage` for another shell. */
export async function completionScript(program: Command, shell: string): Promise<number> {
  if (!SHELLS.includes(shell)) {
    throw new PlatformError({
      code: 'usage',
      what: `There is no completion for ${shell}`,
      why: `it is made for ${SHELLS.join(', ')}`,
      nextStep: 'Example: source <(wicked-platform completion bash)',
    });
  }
  tab(program).setup(program.name(), program.name(), shell);
  return EXIT.ok;
}

/** What may follow the words typed so far, as the scripts expect it. */
export function printCompletions(program: Command, words: readonly string[]): void {
  tab(program).parse([...words]);
}
