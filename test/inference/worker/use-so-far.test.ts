import { describe, expect, it } from 'vitest';
import { UseSoFar } from '../../../src/inference/worker/use-so-far.ts';

describe('what workers have used that took the place of one another', () => {
  it('goes on where the one before ended', () => {
    const use = new UseSoFar();
    expect(use.with({ executions: 2, cpuMicroseconds: 30 })).toEqual({ executions: 2, cpuMicroseconds: 30 });
    use.startAnew();
    expect(use.with({ executions: 1, cpuMicroseconds: 5 })).toEqual({ executions: 3, cpuMicroseconds: 35 });
    expect(use.with({ executions: 4, cpuMicroseconds: 9 })).toEqual({ executions: 6, cpuMicroseconds: 39 });
  });

  it('is not counted twice when one ends that has used nothing', () => {
    const use = new UseSoFar();
    use.with({ executions: 2, cpuMicroseconds: 30 });
    use.startAnew();
    use.startAnew();
    expect(use.with({ executions: 0, cpuMicroseconds: 0 })).toEqual({ executions: 2, cpuMicroseconds: 30 });
  });
});
