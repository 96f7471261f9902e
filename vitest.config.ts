import { configDefaults, defineConfig } from 'vitest/config';

/** `vitest run --mode slow` runs what takes long because it kills, waits or renders; everything else is fast. */
export default defineConfig(({ mode }) => ({
  test: {
    include: [mode === 'slow' ? 'test/**/*.slow.test.ts' : 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(mode === 'slow' ? [] : ['test/**/*.slow.test.ts'])],
    // Worker threads of the system under test are real; the tests themselves run in processes of their own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
}));
