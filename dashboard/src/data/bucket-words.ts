const units = [
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `6 hours`, `day`: the width of a bucket, as it stands after “each”. */
export function bucketWords(seconds: number): string {
  const [unit, length] = units.find(([, size]) => seconds % size === 0) ?? (['second', 1] as const);
  const many = seconds / length;
  return many === 1 ? unit : `${many} ${unit}s`;
}

/** `21 Nov 14:00`: a moment in UTC, short. */
export function momentText(at: Date): string {
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return `${day} ${at.toISOString().slice(11, 16)}`;
}
