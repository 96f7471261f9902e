import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readText } from '../../src/doctor/read-text.ts';
import { fateOf, runTrial } from '../../src/doctor/run-trial.ts';
import { until } from '../log/open-test-log.ts';

const trial = (name: string, input: unknown, limitMs = 20_000) =>
  runTrial(new URL(`./trials/${name}.ts`, import.meta.url), input, z.number(), limitMs);

describe('a trial in a process of its own', () => {
  it('brings the answer back', async () => {
    expect(await trial('adds', [1, 2, 39])).toEqual({ kind: 'answered', answer: 42 });
  });

  it('tells what was thrown, in one line', async () => {
    const outcome = await trial('throws', null);
    expect(outcome).toEqual({ kind: 'failed', sentence: 'the driver is too old' });
  });

  it('survives a crash and tells the signal and the last words', async () => {
    const outcome = await trial('crashes', null);
    expect(outcome).toEqual({ kind: 'died', how: 'SIGSEGV', lastLine: 'libgpu: unexpected state' });
  });

  it('tells an exit without an answer', async () => {
    expect(await trial('exits', null)).toEqual({ kind: 'died', how: 'status 3', lastLine: null });
  });

  it.skipIf(process.platform !== 'linux')(
    'does not wait for one that hangs, and leaves none behind',
    async () => {
      const outcome = trial('hangs', null, 3_000);
      await until(() => children().length === 1);
      expect(await outcome).toEqual({ kind: 'hung', limitMs: 3_000 });
      await until(() => children().length === 0);
    },
  );

  it('tells that an answer cannot be read, instead of throwing where nobody catches', async () => {
    const outcome = await trial('answers-words', null);
    expect(outcome).toEqual({
      kind: 'failed',
      sentence: expect.stringMatching(/^its answer could not be read: .*expected number/),
    });
    expect(await trial('says-anything', null)).toEqual({
      kind: 'failed',
      sentence: expect.stringMatching(/^its answer could not be read/),
    });
  });

  it('tells that a module is not there', async () => {
    expect(await trial('nowhere', null)).toMatchObject({ kind: 'died', how: 'status 1' });
  });
});

describe('the fate of a trial', () => {
  it.each([
    [{ kind: 'failed', sentence: 'no device' }, 'failed: no device'],
    [{ kind: 'died', how: 'SIGSEGV', lastLine: null }, 'ended its process with SIGSEGV'],
    [{ kind: 'died', how: 'SIGABRT', lastLine: 'oops' }, 'ended its process with SIGABRT (oops)'],
    [{ kind: 'hung', limitMs: 60_000 }, 'gave no answer within 60 s'],
  ] as const)('%j reads "%s"', (outcome, words) => {
    expect(fateOf(outcome)).toBe(words);
  });
});

/** Processes that this one has started and that are still there. */
function children(): string[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    (readText(`/proc/self/task/${thread}/children`) ?? '').split(' ').filter((pid) => pid !== ''),
  );
}
