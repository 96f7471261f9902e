import { describe, expect, it } from 'vitest';
import { Random } from '../../../models/training/random.ts';

describe('a stream of random numbers', () => {
  it('is the same for the same seed and another for the next one', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.bits());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1).some((word, i) => word === draw(2)[i])).toBe(false);
  });

  it('has the moments of what it claims to be', () => {
    const random = new Random(11);
    const count = 200_000;
    const uniforms = Float64Array.from({ length: count }, () => random.uniform());
    const normals = Float64Array.from({ length: count }, () => random.normal());
    const mean = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0) / count;
    // Five standard errors around each.
    expect(Math.abs(mean(uniforms) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(mean(normals))).toBeLessThan(5 * Math.sqrt(1 / count));
    expect(Math.abs(mean(normals.map((one) => one * one)) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(mean(normals.map((one) => one ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
    expect(uniforms.every((one) => one >= 0 && one < 1)).toBe(true);
  });

  it('picks by weight and never what has none', () => {
    const random = new Random(3);
    const counts = { often: 0, seldom: 0, never: 0 };
    for (let i = 0; i < 10_000; i++) counts[random.pick({ never: 0, often: 9, seldom: 1 })]++;
    expect(counts.never).toBe(0);
    expect(Math.abs(counts.seldom - 1_000)).toBeLessThan(150);
  });

  it('shuffles without losing or repeating anything', () => {
    const order = new Random(4).permutation(1_000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(order.filter((place, i) => place === i).length).toBeLessThan(10);
  });
});
