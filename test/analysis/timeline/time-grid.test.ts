import { describe, expect, it } from 'vitest';
import { bucketOf, startMsOf, type TimeGrid, timeGrid } from '../../../src/analysis/timeline/time-grid.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A Wednesday. */
const noon = Date.parse('2026-11-04T12:34:56Z');

const widthOver = (lengthMs: number): number | undefined =>
  timeGrid({ firstMs: noon, lastMs: noon + lengthMs }, null)?.widthMinutes;
const bucketsOver = ({ startMinute, widthMinutes }: TimeGrid, lastMs: number): number =>
  Math.floor((Math.floor(lastMs / minute) - startMinute) / widthMinutes) + 1;

describe('the grid of a timeline', () => {
  it.each([
    [0, 1],
    [3 * hour, 1],
    [4 * hour, 5],
    [17 * hour, 15],
    [3 * day, 60],
    [9 * day, 6 * 60],
    [60 * day, 24 * 60],
    [250 * day, 7 * 24 * 60],
    [4 * 365 * day, 2 * 7 * 24 * 60],
    [30 * 365 * day, 8 * 7 * 24 * 60],
  ])('over %d ms has buckets of %d minutes', (lengthMs, widthMinutes) => {
    expect(widthOver(lengthMs)).toBe(widthMinutes);
  });

  it('never has more than 200 buckets, and the first one holds the first row', () => {
    for (let lengthMs = minute; lengthMs < 3000 * 365 * day; lengthMs = Math.floor(lengthMs * 1.7)) {
      const lastMs = noon + lengthMs;
      const grid = timeGrid({ firstMs: noon, lastMs }, null)!;
      expect(bucketsOver(grid, lastMs)).toBeLessThanOrEqual(200);
      expect(startMsOf(grid, 0)).toBeLessThanOrEqual(noon);
      expect(startMsOf(grid, 1)).toBeGreaterThan(noon);
    }
  });

  it('begins hours on the hour, days at midnight and weeks on Monday', () => {
    const startOver = (lengthMs: number): string => {
      const grid = timeGrid({ firstMs: noon, lastMs: noon + lengthMs }, null)!;
      return new Date(startMsOf(grid, 0)).toISOString();
    };
    expect(startOver(0)).toBe('2026-11-04T12:34:00.000Z');
    expect(startOver(3 * day)).toBe('2026-11-04T12:00:00.000Z');
    expect(startOver(60 * day)).toBe('2026-11-04T00:00:00.000Z');
    expect(startOver(300 * day)).toBe('2026-11-02T00:00:00.000Z');
    expect(new Date(startOver(4 * 365 * day)).getUTCDay()).toBe(1);
  });

  it('covers traffic too where buckets hold it, and no more than the compared rows where they do not', () => {
    const compared = { firstMs: noon, lastMs: noon + hour };
    expect(timeGrid(compared, { firstMs: noon - 2 * hour, lastMs: noon })).toEqual({
      startMinute: Math.floor(noon / minute),
      widthMinutes: 1,
    });
    const wide = timeGrid(compared, { firstMs: noon - 5 * day, lastMs: noon })!;
    expect(wide.widthMinutes).toBe(60);
    expect(startMsOf(wide, 0)).toBe(Date.parse('2026-10-30T12:00:00Z'));
    expect(timeGrid(null, { firstMs: noon, lastMs: noon })?.widthMinutes).toBe(60);
    expect(timeGrid(null, null)).toBeNull();
  });

  it('counts from its start in SQL, also before 1970', () => {
    expect(bucketOf({ startMinute: -30, widthMinutes: 5 }, 'minute')).toBe(
      'CAST((minute - (-30)) // 5 AS INTEGER)',
    );
  });
});
