import { percent } from '../analysis/verdict/percent-text.ts';

/** Text that clients sent, with everything that could steer a terminal or turn the direction of a line replaced. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}

export function count(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

export function share(value: number | null, digits = 1): string {
  return value === null ? '–' : percent(value, digits);
}

/** `2026-11-08 23:59`, in UTC. */
export function minuteOf(iso: string | null): string {
  return iso === null ? '–' : iso.slice(0, 16).replace('T', ' ');
}

/** `0.174`, `12.3`, `1,204`: three digits that count, in milliseconds. */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value >= 100) return count(value);
  return value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${(value / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
