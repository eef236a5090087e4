/** The MCP server over the operations: tools, resources and prompts. One instance serves one connection or one request. */
import { McpServer, type ServerContext, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { stripControls } from '../../app/sanitise.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { formFor, personBehind } from './person.ts';
import { progressOf } from './progress.ts';
import { registerPrompts } from './prompts.ts';
import { registerResources } from './resources.ts';
import type { Surroundings } from './surroundings.ts';
import { callTool, problemText, type Tool } from './tool.ts';

/** Elements of a call's arguments: far above any honest call, far below what stalls a server. */
const MAX_INPUT_ELEMENTS = 2_000;

export function createServer(tools: readonly Tool[], surroundings: Surroundings): McpServer {
  const server = new McpServer(
    { name: 'wicked-platform', title: 'Wicked Platform', version: surroundings.version },
    { instructions: INSTRUCTIONS, maxToolInputElements: MAX_INPUT_ELEMENTS },
  );
  for (const tool of tools) registerTool(server, tool, surroundings);
  registerResources(server, surroundings);
  registerPrompts(server);
  return server;
}

function registerTool(server: McpServer, tool: Tool, surroundings: Surroundings): void {
  const { name, title, description, idempotent, gathers, operation, input, output } = tool;
  const needsPerson = operation.confirm !== undefined;
  server.registerTool(
    name,
    {
      title,
      description,
      inputSchema: describedOnly(input),
      outputSchema: output,
      annotations: {
        title,
        readOnlyHint: operation.effects === 'read',
        destructiveHint: false,
        idempotentHint: idempotent,
        openWorldHint: gathers,
      },
      ...(needsPerson ? { _meta: { 'anthropic/requiresUserInteraction': true } } : {}),
    },
    (given, context) => answerCall(server, tool, given, context, surroundings),
  );
}

/** Tells the schema and checks nothing: the operation checks its input itself, and says what is wrong in its own words. */
function describedOnly(
  schema: StandardSchemaWithJSON,
): StandardSchemaWithJSON<unknown, Record<string, unknown>> {
  const { version, vendor, jsonSchema } = schema['~standard'];
  const validate = (value: unknown) => ({ value: value as Record<string, unknown> });
  return { '~standard': { version, vendor, jsonSchema, validate } };
}

async function answerCall(
  server: McpServer,
  tool: Tool,
  given: Record<string, unknown>,
  context: ServerContext,
  surroundings: Surroundings,
) {
  const call = { signal: context.mcpReq.signal, progress: progressOf(context) };
  try {
    const outcome = await callTool(tool, given, personBehind(server, context), call, surroundings);
    if (outcome.kind !== 'answer') return formFor(outcome);
    const { text, structured } = outcome;
    return { content: [{ type: 'text' as const, text }], structuredContent: structured };
  } catch (error) {
    return { content: [{ type: 'text' as const, text: stripControls(problemText(error)) }], isError: true };
  }
}
