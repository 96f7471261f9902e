import { describe, expect, it } from 'vitest';
import { generatorLimit } from '../../../bench/perf/generator-limit.ts';

const window = (generatorUtilization: number, generatorDelayP99Milliseconds: number) => ({
  ...{ generatorUtilization, generatorDelayP99Milliseconds },
});

describe('the generator', () => {
  it('is the limit when its event loop was never idle in one of the windows', () => {
    expect(generatorLimit([window(0.5, 0), window(0.99, 0)], 10)).toBe('saturated');
  });

  it('is the limit when it was late by a good part of what it measured', () => {
    expect(generatorLimit([window(0.5, 6)], 10)).toBe('stalled');
    expect(generatorLimit([window(0.5, 6)], 100)).toBeNull();
  });

  it('is not for delays that timers have everywhere', () => {
    expect(generatorLimit([window(0.5, 1.5)], 0.3)).toBeNull();
  });
});
