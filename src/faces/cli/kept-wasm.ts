/**
 * WebAssembly whose machine code is kept in a file beside the program (docs/adr/0011). V8 compiles a module at every start, first quickly and
 * badly, then what is hot once more: for a triage that is half of what the kernel of the log reader costs. V8 can write optimised code down and
 * take it in again in half a millisecond; Node has no call for it, so it is asked by V8's own functions.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { hasUsualSettings, keptIn, readKept, writeKept } from './kept-file.ts';

/** Major versions of V8 on which this was tried, those of Node 20, 22 and 24: its own functions are nobody's contract. */
const KNOWN_MAJORS: readonly number[] = [11, 12, 13];

/** All functions at once and optimised, instead of each at its first call and quickly; and the way back. */
const OPTIMISED = ['--no-liftoff', '--no-wasm-lazy-compilation', '--no-wasm-dynamic-tiering'];
const USUAL = ['--liftoff', '--wasm-lazy-compilation', '--wasm-dynamic-tiering'];

/** Where connectors/_kit/kept-wasm.ts looks for the keeper. */
const KEEPER = Symbol.for('wicked-platform.wasm-keeper');

/** The part of the platform's WebAssembly that is used; the types of Node do not have it. */
declare const WebAssembly: { readonly Module: new (binary: Uint8Array) => object };

interface Natives {
  serialise(module: object): ArrayBuffer;
  /** Undefined for code of another V8, processor or setting. */
  deserialise(code: ArrayBuffer, binary: Uint8Array): object | undefined;
}

/** V8's own functions have names that only its parser under this setting knows; a function that has been parsed stays callable without. */
function readNatives(): Natives {
  setFlagsFromString('--allow-natives-syntax');
  try {
    const call = (name: string, ...parameters: string[]) =>
      new Function(...parameters, `return %${name}(${parameters.join(', ')})`);
    const [serialise, deserialise] = [
      call('SerializeWasmModule', 'module'),
      call('DeserializeWasmModule', 'code', 'binary'),
    ];
    return {
      serialise: (module) => serialise(module),
      deserialise: (code, binary) => deserialise(code, binary),
    };
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

function compileOptimised(binary: Uint8Array): object {
  for (const flag of OPTIMISED) setFlagsFromString(flag);
  try {
    return new WebAssembly.Module(binary);
  } finally {
    for (const flag of USUAL) setFlagsFromString(flag);
  }
}

/** V8 checks neither the code nor whose it is, and would run whatever it is given. */
function headOf(binary: Uint8Array, code: Uint8Array): Buffer {
  return createHash('sha256').update(binary).update(code).digest();
}
const HEAD_SIZE = 32;

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

class Keeper {
  readonly #path: string;
  readonly #natives = readNatives();
  readonly #made = new Map<string, { readonly binary: Uint8Array; readonly module: object }>();

  constructor(path: string) {
    this.#path = path;
  }

  /** The binary as a module whose functions are all optimised; null where it cannot be given. */
  moduleOf(binary: Uint8Array): object | null {
    const file = this.#fileOf(binary);
    const kept = readKept(file, Buffer.alloc(0));
    if (kept !== undefined) {
      const code = kept.subarray(HEAD_SIZE);
      const isWhole = kept.subarray(0, HEAD_SIZE).equals(headOf(binary, code));
      const module = isWhole ? this.#natives.deserialise(Uint8Array.from(code).buffer, binary) : undefined;
      if (module !== undefined) return module;
      if (isWhole && !hasUsualSettings()) return null;
    }
    // optimising all of it costs more than one triage gets back
    if (!isWritable(dirname(this.#path))) return null;
    const module = compileOptimised(binary);
    this.#made.set(file, { binary, module });
    return module;
  }

  keep(): void {
    for (const [file, { binary, module }] of this.#made) {
      const code = new Uint8Array(this.#natives.serialise(module));
      writeKept(file, headOf(binary, code), code);
    }
    this.#made.clear();
  }

  #fileOf(binary: Uint8Array): string {
    const name = createHash('sha256').update(binary).digest('hex').slice(0, 16);
    return keptIn(this.#path, `.wasm-${name}`);
  }
}

/**
 * From now on WebAssembly is compiled once for the program at `path`, and taken from beside it at later starts.
 * Call after the settings of V8 are made; the result keeps what was new, at the end of the run.
 */
export function keepWasm(path: string): () => void {
  if (!KNOWN_MAJORS.includes(Number.parseInt(process.versions.v8, 10))) return () => undefined;
  const keeper = new Keeper(path);
  Reflect.set(globalThis, KEEPER, keeper);
  return () => keeper.keep();
}
