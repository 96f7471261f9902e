import { configDefaults, defineConfig } from 'vitest/config';

/** What runs only where it is asked for, by `vitest run --mode NAME`: `*.NAME.test.ts`. */
const modes = ['slow', 'fault'];

/** Milliseconds a test may take; elsewhere half a minute. */
const timeouts: Readonly<Record<string, number>> = { slow: 120_000, fault: 300_000 };

/**
 * Tests of functions: no server, no thread, nothing that outlives a test. They share their processes, since to start one and to import
 * everything again takes longer than most of them.
 */
const functions = [
  'analysis/judgement',
  'analysis/statistics',
  'comparison',
  'config',
  'doors',
  'presentation',
  'protocol',
].map((folder) => `test/${folder}/**/*.test.ts`);

/** `--mode slow` runs what takes long because it kills, waits, renders or starts many servers, `--mode fault` what breaks a server; everything else is fast. */
export default defineConfig(({ mode }) => {
  const notFast = [...configDefaults.exclude, ...modes.map((name) => `test/**/*.${name}.test.ts`)];
  const fast = {
    projects: [
      {
        extends: true as const,
        test: { name: 'functions', include: functions, exclude: notFast, isolate: false },
      },
      {
        extends: true as const,
        test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: [...notFast, ...functions] },
      },
    ],
  };
  return {
    test: {
      ...(modes.includes(mode) ? { include: [`test/**/*.${mode}.test.ts`] } : fast),
      // Worker threads of the system under test are real; the tests themselves run in processes of their own.
      pool: 'forks' as const,
      maxWorkers: 2,
      testTimeout: timeouts[mode] ?? 30_000,
      hookTimeout: 60_000,
    },
  };
});
