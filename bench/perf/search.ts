import { type LoadRange, pointsOf } from './load-range.ts';

/** Measures a load; says whether it kept under the threshold (always, where there is none). */
export type Measure = (load: number) => Promise<boolean>;

/** Every point of the range in turn; ends at the first that does not keep under the threshold, as perf_analyzer does. */
export async function sweep(range: LoadRange, highest: number, measure: Measure): Promise<number | null> {
  let best: number | null = null;
  for (const load of pointsOf(range, highest)) {
    if (!(await measure(load))) break;
    best = load;
  }
  return best;
}

/**
 * The highest load of the range that keeps under the threshold, to within a step; null where not even the first does. It
 * takes for granted that more load is never faster; a server whose batches make it so is for the sweep.
 */
export async function binarySearch(
  { start, end, step }: LoadRange & { readonly end: number },
  measure: Measure,
): Promise<number | null> {
  if (!(await measure(start))) return null;
  if (await measure(end)) return end;
  let kept = start;
  let lost = end;
  while (lost - kept > step) {
    // On the grid of the steps, so that concurrencies stay whole.
    const steps = Math.max(1, Math.floor((lost - kept) / 2 / step));
    const middle = kept + steps * step;
    if (await measure(middle)) kept = middle;
    else lost = middle;
  }
  return kept;
}
