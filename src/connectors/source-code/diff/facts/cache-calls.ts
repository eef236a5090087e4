/** Calls that read or fill a cache, told from what they are asked of: no type says it in every language. */
import type { Fact } from './fact.ts';

const CACHE = /cache|memo(?:iz|$)/i;
const USES =
  /^(?:m?get|read|fetch|find|lookup|load|m?set|set_?ex|write|put|store|add|save|remember)(?:All|Many|Async|IfAbsent|IfPresent)*$/i;

/** `this.cache.write()`, `redisCache.get()`. */
export function isOfCache({ kind, label, symbols }: Fact): boolean {
  return kind === 'call' && CACHE.test(label.replace(/[\w$]+\(\).*$/, '')) && USES.test(symbols[0] ?? '');
}
