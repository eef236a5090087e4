/** The person behind a client: whether the client can show a form, what to show, and what came back. It trusts no value that comes back. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { stripControls } from '../../app/sanitise.ts';
import { CONFIRMATION, type Outcome, type Person } from './tool.ts';

const FORM = 'form';

export function personBehind(server: McpServer, context: ServerContext): Person {
  const response = inputResponse(context.mcpReq.inputResponses, FORM);
  const canBeAsked = canShowForms(server, context);
  if (response.kind !== 'elicit') return { canBeAsked, said: null };
  return { canBeAsked, said: response.action === 'accept' ? (response.content ?? {}) : {} };
}

/** The request's own word in the era of 2026, the handshake's in that of 2025; a request without either has nobody behind it. */
function canShowForms(server: McpServer, context: ServerContext): boolean {
  const envelope: Readonly<Record<string, unknown>> = { ...context.mcpReq.envelope };
  const said = envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities();
  const elicitation = isRecord(said) ? said['elicitation'] : undefined;
  if (!isRecord(elicitation)) return false;
  // A client that names no kind of form shows the plain one.
  return Object.keys(elicitation).length === 0 || elicitation['form'] !== undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

export function formFor(outcome: Exclude<Outcome, { kind: 'answer' }>) {
  const { properties, required } =
    outcome.kind === 'confirm' ? confirmation() : questionnaire(outcome.questions);
  const requestedSchema = { type: 'object' as const, properties, required: [...required] };
  const message = stripControls(outcome.message);
  return inputRequired({ inputRequests: { [FORM]: inputRequired.elicit({ message, requestedSchema }) } });
}

function confirmation() {
  const field = { type: 'boolean' as const, title: 'Yes, record it', default: false };
  return { properties: { [CONFIRMATION]: field }, required: [CONFIRMATION] };
}

function questionnaire(questions: Extract<Outcome, { kind: 'ask' }>['questions']) {
  const fields = questions.map(({ key, question, why }) => [
    key,
    { type: 'string' as const, title: stripControls(question), description: stripControls(why) },
  ]);
  return { properties: Object.fromEntries(fields), required: [] };
}
