/** Runs an operation that has no command of its own: its options come from its input, its text from itself. It knows no single operation. */
import { z } from 'zod';
import { parseAnswer } from '../../app/answers.ts';
import { type CommandShape, commandWords, type Operation, parseInput } from '../../app/operation.ts';
import { OPERATION_LOADERS } from '../../app/operations/registry.generated.ts';
import { stripControls } from '../../app/sanitise.ts';
import { PlatformError } from '../../domain/error.ts';
import type { Report } from '../../domain/report.ts';
import { EXIT } from './exit-code.ts';
import { printReport, write } from './print.ts';
import { canAsk } from './questions.ts';
import { type Session, withSession } from './session.ts';

type AnyOperation = Operation<z.ZodObject, unknown>;

/** What every such command takes beside its inputs; a value that was not given is absent. */
const flagsSchema = z.looseObject({
  format: z.enum(['text', 'json']).optional(),
  store: z.string().optional(),
});

/** Returns the exit code: 1 where the operation says that what was asked does not hold. */
export async function operationCommand(shape: CommandShape, id: unknown, given: unknown): Promise<number> {
  const flags = flagsSchema.parse(given);
  const loader = OPERATION_LOADERS.find(({ name }) => name === shape.name);
  if (loader === undefined) throw new Error(`no operation ${shape.name}`);
  const operation: AnyOperation = await loader.load();
  const store = { kind: 'sqlite', folder: flags.store ?? null } as const;
  return withSession({ store }, async (session) => {
    const input = parseInput(operation, inputOf(shape, id, flags));
    await confirm(operation, input, session);
    const output = await operation.run(input, session.platform);
    await print(operation, output, flags.format ?? 'text', session);
    return operation.holds?.(output) === false ? EXIT.failed : EXIT.ok;
  });
}

function inputOf(
  { inputs }: CommandShape,
  id: unknown,
  flags: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const pairs = inputs.flatMap(({ name, kind }) => {
    const value = name === 'incident' ? id : flags[name];
    return value === undefined ? [] : [[name, inputValue(kind, value)] as const];
  });
  return Object.fromEntries(pairs);
}

function inputValue(kind: CommandShape['inputs'][number]['kind'], value: unknown): unknown {
  if (kind === 'number') return Number(value);
  if (kind !== 'pairs' || !Array.isArray(value)) return value;
  return Object.fromEntries(
    value
      .map(String)
      .map(parseAnswer)
      .map((pair) => [pair.key, pair.value]),
  );
}

/** Throws PlatformError `usage` where no person sits at the terminal, or says no. */
async function confirm(
  operation: AnyOperation,
  input: Record<string, unknown>,
  session: Session,
): Promise<void> {
  const message = await operation.confirm?.(input, session.platform);
  if (message === undefined) return;
  const command = `wicked-platform ${commandWords(operation.name).join(' ')}`;
  if (!canAsk(session, true)) {
    throw new PlatformError({
      code: 'usage',
      what: 'Nothing was recorded',
      why: 'only a person at a terminal can say yes to this',
      nextStep: `Run ${command} in a terminal of your own.`,
    });
  }
  const { confirm: ask } = await import('@clack/prompts');
  const { stdin, stderr } = session.streams;
  session.progress.clear();
  const said = await ask({
    message: stripControls(message),
    initialValue: false,
    input: stdin,
    output: stderr,
  });
  if (said === true) return;
  throw new PlatformError({
    code: 'usage',
    what: 'Nothing was recorded',
    why: 'you did not say yes',
    nextStep: `Run ${command} again when it is so.`,
  });
}

async function print(
  operation: AnyOperation,
  output: unknown,
  format: 'text' | 'json',
  session: Session,
): Promise<void> {
  if (operation.output === 'report') {
    const destination = { format: format === 'json' ? ('json' as const) : null, out: null };
    return printReport(output as Report, 'full', destination, session);
  }
  session.progress.clear();
  const json = () => JSON.stringify(output, null, 2);
  const text = format === 'json' ? json() : stripControls(operation.text?.(output) ?? json());
  return write(session.streams.stdout, `${text}\n`);
}
