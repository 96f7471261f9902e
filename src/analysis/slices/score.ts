/** One set of rows as the search for slices sees it. */
export interface SliceSums {
  readonly size: number;
  /** Sum of the rows' errors e ≥ 0. */
  readonly error: number;
}

/** α of SliceLine: how much worse counts against how many are hit. */
const errorWeight = 0.95;

/**
 * How worthwhile a slice S of n rows is, above zero where it is worse than all rows by more than its smallness costs:
 * α((ē_S)/(ē) − 1) − (1−α)(n/|S| − 1), ē mean errors. SliceLine, Sagadeeva & Boehm 2021, equation 1.
 */
export function sliceScore(slice: SliceSums, all: SliceSums, alpha = errorWeight): number {
  const lift = (slice.error * all.size) / (all.error * slice.size);
  return alpha * (lift - 1) - (1 - alpha) * (all.size / slice.size - 1);
}

/**
 * What no slice inside this one, of at least `smallest` rows, can score more than. Its errors are at most `error`, and
 * each at most `largest`; for a given size the mean is then at most min(error / size, largest), and over the sizes the score
 * is highest at one of the ends or where the two meet. Sagadeeva & Boehm 2021, section 3.2.
 */
export function sliceScoreBound(
  slice: SliceSums & { readonly largest: number },
  all: SliceSums,
  smallest: number,
): number {
  const { size, error, largest } = slice;
  if (size < smallest || error <= 0) return Number.NEGATIVE_INFINITY;
  const meeting = Math.min(size, Math.max(smallest, error / largest));
  const best = (rows: number) => sliceScore({ size: rows, error: Math.min(error, rows * largest) }, all);
  return Math.max(best(smallest), best(meeting), best(size));
}
