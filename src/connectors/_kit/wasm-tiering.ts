/** How much a function of WebAssembly runs before V8 optimises it; one setting for all modules that are made after it was set. */
import { setFlagsFromString } from 'node:v8';

/**
 * In bytes of machine code that a function jumps back over. The parser's main function and the lexer of a grammar are huge, and each turn
 * of their loops counts as their whole length: V8's own budgets of 1.8 MB (Node 20) and 13 MB (Node 22) are spent by a handful of small
 * files, 100 MB by thirty, and optimising them costs 100 to 300 ms of CPU, which never pays there. This is the most that V8 takes; large
 * repositories spend it too.
 */
const LARGE_FUNCTIONS = 2_000_000_000;

/** From now on V8 optimises late. What a command line sets at its start (faces/cli/short-run.ts) must be the same. */
export function optimiseLate(): void {
  setFlagsFromString(`--wasm-tiering-budget=${LARGE_FUNCTIONS}`);
}

/** What `make` makes has a budget of its own; what comes after it is optimised late. */
export function withTieringBudget<T>(budget: number, make: () => T): T {
  setFlagsFromString(`--wasm-tiering-budget=${budget}`);
  try {
    return make();
  } finally {
    optimiseLate();
  }
}
