import type { SampleBudget } from '../config/sample.ts';

/** Rows of one combination of segment values. */
export interface TrafficCell {
  /** Keys of its segments, as `SegmentNeed` names them. */
  readonly segments: readonly string[];
  readonly rowsPerSecond: number;
}

/** What is known of one segment. */
export interface SegmentNeed {
  readonly key: string;
  readonly rowsPerSecond: number;
  /** Compared rows that it lacks; 0 where it has reached its target. */
  readonly missing: number;
}

export interface PlanInput {
  readonly cells: readonly TrafficCell[];
  readonly needs: readonly SegmentNeed[];
  readonly budget: SampleBudget;
  /** No rate is lower, unless the budget is. */
  readonly least: number;
  /** What is missing should be there when so much time has passed; above 0. */
  readonly horizonSeconds: number;
}

export interface SamplingPlan {
  /** By key of the segment; of those that are not in it, `least`. */
  readonly rates: ReadonlyMap<string, number>;
  readonly least: number;
  /** Share of the traffic that this comes to, at most the budget. */
  readonly share: number;
}

/** Rates are of a grid, so that they do not change with every fluctuation of the traffic. */
const gridRatio = 1.1;
const doublings = 64;
const halvings = 40;

/**
 * The rate of each segment, so that each has what it lacks within the horizon. A row is sampled at the highest rate of its
 * segments. Where that comes to more than the budget, the horizon is stretched until it does not: then every rate below 1 falls
 * in proportion, those of segments with much traffic for what they lack soonest, and what is rare keeps its rate longest. So all
 * that is missing comes in as evenly as the budget allows.
 */
export function planSampling(input: PlanInput): SamplingPlan {
  const { cells, needs, horizonSeconds } = input;
  const total = cells.reduce((sum, cell) => sum + cell.rowsPerSecond, 0);
  const budget = budgetOf(input.budget, total);
  const least = total === 0 ? input.least : Math.min(input.least, budget / total);
  const loadWithin = (seconds: number) => loadOf(cells, ratesWithin(seconds, needs, least), least);
  let seconds = horizonSeconds;
  if (loadWithin(seconds) > budget) {
    let [tooShort, longEnough] = [seconds, seconds];
    for (let step = 0; step < doublings && loadWithin(longEnough) > budget; step++) {
      tooShort = longEnough;
      longEnough *= 2;
    }
    for (let step = 0; step < halvings; step++) {
      const middle = Math.sqrt(tooShort * longEnough);
      if (loadWithin(middle) > budget) tooShort = middle;
      else longEnough = middle;
    }
    seconds = longEnough;
  }
  const rates = ratesWithin(seconds, needs, least);
  for (const [key, rate] of rates) rates.set(key, onGrid(rate, least));
  return { rates, least, share: total === 0 ? least : loadOf(cells, rates, least) / total };
}

/** Rows per second. */
function budgetOf(budget: SampleBudget, total: number): number {
  return budget.kind === 'share' ? budget.share * total : budget.rowsPerSecond;
}

function ratesWithin(seconds: number, needs: readonly SegmentNeed[], least: number): Map<string, number> {
  return new Map(
    needs.map(({ key, rowsPerSecond, missing }) => {
      const needed = missing === 0 ? 0 : missing / (seconds * rowsPerSecond);
      return [key, Math.min(1, Math.max(least, needed))];
    }),
  );
}

/** Sampled rows per second. */
function loadOf(cells: readonly TrafficCell[], rates: ReadonlyMap<string, number>, least: number): number {
  let load = 0;
  for (const { segments, rowsPerSecond } of cells) {
    let highest = least;
    for (const key of segments) highest = Math.max(highest, rates.get(key) ?? least);
    load += rowsPerSecond * highest;
  }
  return load;
}

function onGrid(rate: number, least: number): number {
  // A hair below a point of the grid counts as on it.
  const steps = Math.ceil(-Math.log(rate) / Math.log(gridRatio) - 1e-9);
  return Math.max(least, gridRatio ** -steps);
}
