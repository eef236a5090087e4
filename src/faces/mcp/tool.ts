/** An operation as a tool: its schemas, its annotations, and one call of it. It knows no single operation. */
import { z } from 'zod';
import { briefOf, briefSchema, briefText } from '../../app/brief.ts';
import { type Operation, type OperationTool, runOperation } from '../../app/operation.ts';
import { OPERATION_LOADERS } from '../../app/operations/registry.generated.ts';
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

export interface Answer {
  readonly text: string;
  readonly structured: Record<string, unknown>;
}

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

/** Runs the operation. Throws PlatformError, and whatever is a bug. */
export async function callTool(
  tool: Tool,
  input: Record<string, unknown>,
  call: Call,
  surroundings: Surroundings,
): Promise<Answer> {
  return withPlatform(surroundings, call, async (platform, problems) => {
    // A hidden input is unknown here; without one the whole schema fills the hidden defaults in.
    const isHidden = (tool.hides ?? []).some((key) => key in input);
    const operation = isHidden ? { ...tool.operation, input: tool.input } : tool.operation;
    const output = await runOperation(operation, input, platform);
    const policy = await platform.textPolicy([]);
    if (tool.operation.output === 'report') {
      const brief = sanitise(briefOf(output as Report, problems), policy);
      return answerOf(brief, briefText(brief));
    }
    const clean = sanitise(output, policy);
    const { value, cuts } = fitToBudget(clean);
    const warnings = problems.map(({ what, why, nextStep }) => `Warning: ${what}: ${why}. ${nextStep}`);
    const text = tool.operation.text?.(value) ?? JSON.stringify(value);
    return answerOf(value, [text, ...cuts.map(cutLine), ...sanitise(warnings, policy)].join('\n'));
  });
}

function cutLine({ path, shown, total }: Cut): string {
  return `(${shown} of ${total} ${path} shown)`;
}

function answerOf(value: unknown, text: string): Answer {
  return { text: cutText(text), structured: value as Record<string, unknown> };
}

/** What, why and next step; a bug says that it is one and shows no more than its message. */
export function problemText(error: unknown): string {
  if (error instanceof PlatformError) return `${error.what}\nwhy: ${error.why}\nnext: ${error.nextStep}`;
  return `This is a bug of wicked-platform: ${error instanceof Error ? error.message : String(error)}`;
}
