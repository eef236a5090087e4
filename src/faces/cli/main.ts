/** The command line: parses, runs one command, turns the outcome into an exit code. Help and version load nothing else. */
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { stripControls } from '../../app/sanitise.ts';
import { complain } from './complaint.ts';
import { EXIT } from './exit-code.ts';
import { createProgram } from './program.ts';

const SOURCE_FILE = 'src/faces/cli/main.ts';

/** From package.json: two folders up in the source tree, one in the package. */
function version(): string {
  const path = import.meta.url.endsWith(`/${SOURCE_FILE}`) ? '../../../package.json' : '../package.json';
  const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

/** A reader that went away (`| head`) ends the output, not the program. */
function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** `error: unknown option '--formt'\n(Did you mean --format?)` → what and next step. */
function usageText(error: CommanderError, argv: readonly string[], commands: readonly string[]): string {
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const command = argv[0] !== undefined && commands.includes(argv[0]) ? `${argv[0]} ` : '';
  const isUnquoted = error.code === 'commander.excessArguments' && argv[0] === 'incident';
  const quoted = isUnquoted
    ? 'Put the symptom in quotes: wicked-platform incident "500 errors on checkout"'
    : null;
  const help = `wicked-platform ${command}--help`;
  const next = quoted ?? (suggestion === undefined ? help : suggestion.replace(/^\((.*)\)$/, '$1'));
  return stripControls(
    `wicked-platform: ${what}\n  why:  the command line cannot be understood\n  next: ${next}\n`,
  );
}

/** @returns the exit code */
export async function run(argv: readonly string[]): Promise<number> {
  tolerateClosedPipes();
  let exitCode: number = EXIT.ok;
  const program = createProgram(version(), async (code) => {
    exitCode = await code;
  });
  if (argv[0] === 'complete') {
    const { printCompletions } = await import('./completion.ts');
    printCompletions(program, argv.slice(argv.indexOf('--') + 1));
    return EXIT.ok;
  }
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      const commands = program.commands.map((each) => each.name());
      process.stderr.write(usageText(error, argv, commands));
      return EXIT.usage;
    }
    const { text, exitCode: code } = complain(error, process.env);
    process.stderr.write(text);
    return code;
  }
}
