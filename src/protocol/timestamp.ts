import { UnderstudyError } from '../errors.ts';
import { quoted } from './quoting.ts';

const dateTime = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(.*)$/;
const offset = /^([+-])(\d\d):?(\d\d)?$/;
const minuteMilliseconds = 60_000;

/**
 * Milliseconds since the epoch of an ISO 8601 date and time with a zone (`2026-11-23T15:11:00.5+01:00`, `…Z`);
 * finer fractions are cut. Errors: INVALID_SEGMENT, also for a time without a zone, which would mean another
 * hour on every server.
 */
export function parseTimestamp(text: string): number {
  const match = dateTime.exec(text);
  if (match === null) throw unusable(text, 'write it as date, time and zone, such as 2026-11-23T15:11:00Z');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMilliseconds = zoneOffset(text, match[8]!);
  const local = new Date(Date.UTC(year!, month! - 1, day!, hour!, minute!, second!, millisecond));
  const isReal =
    local.getUTCFullYear() === year &&
    local.getUTCMonth() === month! - 1 &&
    local.getUTCDate() === day &&
    local.getUTCHours() === hour &&
    local.getUTCMinutes() === minute &&
    local.getUTCSeconds() === second;
  if (!isReal) throw unusable(text, 'there is no such date or time of day');
  const timestampMs = local.getTime() - offsetMilliseconds;
  if (timestampMs < 0) throw unusable(text, 'it lies before 1970');
  return timestampMs;
}

function zoneOffset(text: string, zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const match = offset.exec(zone);
  if (match === null) {
    throw unusable(
      text,
      zone === ''
        ? 'it has no time zone; end it with Z or an offset such as +01:00'
        : 'its zone is not Z or an offset such as +01:00',
    );
  }
  const hours = Number(match[2]);
  const minutes = Number(match[3] ?? 0);
  if (hours > 23 || minutes > 59) throw unusable(text, 'its offset is not a time of day');
  return (match[1] === '-' ? -1 : 1) * (hours * 60 + minutes) * minuteMilliseconds;
}

function unusable(text: string, why: string): UnderstudyError {
  return new UnderstudyError('INVALID_SEGMENT', `The timestamp ${quoted(text)} is not usable: ${why}.`);
}
