/** Progress of a call for a client that asked for it: how far the work is, never what it found. */
import type { ServerContext } from '@modelcontextprotocol/server';
import type { Platform } from '../../app/platform.ts';
import { stripControls } from '../../app/sanitise.ts';

/** A client draws a line, not a film. */
const TELL_AFTER_MS = 100;

/** The protocol wants a number that grows; what the work counts starts anew with every source, so the notices are counted. */
export function progressOf(context: ServerContext): Platform['progress'] {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  let told = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return (source, text, done, total) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < TELL_AFTER_MS) return;
    lastMs = nowMs;
    told += 1;
    const amount = [...(done === 0 ? [] : [done]), ...(total === null ? [] : ['of', total])].join(' ');
    const message = stripControls(`${source}: ${text} ${amount}`.trimEnd()).replaceAll('\n', ' ');
    const notice = { method: 'notifications/progress', params: { progressToken, progress: told, message } };
    // A client that went away is no problem of the call.
    context.mcpReq.notify(notice).catch(() => undefined);
  };
}
