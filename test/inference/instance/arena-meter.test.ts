import { describe, expect, it } from 'vitest';
import { ArenaMeter } from '../../../src/inference/instance/arena-meter.ts';

describe('the meter of the arena', () => {
  it('sums the growth of the process over runs with more rows than ever before', async () => {
    let resident = 1_000;
    const meter = new ArenaMeter(() => resident);
    const run = (bytes: number) => async () => {
      resident += bytes;
      return bytes;
    };
    expect(await meter.around(1, run(50))).toBe(50);
    await meter.around(1, run(7));
    await meter.around(32, run(400));
    await meter.around(8, run(9));
    expect(meter.bytes).toBe(450);
    // Memory that was given back meanwhile is no growth.
    await meter.around(64, run(-100));
    expect(meter.bytes).toBe(450);
  });

  it('counts what a run that fails has taken', async () => {
    let resident = 0;
    const meter = new ArenaMeter(() => resident);
    await expect(
      meter.around(4, async () => {
        resident = 30;
        throw new Error('out of something');
      }),
    ).rejects.toThrow('out of something');
    expect(meter.bytes).toBe(30);
  });
});
