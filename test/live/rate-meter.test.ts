import { describe, expect, it } from 'vitest';
import { RateMeter } from '../../src/live/rate-meter.ts';

describe('a rate', () => {
  it('is that of the last five seconds', () => {
    const meter = new RateMeter();
    expect(meter.read(100, 0)).toBe(0);
    expect(meter.read(110, 1000)).toBe(10);
    expect(meter.read(110, 2000)).toBe(5);
    expect(meter.read(120, 4000)).toBe(5);
    // From 110 at one second on.
    expect(meter.read(130, 6000)).toBe(4);
  });

  it('is the same whether looks are rare or not', () => {
    const meter = new RateMeter();
    meter.read(0, 0);
    expect(meter.read(300, 30_000)).toBe(10);
    expect(meter.read(300, 45_000)).toBe(0);
  });

  it('begins anew with a counter that begins anew', () => {
    const meter = new RateMeter();
    meter.read(1000, 0);
    meter.read(2000, 1000);
    expect(meter.read(3, 2000)).toBe(0);
    expect(meter.read(13, 3000)).toBe(10);
  });
});
