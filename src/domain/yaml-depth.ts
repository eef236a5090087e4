/** Whether a YAML text can be given to a parser that recurses. It parses nothing. */

/** At some 50,000 brackets V8 can run out of stack while it compiles a pattern of the parser, and that ends the process. */
const MAX_FLOW_DEPTH = 200;
const MAX_INDENTATION = 400;
const DEEP_PREFIX = new RegExp(`^[ ?-]{${MAX_INDENTATION}}`, 'm');

/** Brackets are counted whatever they stand in: a text that opens this many more than it closes is no manifest. */
export function isTooDeepYaml(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > MAX_FLOW_DEPTH) return true;
  }
  return DEEP_PREFIX.test(text);
}
