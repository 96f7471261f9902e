import type { Comparison } from './comparison.ts';

const failures: Readonly<Record<string, string>> = {
  error: 'failed',
  nan: 'is not finite',
  timeout: 'took too long',
};

/** `1, 73% sure`, `12.5`, `3, 7, 1`, `length 0.98`: what a version said of a row, or how it failed. */
export function sideText(row: Comparison, of: 'primary' | 'shadow'): string {
  const { status, errorCode, label, value, confidence, items } = row[of];
  if (status !== 'ok') return `${failures[status] ?? status}${errorCode === null ? '' : ` (${errorCode})`}`;
  if (items !== null) return items.join(', ');
  const sure = confidence === null ? '' : `, ${(100 * confidence).toFixed(0)}% sure`;
  if (label !== null) return `${label}${sure}`;
  if (value === null) return 'an outcome';
  const number = String(Number(value.toPrecision(6))).replace('-', '−');
  return row.cosine === null ? `${number}${sure}` : `length ${number}`;
}

/** How far apart the two are, where the task measures it; null where it does not. */
export function distanceText({ cosine, overlap, distance, primary }: Comparison): string | null {
  if (cosine !== null) return `cosine ${cosine.toFixed(4)}`;
  if (overlap !== null) return `overlap ${overlap.toFixed(2)}`;
  if (primary.label === null && distance !== null) return `${Number(distance.toPrecision(4))} apart`;
  return null;
}
