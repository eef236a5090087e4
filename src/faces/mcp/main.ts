/** Starts the MCP server over standard input and output, and ends with its client. */
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { createServer } from './server.ts';
import type { Surroundings } from './surroundings.ts';
import { loadTools } from './tool.ts';

/** Resolves when the client has gone or `signal` is aborted. */
export async function serveOverStdio(surroundings: Surroundings, signal: AbortSignal): Promise<void> {
  const tools = await loadTools();
  const transport = new StdioServerTransport();
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const handle = serveStdio(() => createServer(tools, surroundings), {
    transport,
    onerror: (error) => surroundings.log(`wicked-platform: mcp: ${error.message}\n`),
  });
  await ended;
  await handle.close();
}
