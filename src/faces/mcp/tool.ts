/** An operation as a tool: its schemas, its annotations, and one call of it. It knows no single operation. */
import { z } from 'zod';
import { briefOf, briefSchema, briefText } from '../../app/brief.ts';
import {
  commandWords,
  type Operation,
  type OperationTool,
  type PersonQuestion,
  parseInput,
} from '../../app/operation.ts';
import { OPERATION_LOADERS } from '../../app/operations/registry.generated.ts';
import type { Platform } from '../../app/platform.ts';
import { sanitise } from '../../app/sanitise.ts';
import { PlatformError } from '../../domain/error.ts';
import type { Report } from '../../domain/report.ts';
import { type Cut, cutText, fitToBudget } from './budget.ts';
import { type Call, type Surroundings, withPlatform } from './surroundings.ts';

export type AnyOperation = Operation<z.ZodObject, unknown>;

export interface Tool extends OperationTool {
  readonly operation: AnyOperation;
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
}

export type Outcome =
  | { readonly kind: 'answer'; readonly text: string; readonly structured: Record<string, unknown> }
  /** The person is to be asked, and the tool called again with what was said. */
  | { readonly kind: 'ask'; readonly message: string; readonly questions: readonly PersonQuestion[] }
  | { readonly kind: 'confirm'; readonly message: string };

/** What the person at the client can do and has said so far. */
export interface Person {
  readonly canBeAsked: boolean;
  /** Null: not asked yet. An empty record: asked, and nothing was said. */
  readonly said: Readonly<Record<string, unknown>> | null;
}

/** The field of the form that confirms; a name that no question has. */
export const CONFIRMATION = 'confirmed';

/** Sorted by name, so that two lists of the same version are equal. */
export async function loadTools(): Promise<readonly Tool[]> {
  const operations: readonly AnyOperation[] = await Promise.all(OPERATION_LOADERS.map(({ load }) => load()));
  return operations
    .flatMap((operation) => {
      const tool = operation.tool === undefined ? plainTool(operation) : operation.tool;
      return tool === null ? [] : [withSchemas(tool, operation)];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function plainTool({ name, summary, effects }: AnyOperation): OperationTool {
  const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`;
  const idempotent = effects === 'read';
  return { name: name.replaceAll('-', '_'), title, description: summary, idempotent, gathers: false };
}

function withSchemas(tool: OperationTool, operation: AnyOperation): Tool {
  const shown = Object.entries(operation.input.shape).filter(([key]) => tool.hides?.includes(key) !== true);
  const shape: z.ZodRawShape = Object.fromEntries(shown);
  const output = operation.output === 'report' ? briefSchema : operation.output;
  return { ...tool, operation, input: z.strictObject(shape), output };
}

/** Runs the operation, or says what a person has to be asked first. Throws PlatformError, and whatever is a bug. */
export async function callTool(
  tool: Tool,
  given: Record<string, unknown>,
  person: Person,
  call: Call,
  surroundings: Surroundings,
): Promise<Outcome> {
  return withPlatform(surroundings, call, async (platform, problems) => {
    const { operation } = tool;
    // A hidden input is unknown here; without one the whole schema fills the hidden defaults in.
    const isHidden = (tool.hides ?? []).some((key) => key in given);
    const input = parseInput(isHidden ? { name: tool.name, input: tool.input } : operation, given);
    const asking = await whatToAsk(tool, input, person, platform);
    if (asking !== null) return asking;
    const output = await operation.run(withAnswers(operation, input, person), platform);
    return present(tool, output, problems, platform);
  });
}

async function whatToAsk(
  { operation }: Tool,
  input: Record<string, unknown>,
  person: Person,
  platform: Platform,
): Promise<Outcome | null> {
  const message = await operation.confirm?.(input, platform);
  if (message !== undefined) {
    if (person.said === null && person.canBeAsked) return { kind: 'confirm', message };
    if (person.said?.[CONFIRMATION] === true) return null;
    throw person.said === null ? nobodyToAsk(operation.name, message) : declined(operation.name);
  }
  if (operation.ask === undefined || person.said !== null || !person.canBeAsked) return null;
  const questions = await operation.ask.questions(input, platform);
  if (questions.length === 0) return null;
  return { kind: 'ask', message: 'Answer what you know; leave the rest empty.', questions };
}

function withAnswers(operation: AnyOperation, input: Record<string, unknown>, person: Person) {
  if (operation.ask === undefined || person.said === null) return input;
  const said = Object.entries(person.said).flatMap(([key, value]) => {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    return text === '' ? [] : [[key, text] as const];
  });
  return operation.ask.answered(input, Object.fromEntries(said));
}

function nobodyToAsk(name: string, message: string): PlatformError {
  return new PlatformError({
    code: 'usage',
    what: 'Nothing was recorded',
    why: 'this client cannot ask the person, and only a person may say yes to this',
    nextStep: `Ask the person to run in a terminal: wicked-platform ${commandWords(name).join(' ')} (--help tells how). They would confirm: ${message.replaceAll('\n', ' ')}`,
  });
}

function declined(name: string): PlatformError {
  return new PlatformError({
    code: 'usage',
    what: 'Nothing was recorded',
    why: `the person did not say yes to ${name}`,
    nextStep: 'Do not ask again unless the person wants to.',
  });
}

async function present(
  tool: Tool,
  output: unknown,
  problems: readonly PlatformError[],
  platform: Platform,
): Promise<Outcome> {
  const policy = await platform.textPolicy([]);
  if (tool.operation.output === 'report') {
    const brief = sanitise(briefOf(output as Report, problems), policy);
    return answerOf(brief, briefText(brief));
  }
  const { value, cuts } = fitToBudget(sanitise(output, policy));
  const warnings = problems.map(({ what, why, nextStep }) => `Warning: ${what}: ${why}. ${nextStep}`);
  const text = tool.operation.text?.(value) ?? JSON.stringify(value);
  return answerOf(value, [cutText(text), ...cuts.map(cutLine), ...sanitise(warnings, policy)].join('\n'));
}

function cutLine({ path, shown, total }: Cut): string {
  return `(${shown} of ${total} ${path} shown)`;
}

function answerOf(value: unknown, text: string): Outcome {
  return { kind: 'answer', text, structured: value as Record<string, unknown> };
}

/** What, why and next step; a bug says that it is one and shows no more than its message. */
export function problemText(error: unknown): string {
  if (error instanceof PlatformError) return `${error.what}\nwhy: ${error.why}\nnext: ${error.nextStep}`;
  return `This is a bug of wicked-platform: ${error instanceof Error ? error.message : String(error)}`;
}
