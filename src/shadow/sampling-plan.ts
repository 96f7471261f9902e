import type { SampleBudget } from '../config/sample.ts';

/** Requests that have the same segments, and so the same rate. */
export interface TrafficCell {
  /** Keys of the segments of all rows of such a request, as `SegmentNeed` names them. */
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
const halvings = 24;

/**
 * The rate of each segment, so that each has what it lacks within the horizon. A request is sampled at the highest rate of its
 * segments. Where that comes to more than the budget, the horizon is stretched until it does not: then every rate below 1 falls
 * in proportion, those of segments with much traffic for what they lack soonest, and what is rare keeps its rate longest. So all
 * that is missing comes in as evenly as the budget allows.
 */
export function planSampling(input: PlanInput): SamplingPlan {
  const total = input.cells.reduce((sum, cell) => sum + cell.rowsPerSecond, 0);
  const budget = budgetOf(input.budget, total);
  const least = total === 0 ? input.least : Math.min(input.least, budget / total);
  const load = new Load(input, least);
  load.setHorizon(affordableHorizon(load, input.horizonSeconds, budget));
  load.roundDown();
  return {
    rates: new Map(input.needs.map(({ key }, index) => [key, load.rates[index]!])),
    least,
    share: total === 0 ? least : load.rowsPerSecond / total,
  };
}

/** Rows per second. */
function budgetOf(budget: SampleBudget, total: number): number {
  return budget.kind === 'share' ? budget.share * total : budget.rowsPerSecond;
}

/** The shortest one from `seconds` on whose rates are within the budget. */
function affordableHorizon(load: Load, seconds: number, budget: number): number {
  const isTooShort = (horizon: number): boolean => {
    load.setHorizon(horizon);
    return load.rowsPerSecond > budget;
  };
  if (!isTooShort(seconds)) return seconds;
  let [tooShort, longEnough] = [seconds, seconds];
  for (let step = 0; step < doublings && isTooShort(longEnough); step++) {
    tooShort = longEnough;
    longEnough *= 2;
  }
  for (let step = 0; step < halvings; step++) {
    const middle = Math.sqrt(tooShort * longEnough);
    if (isTooShort(middle)) tooShort = middle;
    else longEnough = middle;
  }
  return longEnough;
}

/** Rates of all needs and what they come to, in arrays: it is asked some fifty times a second on the thread that serves. */
class Load {
  /** In the order of the needs. */
  readonly rates: Float64Array;
  /** Rows per second that a rate of 1 would take from each cell, and the needs that it is of. */
  readonly #flows: Float64Array;
  readonly #segments: readonly Int32Array[];
  /** Seconds in which each need would be met at a rate of 1. */
  readonly #seconds: Float64Array;
  readonly #least: number;

  constructor({ cells, needs }: PlanInput, least: number) {
    const indices = new Map(needs.map(({ key }, index) => [key, index]));
    this.rates = new Float64Array(needs.length);
    this.#flows = Float64Array.from(cells, ({ rowsPerSecond }) => rowsPerSecond);
    this.#segments = cells.map(({ segments }) =>
      Int32Array.from(segments.flatMap((key) => indices.get(key) ?? [])),
    );
    this.#seconds = Float64Array.from(needs, ({ missing, rowsPerSecond }) =>
      missing === 0 ? 0 : missing / rowsPerSecond,
    );
    this.#least = least;
  }

  setHorizon(seconds: number): void {
    const { rates } = this;
    const [needed, least] = [this.#seconds, this.#least];
    for (let i = 0; i < rates.length; i++) rates[i] = Math.min(1, Math.max(least, needed[i]! / seconds));
  }

  /** To the grid. */
  roundDown(): void {
    this.rates.forEach((rate, index) => {
      // A hair below a point of the grid counts as on it.
      const steps = Math.ceil(-Math.log(rate) / Math.log(gridRatio) - 1e-9);
      this.rates[index] = Math.max(this.#least, gridRatio ** -steps);
    });
  }

  /** That would be sampled. */
  get rowsPerSecond(): number {
    const { rates } = this;
    const [flows, segments, least] = [this.#flows, this.#segments, this.#least];
    let sum = 0;
    for (let cell = 0; cell < flows.length; cell++) {
      const of = segments[cell]!;
      let highest = least;
      for (let i = 0; i < of.length; i++) highest = Math.max(highest, rates[of[i]!]!);
      sum += flows[cell]! * highest;
    }
    return sum;
  }
}
