import type { SampleBudget } from '../config/sample.ts';

const memorySeconds = 30;
/** Chance alone makes more of this many standard deviations of a count in one second of forty. */
const toleratedDeviations = 2;
const most = 10;

/**
 * Keeps to a budget what rates alone do not: an entity with much of the traffic is in the sample with all of it, or with none.
 * Where more is sampled than the rates say, the next plan gets that much less to spend.
 */
export class BudgetWatch {
  #pending = { expected: 0, sampled: 0 };
  #expected = 0;
  #sampled = 0;

  /** @param expected rows times the rate at which they were sampled */
  count(expected: number, sampled: number): void {
    this.#pending = {
      expected: this.#pending.expected + expected,
      sampled: this.#pending.sampled + sampled,
    };
  }

  /** To be called when `seconds` have passed since the last time. */
  settle(seconds: number): void {
    const keep = Math.exp(-seconds / memorySeconds);
    this.#expected = keep * this.#expected + this.#pending.expected;
    this.#sampled = keep * this.#sampled + this.#pending.sampled;
    this.#pending = { expected: 0, sampled: 0 };
  }

  /** Sampled rows for each expected one of late, at least 1. */
  get excess(): number {
    if (this.#expected === 0) return 1;
    const surely = this.#sampled - toleratedDeviations * Math.sqrt(this.#sampled);
    return Math.min(most, Math.max(1, surely / this.#expected));
  }

  within(budget: SampleBudget): SampleBudget {
    return budget.kind === 'share'
      ? { kind: 'share', share: budget.share / this.excess }
      : { kind: 'rows_per_second', rowsPerSecond: budget.rowsPerSecond / this.excess };
  }
}
