/** Which calls only write a log line. */
import type { SyntaxNode } from './node.ts';
import { argumentsOf, calleeName, calleeText, receiverOf } from './shape.ts';

const LEVEL =
  /^(trace|debug|info|information|notice|warn|warning|error|err|fatal|critical|crit|exception|log|print|println|printf|puts|echo|msg|msgf|Log(?:Trace|Debug|Information|Warning|Error|Critical)|(?:Debug|Info|Warn|Error|Fatal|Print)(?:f|w|ln|Context)?)$/i;
const RECEIVER =
  /(^|[._$])(log|logger|logging|console|slog|zap|zerolog|winston|pino|bunyan|telemetry|sugar|stdout|stderr|rails\.logger|tracing|system\.out|system\.err)(\b|$)|log(ger)?$/i;
const BARE = /^(print|println|puts|printf|echo|eprintln|info|warn|debug|trace|error_log)!?$/;
/** A house's own function to log with; logarithms take no text. */
const OWN = /^_?(log|logger)(_?(trace|debug|info|notice|warn|warning|error|event|message|msg|line))?$/i;

/** `log.WithField("items", n)` in `log.WithField("items", n).Info("paid")`. */
function isLinkOfLogCall(node: SyntaxNode): boolean {
  const member = node.parent;
  const outer = member?.role === 'member' ? member.parent : member;
  return outer?.role === 'call' && receiverOf(outer) === node && isLogCall(outer);
}

/** True for `logger.warn(…)`, `console.log(…)`, `log.Printf(…)`, `print(…)`; a call chain that starts at a logger counts too, each of its links. */
export function isLogCall(node: SyntaxNode): boolean {
  if (node.role !== 'call') return false;
  if (isLinkOfLogCall(node)) return true;
  const name = calleeName(node);
  const text = calleeText(node);
  if (text === name)
    return BARE.test(name) || (OWN.test(name) && argumentsOf(node).some(({ role }) => role === 'string'));
  return (
    LEVEL.test(name) && RECEIVER.test(text.slice(0, text.length - name.length - 1).replace(/\(.*$/s, ''))
  );
}
