import { describe, expect, it } from 'vitest';
import { costPer1000 } from '../../src/resources/cost.ts';
import { nothing } from '../../src/resources/use.ts';

const price = { currency: 'EUR', cpuHour: 0.036, gpuHour: 3.6 };

describe('the cost of a thousand predictions', () => {
  it('is what the CPU hours and the GPU hours cost, by rows', () => {
    // 100 s of CPU at 0.00001 a second, for 50,000 rows.
    expect(costPer1000({ ...nothing, rows: 50_000, cpuMicroseconds: 100e6 }, price)).toEqual({
      amount: expect.closeTo(0.00002, 12),
      currency: 'EUR',
    });
    // And 25 s of GPU at 0.001 a second: 0.025 for fifty thousands.
    const both = { ...nothing, rows: 50_000, cpuMicroseconds: 100e6, gpuMicroseconds: 25e6 };
    expect(costPer1000(both, price)?.amount).toBeCloseTo(0.00052, 12);
  });

  it('is unknown without a price and before the first row', () => {
    expect(costPer1000({ ...nothing, rows: 1, cpuMicroseconds: 1 }, null)).toBeNull();
    expect(costPer1000({ ...nothing, cpuMicroseconds: 1e6 }, price)).toBeNull();
  });
});
