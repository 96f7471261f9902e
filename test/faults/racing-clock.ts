import { hourMs } from '../log/sample-records.ts';

const realMsPerHour = 250;
/** So long ago that its hours are over when the other clocks reach them. */
const headStartMs = 200 * 24 * hourMs;

/** A clock that an hour takes a quarter of a second on. All that are made with the same `originMs` tell the same. */
export function racingClock(originMs: number): () => number {
  return () => originMs - headStartMs + Math.round((Date.now() - originMs) * (hourMs / realMsPerHour));
}
