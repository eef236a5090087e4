import { defineConfig } from 'vitest/config';

/** Tests stand beside the code (`src`), end-to-end and transcripts in `test`. One place decides for both. */
export default defineConfig({
  test: {
    projects: [
      // Beside the code nothing outlives a test but what Vitest takes back: one process loads the modules for all of them.
      { extends: true, test: { name: 'src', include: ['src/**/*.test.ts'], isolate: false } },
      { extends: true, test: { name: 'test', include: ['test/**/*.test.ts'] } },
    ],
    exclude: ['**/node_modules/**', '**/fixtures/**'],
    environment: 'node',
    setupFiles: ['test/properties.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Node 22 and later keep a compile cache in the temporary folder, which tests look into for leftovers of ours.
    env: { NODE_DISABLE_COMPILE_CACHE: '1' },
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/_contract/**', '**/fixtures/**', '**/*.generated.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});
