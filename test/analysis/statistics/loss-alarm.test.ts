import { describe, expect, it } from 'vitest';
import { finiteExp, logChangeAlarm, logLossAlarm } from '../../../src/analysis/statistics/loss-alarm.ts';

describe('the loss alarm', () => {
  it('has the reference e-values', () => {
    expect(Math.exp(logLossAlarm(60, 20))).toBeCloseTo(8443.36, 2);
    expect(Math.exp(logLossAlarm(75, 40))).toBeCloseTo(49.534, 3);
    expect(Math.exp(logChangeAlarm(60, 20))).toBeCloseTo(4221.69, 2);
  });

  it('starts at 1 and stays low where gains prevail', () => {
    expect(logLossAlarm(0, 0)).toBeCloseTo(0, 12);
    expect(Math.exp(logLossAlarm(20, 60))).toBeLessThan(0.1);
  });

  it('is a fair bet: over the next discordant pair its mean stays the same under the null', () => {
    for (const [b, c] of [
      [0, 0],
      [3, 9],
      [40, 35],
    ] as const) {
      const next = (Math.exp(logLossAlarm(b + 1, c)) + Math.exp(logLossAlarm(b, c + 1))) / 2;
      expect(next / Math.exp(logLossAlarm(b, c))).toBeCloseTo(1, 9);
    }
  });

  it('neither overflows nor loses its sign among hundreds of thousands of pairs', () => {
    // With no gain the e-value is (2^(b+1) − 1)/(b+1).
    expect(logLossAlarm(5000, 0)).toBeCloseTo(5001 * Math.LN2 - Math.log(5001), 6);
    expect(logLossAlarm(0, 5000)).toBeCloseTo(-Math.log(5001), 9);
    expect(logLossAlarm(300_000, 200_000)).toBeGreaterThan(10_000);
    expect(finiteExp(logLossAlarm(300_000, 200_000))).toBe(Number.MAX_VALUE);
  });
});
