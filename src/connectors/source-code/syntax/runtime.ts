/** web-tree-sitter, started once in a process with the WebAssembly that is shipped. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { assetPath } from '../../_kit/assets.ts';

export interface Runtime {
  readonly library: typeof import('web-tree-sitter');
  /** What the library was started with; it leaves the functions of its WebAssembly there. */
  readonly module: object;
}

/**
 * Bytes of WebAssembly that a function runs before V8 optimises it. The parser's main function and the lexer of a grammar are huge, and
 * each turn of their loops counts as their whole length: V8's own budgets of 1.8 MB (Node 20) and 13 MB (Node 22) are spent by a handful of
 * small files, 100 MB by thirty, and optimising them costs 100 to 300 ms of CPU, which never pays there. This is the most that V8 takes;
 * large repositories spend it too.
 */
const TIERING_BUDGET = 2_000_000_000;

/** The library starts once, however often this file is loaded, as by tests that share a process. */
const STARTED = Symbol.for('wicked-platform.web-tree-sitter');

async function start(): Promise<Runtime> {
  setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
  const library = await import('web-tree-sitter');
  const module = { wasmBinary: readFileSync(assetPath('grammars/web-tree-sitter.wasm')) };
  await library.Parser.init(module);
  return { library, module };
}

export function startRuntime(): Promise<Runtime> {
  const started: Promise<Runtime> = Reflect.get(globalThis, STARTED) ?? start();
  Reflect.set(globalThis, STARTED, started);
  return started;
}
