/** Starts the MCP server, over standard input and output or over HTTP, and ends with its client or a signal. */
import type { HttpOptions } from './http.ts';
import type { Surroundings } from './surroundings.ts';

/** Resolves when the client has gone or `signal` is aborted. */
export async function serveOverStdio(surroundings: Surroundings, signal: AbortSignal): Promise<void> {
  const [{ serveStdio, StdioServerTransport }, { createServer }, { loadTools }] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('./server.ts'),
    import('./tool.ts'),
  ]);
  const tools = await loadTools();
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const handle = serveStdio(() => createServer(tools, surroundings), {
    transport: new StdioServerTransport(),
    onerror: (error) => surroundings.log(`wicked-platform: mcp: ${error.message}\n`),
  });
  if (process.stdin.isTTY)
    surroundings.log('wicked-platform: mcp: waiting for a client on standard input; Ctrl-C ends it\n');
  await ended;
  await handle.close();
}

/** Tells its address on the log and resolves when `signal` is aborted. Throws PlatformError `usage`, `unavailable`. */
export async function serveOverHttp(
  options: HttpOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const { startHttp } = await import('./http.ts');
  const server = await startHttp(options, surroundings);
  surroundings.log(`wicked-platform: mcp: listening on ${server.url}\n`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
}
