import { describe, expect, it } from 'vitest';
import { gpuShares } from '../../src/resources/gpu-shares.ts';

const second = 1_000_000;

describe('the shares of a GPU', () => {
  it('are those of the wall time of the runs', () => {
    const device = { wallMicroseconds: second, utilization: 0.8, millijoules: 200_000 };
    expect(gpuShares(device, [600_000, 150_000, 0])).toEqual([
      { gpuMicroseconds: expect.closeTo(640_000, 6), gpuMillijoules: expect.closeTo(160_000, 6) },
      { gpuMicroseconds: expect.closeTo(160_000, 6), gpuMillijoules: expect.closeTo(40_000, 6) },
      { gpuMicroseconds: 0, gpuMillijoules: 0 },
    ]);
  });

  it('charge nobody for a GPU on which nothing of ours ran', () => {
    const device = { wallMicroseconds: second, utilization: 1, millijoules: 300_000 };
    expect(gpuShares(device, [0, 0])).toEqual([
      { gpuMicroseconds: 0, gpuMillijoules: 0 },
      { gpuMicroseconds: 0, gpuMillijoules: 0 },
    ]);
  });

  it('of a GPU that tells nothing are the runs themselves, together no more than the time there was', () => {
    const device = { wallMicroseconds: second, utilization: null, millijoules: null };
    expect(gpuShares(device, [100_000, 300_000]).map(({ gpuMicroseconds }) => gpuMicroseconds)).toEqual([
      100_000, 300_000,
    ]);
    expect(gpuShares(device, [900_000, 900_000]).map(({ gpuMicroseconds }) => gpuMicroseconds)).toEqual([
      500_000, 500_000,
    ]);
  });
});
