const minutesOfHour = 60;
const minutesOfDay = 24 * minutesOfHour;
const minutesOfWeek = 7 * minutesOfDay;
/** Narrower than what the log counts traffic by is told of compared rows only. */
const widths = [1, 5, 15, minutesOfHour, 6 * minutesOfHour, minutesOfDay, minutesOfWeek];
const mostBuckets = 200;
/** Weeks begin on Monday: 29 December 1969 was one. Days and hours fit into them. */
const mondayMinute = -3 * minutesOfDay;

/** Buckets of equal width, numbered from 0; minutes are counted since the epoch, UTC. */
export interface TimeGrid {
  /** Start of the first one. */
  readonly startMinute: number;
  readonly widthMinutes: number;
}

/** Milliseconds since the epoch: both included. */
export interface TimeSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * The grid with the narrowest buckets of which at most 200 hold compared rows and traffic. Where these are narrower than an hour they
 * hold compared rows only. Null where there is neither.
 *
 * @param traffic hours, by their starts
 */
export function timeGrid(compared: TimeSpan | null, traffic: TimeSpan | null): TimeGrid | null {
  const spans = [compared, traffic].filter((span) => span !== null);
  if (spans.length === 0) return null;
  const all = {
    firstMs: Math.min(...spans.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...spans.map(({ lastMs }) => lastMs)),
  };
  const grid = narrowestGrid(all, compared === null ? minutesOfHour : 0);
  return compared === null || holdsTraffic(grid) ? grid : narrowestGrid(compared, 0);
}

export function holdsTraffic({ widthMinutes }: TimeGrid): boolean {
  return widthMinutes >= minutesOfHour;
}

/** Start of a bucket, milliseconds since the epoch. */
export function startMsOf({ startMinute, widthMinutes }: TimeGrid, bucket: number): number {
  return (startMinute + bucket * widthMinutes) * 60_000;
}

/** SQL for the number of the bucket of a minute since the epoch. */
export function bucketOf({ startMinute, widthMinutes }: TimeGrid, minute: string): string {
  return `CAST((${minute} - (${startMinute})) // ${widthMinutes} AS INTEGER)`;
}

function narrowestGrid({ firstMs, lastMs }: TimeSpan, leastMinutes: number): TimeGrid {
  const [first, last] = [Math.floor(firstMs / 60_000), Math.floor(lastMs / 60_000)];
  const startOf = (minute: number, width: number): number =>
    Math.floor((minute - mondayMinute) / width) * width + mondayMinute;
  const isEnough = (width: number): boolean =>
    width >= leastMinutes && (startOf(last, width) - startOf(first, width)) / width < mostBuckets;
  let widthMinutes = widths.find(isEnough) ?? 2 * minutesOfWeek;
  while (!isEnough(widthMinutes)) widthMinutes *= 2;
  return { startMinute: startOf(first, widthMinutes), widthMinutes };
}
