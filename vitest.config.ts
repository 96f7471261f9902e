import { configDefaults, defineConfig } from 'vitest/config';

/** What runs only where it is asked for, by `vitest run --mode NAME`: `*.NAME.test.ts`. */
const modes = ['slow', 'fault'];

/** `--mode slow` runs what takes long because it kills, waits or renders, `--mode fault` what breaks a server; everything else is fast. */
export default defineConfig(({ mode }) => ({
  test: {
    include: [modes.includes(mode) ? `test/**/*.${mode}.test.ts` : 'test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      ...(modes.includes(mode) ? [] : modes.map((name) => `test/**/*.${name}.test.ts`)),
    ],
    // Worker threads of the system under test are real; the tests themselves run in processes of their own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: mode === 'fault' ? 180_000 : 30_000,
    hookTimeout: 60_000,
  },
}));
