/** `wicked-platform mcp`: starts the server for agents and stays until its client goes or a signal comes. */
import { resolve } from 'node:path';
import { EXIT } from './exit-code.ts';
import { stopOnSignals } from './session.ts';

export interface McpFlags {
  readonly root: readonly string[];
  readonly store?: string;
}

export async function mcpCommand(version: string, flags: McpFlags): Promise<number> {
  const { serveOverStdio } = await import('../mcp/main.ts');
  const [first = '.', ...others] = flags.root;
  const stopping = stopOnSignals();
  try {
    await serveOverStdio(
      {
        version,
        environment: process.env,
        roots: [resolve(first), ...others.map((root) => resolve(root))],
        store: flags.store === undefined ? null : resolve(flags.store),
        log: (text) => process.stderr.write(text),
      },
      stopping.signal,
    );
    return EXIT.ok;
  } finally {
    stopping.end();
  }
}
