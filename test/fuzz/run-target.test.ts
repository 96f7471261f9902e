import { describe, expect, it } from 'vitest';
import { type RunOptions, type RunResult, runTarget } from '../../fuzz/engine/run-target.ts';

const planted = new URL('./planted/', import.meta.url).href;

function fuzz(target: string, options: Partial<RunOptions> = {}): Promise<RunResult> {
  return runTarget({
    targetUrl: `${planted}${target}.ts`,
    instrumented: [`${planted}faulty-decoder`],
    ...{ corpus: [], seed: 7, hangMs: 1000, onProgress: () => {} },
    until: { milliseconds: 20_000, executions: 200_000 },
    ...options,
  });
}

describe('the fuzzer', () => {
  it('finds what lies behind one condition after the other, and leaves only what is needed of its input', async () => {
    const { finding, progress } = await fuzz('throws');
    expect(finding!.finding.kind).toBe('threw');
    expect(finding!.finding.sentence).toMatch(/^TypeError: a planted fault/);
    expect(finding!.input.toString()).toBe('FUZ!');
    expect(progress!.coveredBlocks).toBeLessThanOrEqual(progress!.blocks);
  });

  it('does not find it where it is not told what is reached', async () => {
    const until = { milliseconds: 20_000, executions: 20_000 };
    const { finding, progress } = await fuzz('throws', { instrumented: [], until });
    expect(finding).toBeNull();
    expect(progress!.executions).toBe(20_000);
    expect(progress!.blocks).toBe(0);
  });

  it('does the same for the same seed, and something else for another', async () => {
    const reached = async (seed: number): Promise<object> => {
      const { progress, distilled } = await fuzz('../../../fuzz/targets/timestamp', {
        instrumented: [new URL('../../src/', import.meta.url).href],
        until: { milliseconds: 20_000, executions: 2000 },
        seed,
      });
      return { ...progress, seconds: 0, distilled };
    };
    const first = await reached(1);
    expect(await reached(1)).toEqual(first);
    expect(await reached(2)).not.toEqual(first);
  });

  it('finds an input that never ends', async () => {
    const { finding } = await fuzz('hangs');
    expect(finding).toMatchObject({ finding: { kind: 'hang' }, input: Buffer.from('FUZ?') });
  });

  it('finds an input that asks for memory out of proportion', async () => {
    const { finding } = await fuzz('memory');
    expect(finding!.finding.kind).toBe('memory');
    expect(finding!.input[0]).toBe(0x4d);
  });

  it('says so where the target cannot be loaded', async () => {
    await expect(fuzz('nowhere')).rejects.toThrow(/could not be loaded/);
  });
});
