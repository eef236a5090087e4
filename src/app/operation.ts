/** What an operation is: one thing the platform can do, with its input and output described once for every face. */
import type { z } from 'zod';
import { PlatformError } from '../domain/error.ts';
import { nearest } from './nearest.ts';
import type { Platform } from './platform.ts';

/** An operation as an agent sees it among its tools. */
export interface OperationTool {
  /** Unique, snake_case, what it does in one or two words. */
  readonly name: string;
  readonly title: string;
  /** What a model reads when it chooses: key words first, at most MAX_DESCRIPTION_BYTES. */
  readonly description: string;
  /** A second call with the same input changes nothing further. */
  readonly idempotent: boolean;
  /** It reads evidence, which may ask live sources that the team configured. */
  readonly gathers: boolean;
  /** Inputs that an agent does not get. */
  readonly hides?: readonly string[];
}

/** What the command line knows of an operation before it loads it; generated from the input schema. */
export interface CommandShape {
  readonly name: string;
  readonly summary: string;
  readonly inputs: readonly {
    readonly name: string;
    /** `pairs`: `key=value`, repeatable; `list`: repeatable. */
    readonly kind: 'flag' | 'number' | 'list' | 'pairs' | 'text';
    readonly required: boolean;
    readonly choices: readonly string[];
    readonly description: string;
  }[];
}

/** The words that name its command: `incident-explain` is `incidents explain`. */
export function commandWords(name: string): readonly string[] {
  return name.startsWith('incident-') ? ['incidents', name.slice('incident-'.length)] : [name];
}

/** Clients cut a description there. */
export const MAX_DESCRIPTION_BYTES = 2048;

export interface Operation<Input extends z.ZodObject, Output> {
  /** As in the reference, kebab-case. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly input: Input;
  /** `report`: the report of DESIGN.md §7, whose schema is published apart. */
  readonly output: z.ZodType<Output> | 'report';
  /** `write`: it changes the incident store; nothing ever changes the evidence. */
  readonly effects: 'read' | 'write';
  /** Null: no tool for agents. Absent: a tool of the operation's own name and summary. */
  readonly tool?: OperationTool | null;
  /** The output in a few lines, for whoever does not want JSON; absent: its JSON. */
  text?(output: Output): string;
  /** False: what was asked does not hold, and a command line ends with exit code 1; absent: it always holds. */
  holds?(output: Output): boolean;
  /** Questions that a face which can ask a person puts first; what was answered goes into the input by `answered`. */
  readonly ask?: {
    questions(input: z.output<Input>, platform: Platform): Promise<readonly PersonQuestion[]>;
    answered(input: z.output<Input>, answers: Readonly<Record<string, string>>): z.output<Input>;
  };
  /** What a person must say yes to before it runs. A face that cannot ask a person refuses to run it. */
  confirm?(input: z.output<Input>, platform: Platform): Promise<string>;
  run(input: z.output<Input>, platform: Platform): Promise<Output>;
}

export interface PersonQuestion {
  readonly key: string;
  readonly question: string;
  readonly why: string;
}

export function defineOperation<Input extends z.ZodObject, Output>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation;
}

/** Checks the input and runs. Throws PlatformError `usage` for input that does not fit, and what the operation throws. */
export async function runOperation<Input extends z.ZodObject, Output>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  platform: Platform,
): Promise<Output> {
  return operation.run(parseInput(operation, input), platform);
}

/** The input with its defaults. Throws PlatformError `usage` with the nearest name for one that is not known. */
export function parseInput<Input extends z.ZodObject>(
  operation: Pick<Operation<Input, unknown>, 'name' | 'input'>,
  input: unknown,
): z.output<Input> {
  const parsed = operation.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const near = unknown === undefined ? null : nearest(unknown, Object.keys(operation.input.shape));
  throw new PlatformError({
    code: 'usage',
    what: `${operation.name} cannot run with ${unknown ?? (issue?.path.join('.') || 'this input')}`,
    why: issue?.message ?? 'the input does not fit',
    nextStep: near === null ? `See the reference of ${operation.name}.` : `Did you mean ${near}?`,
  });
}
