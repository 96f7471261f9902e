import { configDefaults, defineConfig } from 'vitest/config';

/** What runs only where it is asked for, by `vitest run --mode NAME`: `*.NAME.test.ts`. */
const modes = ['slow', 'fault'];

/** Milliseconds a test may take; elsewhere half a minute. */
const timeouts: Readonly<Record<string, number>> = { slow: 120_000, fault: 180_000 };

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
    testTimeout: timeouts[mode] ?? 30_000,
    hookTimeout: 60_000,
  },
}));
