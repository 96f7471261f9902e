import { expect, it } from 'vitest';
import { Backoff } from '../../../src/inference/worker/backoff.ts';

function backoff(immediate: number, random = 0.5) {
  const clock = { ms: 0 };
  const delays = new Backoff({
    ...{ immediate, firstDelayMs: 100, maxDelayMs: 1000 },
    ...{ random: () => random, now: () => clock.ms },
  });
  const next = (): number => {
    const delay = delays.nextDelayMs();
    clock.ms += delay;
    return delay;
  };
  return { clock, delays, next };
}

it('waits twice as long after each attempt, up to a limit', () => {
  const { next } = backoff(1);
  expect([1, 2, 3, 4, 5, 6, 7].map(next)).toEqual([0, 100, 200, 400, 800, 1000, 1000]);
});

it('starts afresh when told to, or when nothing had to be attempted for long', () => {
  const { next, delays, clock } = backoff(0);
  expect([next(), next()]).toEqual([100, 200]);
  delays.reset();
  expect([next(), next(), next()]).toEqual([100, 200, 400]);
  clock.ms += 2000;
  expect(next()).toBe(800);
  clock.ms += 2001;
  expect(next()).toBe(100);
});

it('spreads attempts by a quarter either way', () => {
  expect(backoff(0, 0).next()).toBe(75);
  expect(backoff(0, 1).next()).toBe(125);
});
