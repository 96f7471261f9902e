import type { SampleBudget } from '../config/sample.ts';

const memorySeconds = 30;
/** Chance alone makes more of this many standard deviations of a count in one second of forty. */
const toleratedDeviations = 2;

/**
 * Keeps to a budget what a plan cannot foresee: traffic changes, and an entity with much of it is in the sample with all. Where
 * more is sampled than was planned, the next plan gets that much less to spend.
 */
export class BudgetWatch {
  #pending = { rows: 0, sampled: 0 };
  #planned = 0;
  #sampled = 0;

  count(rows: number, sampled: number): void {
    this.#pending = { rows: this.#pending.rows + rows, sampled: this.#pending.sampled + sampled };
  }

  /** @param share of the rows that was planned for the `seconds` that have passed */
  settle(seconds: number, share: number): void {
    const keep = Math.exp(-seconds / memorySeconds);
    this.#planned = keep * this.#planned + share * this.#pending.rows;
    this.#sampled = keep * this.#sampled + this.#pending.sampled;
    this.#pending = { rows: 0, sampled: 0 };
  }

  /** Sampled rows for each planned one of late, at least 1. */
  get excess(): number {
    if (this.#planned === 0) return 1;
    const surely = this.#sampled - toleratedDeviations * Math.sqrt(this.#sampled);
    return Math.max(1, surely / this.#planned);
  }

  within(budget: SampleBudget): SampleBudget {
    return budget.kind === 'share'
      ? { kind: 'share', share: budget.share / this.excess }
      : { kind: 'rows_per_second', rowsPerSecond: budget.rowsPerSecond / this.excess };
  }
}
