/** What an agent's client says on stdin when a hook fires. Any bytes: what cannot be read is null, never an error. */

/** A hook input holds a command or a prompt; more than this is no such thing. */
const MAX_BYTES = 4 * 1024 * 1024;
/** The client writes at once and closes; a stdin that stays open is no client. */
const PATIENCE_MS = 5_000;

export interface HookInput {
  readonly event: string;
  readonly sessionId: string | null;
  readonly cwd: string | null;
  /** PreToolUse. */
  readonly toolName: string | null;
  readonly toolInput: Readonly<Record<string, unknown>>;
  /** UserPromptExpansion. */
  readonly commandName: string | null;
  readonly commandArguments: string;
  readonly commandSource: string | null;
}

export function parseHookInput(text: string): HookInput | null {
  const value = parseObject(text);
  const event = textOf(value?.['hook_event_name']);
  if (value === null || event === null) return null;
  const toolInput: unknown = value['tool_input'];
  return {
    event,
    sessionId: textOf(value['session_id']),
    cwd: textOf(value['cwd']),
    toolName: textOf(value['tool_name']),
    toolInput: isRecord(toolInput) ? toolInput : {},
    commandName: textOf(value['command_name']),
    commandArguments: textOf(value['command_args']) ?? '',
    commandSource: textOf(value['command_source']),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Everything on stdin; empty where a person sits at it, where it stays open or where it is too much. */
export function readStdin(stdin: NodeJS.ReadStream): Promise<string> {
  if (stdin.isTTY === true) return Promise.resolve('');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (text: string) => {
      clearTimeout(timer);
      stdin.removeAllListeners('data');
      stdin.pause();
      stdin.unref?.();
      resolve(text);
    };
    const timer = setTimeout(() => end(''), PATIENCE_MS);
    stdin.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) end('');
      else chunks.push(chunk);
    });
    stdin.once('end', () => end(Buffer.concat(chunks).toString('utf8')));
    stdin.once('error', () => end(''));
  });
}
