/** web-tree-sitter, started once in a process with the WebAssembly that is shipped. */
import { readFileSync } from 'node:fs';
import { assetPath } from '../../_kit/assets.ts';
import { optimiseLate } from '../../_kit/wasm-tiering.ts';

export interface Runtime {
  readonly library: typeof import('web-tree-sitter');
  /** What the library was started with; it leaves the functions of its WebAssembly there. */
  readonly module: object;
}

/** The library starts once, however often this file is loaded, as by tests that share a process. */
const STARTED = Symbol.for('wicked-platform.web-tree-sitter');

async function start(): Promise<Runtime> {
  optimiseLate();
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
