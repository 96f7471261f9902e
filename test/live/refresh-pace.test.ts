import { describe, expect, it } from 'vitest';
import { RefreshPace } from '../../src/live/refresh-pace.ts';

/** Makes what is due, each taking so long, with a look every 100 ms; tells when each began. */
function beginnings(
  tookMs: number | ((nth: number) => number),
  seenAt: (nowMs: number) => string,
  untilMs: number,
  succeeds = true,
): number[] {
  const pace = new RefreshPace();
  const begun: number[] = [];
  let endsMs = Number.POSITIVE_INFINITY;
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 100) {
    if (nowMs >= endsMs) {
      pace.end(nowMs, succeeds);
      endsMs = Number.POSITIVE_INFINITY;
    }
    pace.note(seenAt(nowMs), nowMs);
    if (!pace.isDue(nowMs)) continue;
    pace.begin(nowMs);
    endsMs = nowMs + (typeof tookMs === 'number' ? tookMs : tookMs(begun.length));
    begun.push(nowMs);
  }
  return begun;
}

describe('what a view shows', () => {
  it('is made at once, and once more since rows may have been on their way', () => {
    expect(beginnings(0, () => 'same', 50_000)).toEqual([0, 1000]);
  });

  it('is made at most once a second while all changes', () => {
    expect(beginnings(0, String, 3900)).toEqual([0, 1000, 2000, 3000]);
  });

  it('takes no more than a tenth of the time', () => {
    expect(beginnings(200, String, 6000)).toEqual([0, 2000, 4000, 6000]);
  });

  it('rests much longer where it takes longer than a second, five minutes at most', () => {
    expect(beginnings(1000, String, 20_000)).toEqual([0, 10_000, 20_000]);
    expect(beginnings(2000, String, 71_000)).toEqual([0, 11_000, 71_000]);
    expect(beginnings(10_000, String, 700_000)).toEqual([0, 19_000, 329_000, 639_000]);
  });

  it('rests no longer than after the shorter of the last two, nor than after a second where it was the first', () => {
    const once = (slow: number) => (nth: number) => (nth === slow ? 3000 : 200);
    expect(beginnings(once(0), String, 14_000)).toEqual([0, 12_000, 14_000]);
    expect(beginnings(once(2), String, 11_000)).toEqual([0, 2000, 4000, 8800, 10_800]);
  });

  it('follows a change, and what of it came late', () => {
    expect(beginnings(0, (nowMs) => (nowMs < 10_500 ? 'a' : 'b'), 30_000)).toEqual([0, 1000, 10_500, 11_500]);
  });

  it('is made once a minute though nothing changes here', () => {
    expect(beginnings(0, () => 'same', 130_000)).toEqual([0, 1000, 61_000, 121_000]);
  });

  it('is tried again after five seconds where it failed', () => {
    expect(beginnings(0, () => 'same', 12_000, false)).toEqual([0, 1000, 6100, 11_200]);
  });
});
