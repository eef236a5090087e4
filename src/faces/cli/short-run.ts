/** Settings of V8 for a process that lives about a second: less optimising, fewer collections. They change what a run costs, never what it says. */
import { setFlagsFromString } from 'node:v8';

/**
 * How much a function must run before V8's optimising compilers take it, by major version of V8: flags and their names changed, and an
 * unknown one would print a complaint. Measured on 24 evidence directories of 2 MB: V8's own figures (67,584 bytes of bytecode; 3,000 calls)
 * spend a quarter of the CPU of a triage on optimising what ends a moment later; without any optimiser a large log takes twice as long.
 * Between five and thirty times the default nothing changes much, and a log of 300 MB costs the same as with the defaults.
 * V8 13 has a compiler between the two, which takes what ran 400 times: at 4,000 a triage costs a seventh less.
 */
const LATER_OPTIMISATION: Readonly<Record<number, readonly string[]>> = {
  11: ['--interrupt-budget=500000'],
  12: ['--invocation-count-for-turbofan=30000'],
  13: [
    '--invocation-count-for-turbofan=30000',
    '--invocation-count-for-maglev=4000',
    '--invocation-count-for-maglev-osr=1000',
  ],
};

/**
 * The nursery grows from 1 MB to its full 16 MB in three steps: a triage fills it, and each of V8's own four steps on the way is a collection. In
 * one step a large log is dearer by a twentieth: what it leaves behind fits into less, and each page that is touched first costs a fault.
 */
const FASTER_NURSERY = '--semi-space-growth-factor=3';

/**
 * A triage compiles some hundred expressions and runs most of them a few times: V8 translates an expression to machine code at its second
 * run, and before that polishes the bytecode that it runs once. 3 % of a triage.
 */
const PLAIN_EXPRESSIONS = ['--no-regexp-peephole-optimization', '--regexp-tier-up-ticks=4'];

/**
 * V8 marks what is alive in small steps and on other threads, so that no pause is long; nobody waits for a frame here, and the whole at once is
 * cheaper: a seventh of what a window of a large log costs. Most triages end before it is due at all.
 */
const MARKING_AT_ONCE = '--no-incremental-marking';

/**
 * What a triage loads of Node itself. It comes first, because Node's precompiled modules do not fit a V8 whose flags have changed:
 * compiled anew they cost 15 ms.
 */
const loadNode = () =>
  Promise.all([
    import('node:child_process'),
    import('node:crypto'),
    import('node:fs/promises'),
    import('node:os'),
    import('node:stream/promises'),
    import('node:zlib'),
  ]);

/**
 * What connectors/_kit/wasm-tiering.ts sets when WebAssembly is first used. Compiled code is kept at the end of a run and fits only a start with
 * the settings of then.
 */
const SYNTAX_TREES = '--wasm-tiering-budget=2000000000';

/** For a triage from the command line; a server runs long enough to deserve the defaults. */
export async function tuneForShortRun(versionOfV8: string = process.versions.v8): Promise<void> {
  const later = LATER_OPTIMISATION[Number.parseInt(versionOfV8, 10)];
  const flags = later === undefined ? [] : [...later, FASTER_NURSERY, MARKING_AT_ONCE, ...PLAIN_EXPRESSIONS];
  await loadNode();
  for (const flag of [...flags, SYNTAX_TREES]) setFlagsFromString(flag);
}
