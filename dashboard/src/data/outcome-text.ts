import type { ComparedSide, Comparison } from './comparison.ts';

const failures: Readonly<Record<string, string>> = {
  error: 'failed',
  nan: 'is not finite',
  timeout: 'took too long',
};

/** `1, 73% sure`, `12.5`, `3, 7, 1`: what a version said of a row, or how it failed. */
export function sideText({ status, errorCode, label, value, confidence, items }: ComparedSide): string {
  if (status !== 'ok')
    return [failures[status] ?? status, errorCode && `(${errorCode})`].filter(Boolean).join(' ');
  const sure = confidence === null ? '' : `, ${(100 * confidence).toFixed(0)}% sure`;
  if (label !== null) return `${label}${sure}`;
  if (items !== null) return items.join(', ');
  return value === null ? 'an outcome' : `${Number(value.toPrecision(6))}${sure}`;
}

/** How far apart the two are, where the task measures it; null where it does not. */
export function distanceText({ cosine, overlap, distance, primary }: Comparison): string | null {
  if (cosine !== null) return `cosine ${cosine.toFixed(4)}`;
  if (overlap !== null) return `overlap ${overlap.toFixed(2)}`;
  if (primary.label === null && distance !== null) return `${Number(distance.toPrecision(4))} apart`;
  return null;
}
