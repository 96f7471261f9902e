import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../src/protocol/timestamp.ts';
import { refusalOf } from './refusal.ts';

describe('a timestamp', () => {
  it.each([
    ['2026-11-23T15:11:00Z', '2026-11-23T15:11:00.000Z'],
    ['2026-11-23t15:11:00z', '2026-11-23T15:11:00.000Z'],
    ['2026-11-23 15:11:00+00:00', '2026-11-23T15:11:00.000Z'],
    ['2026-11-23T15:11Z', '2026-11-23T15:11:00.000Z'],
    ['2026-11-23T15:11:00.5Z', '2026-11-23T15:11:00.500Z'],
    ['2026-11-23T15:11:00,123456789Z', '2026-11-23T15:11:00.123Z'],
    ['2026-11-23T00:30:00+05:30', '2026-11-22T19:00:00.000Z'],
    ['2026-11-23T23:30:00-0100', '2026-11-24T00:30:00.000Z'],
    ['2026-11-23T23:30:00+01', '2026-11-23T22:30:00.000Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
  ])('%s is the instant %s', (text, instant) => {
    expect(new Date(parseTimestamp(text)).toISOString()).toBe(instant);
  });

  it.each([
    ['2026-11-23T15:11:00', 'it has no time zone; end it with Z or an offset such as +01:00'],
    ['2026-11-23', 'write it as date, time and zone'],
    ['1700000000', 'write it as date, time and zone'],
    ['yesterday', 'write it as date, time and zone'],
    ['2026-02-30T12:00:00Z', 'there is no such date or time of day'],
    ['2025-02-29T12:00:00Z', 'there is no such date'],
    ['2026-13-01T12:00:00Z', 'there is no such date'],
    ['2026-11-23T24:00:00Z', 'there is no such date or time of day'],
    ['2026-11-23T12:60:00Z', 'there is no such date or time of day'],
    ['2026-11-23T15:11:00+25:00', 'its offset is not a time of day'],
    ['2026-11-23T15:11:00 CET', 'its zone is not Z or an offset'],
    ['1969-12-31T23:59:59Z', 'it lies before 1970'],
    ['0026-11-23T15:11:00Z', 'there is no such date'],
  ])('%s is refused', (text, sentence) => {
    expect(refusalOf(() => parseTimestamp(text), 'INVALID_SEGMENT')).toContain(sentence);
  });
});
