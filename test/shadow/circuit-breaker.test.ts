import { describe, expect, it } from 'vitest';
import { Backoff } from '../../src/inference/worker/backoff.ts';
import { CircuitBreaker } from '../../src/shadow/circuit-breaker.ts';

function breakerOf(failures: number) {
  const clock = { ms: 0 };
  const now = (): number => clock.ms;
  const backoff = new Backoff({
    ...{ immediate: 0, firstDelayMs: 1000, maxDelayMs: 8000, random: () => 0.5, now },
  });
  const breaker = new CircuitBreaker({ failures, backoff, now });
  const fail = (times: number): void => {
    for (let i = 0; i < times; i++) breaker.failed();
  };
  return { clock, breaker, fail };
}

describe('a circuit breaker', () => {
  it('opens after so many failures in a row, and not for the same number with a success between', () => {
    const { breaker, fail } = breakerOf(3);
    fail(2);
    breaker.succeeded();
    fail(2);
    expect([breaker.state, breaker.admits()]).toEqual(['closed', true]);
    fail(1);
    expect([breaker.state, breaker.admits()]).toEqual(['open', false]);
  });

  it('lets one request through after a while, and closes when that succeeds', () => {
    const { breaker, fail, clock } = breakerOf(3);
    fail(3);
    clock.ms = 999;
    expect(breaker.admits()).toBe(false);
    clock.ms = 1000;
    expect([breaker.admits(), breaker.admits(), breaker.state]).toEqual([true, false, 'half_open']);
    breaker.succeeded();
    expect([breaker.state, breaker.admits(), breaker.admits()]).toEqual(['closed', true, true]);
  });

  it('opens for twice as long when the trial fails, and for the first time again after it has closed', () => {
    const { breaker, fail, clock } = breakerOf(3);
    fail(3);
    clock.ms = 1000;
    expect(breaker.admits()).toBe(true);
    breaker.failed();
    clock.ms = 2999;
    expect(breaker.admits()).toBe(false);
    clock.ms = 3000;
    expect(breaker.admits()).toBe(true);
    breaker.succeeded();
    fail(3);
    clock.ms = 4000;
    expect(breaker.admits()).toBe(true);
  });

  it('tries the next request when the trial came to nothing', () => {
    const { breaker, fail, clock } = breakerOf(1);
    fail(1);
    clock.ms = 1000;
    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
    breaker.undecided();
    expect(breaker.admits()).toBe(true);
  });
});
