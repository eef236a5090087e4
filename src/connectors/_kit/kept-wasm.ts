/** WebAssembly that an earlier process has compiled, for whoever has such code to give: the command line has (faces/cli/kept-wasm.ts). */

interface WasmKeeper {
  /** The binary as a module whose functions are all optimised; null where the keeper cannot give one. */
  moduleOf(binary: Uint8Array): object | null;
}

/** The same in faces/cli/kept-wasm.ts: it and the connectors are two scripts of one process, neither of which loads the other. */
const KEEPER = Symbol.for('wicked-platform.wasm-keeper');

/** Null where nobody keeps compiled code, and it is to be compiled as usual. */
export function keptModule(binary: Uint8Array): object | null {
  const keeper: WasmKeeper | undefined = Reflect.get(globalThis, KEEPER);
  return keeper?.moduleOf(binary) ?? null;
}
