/**
 * A build's plugin for scripts that src/faces/cli/compiled.ts runs: one file of ASCII that loads nothing as a module, with a digest of itself
 * in its first line. It is a function already: to wrap megabytes of text when they are run costs two copies of them.
 */
import { createHash } from 'node:crypto';

/** A source of one byte a character is read and hashed at half the price. @param {string} code */
function inAscii(code) {
  const escaped = code.match(/\\[^\0-\x7f]|\braw`[^`]*[^\0-\x7f`]/);
  if (escaped !== null) throw new Error(`cannot be written in ASCII: ${escaped[0].slice(0, 80)}`);
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export const compiledForm = {
  name: 'compiled-form',
  /** @param {unknown} _options @param {Record<string, { code?: string }>} bundle */
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.code === undefined) continue;
      // what has no callback for modules can only require them
      const required = chunk.code.replaceAll(
        /\bimport\("([^"]+)"\)/g,
        'Promise.resolve().then(() => require("$1"))',
      );
      const plain = inAscii(required);
      const digest = createHash('sha256').update(plain).digest('hex');
      chunk.code = `(function (exports, require, module, __filename, __dirname) { // ${digest}\n${plain}\n})`;
    }
  },
};
