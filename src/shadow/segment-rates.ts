import type { SampleBudget, SegmentSample } from '../config/sample.ts';
import type { TrafficCount } from '../log/traffic-count.ts';
import { BudgetWatch } from './budget-watch.ts';
import { overallKey, RateTable, unseenKey } from './rate-table.ts';
import { requestsIn } from './requests-in.ts';
import { planSampling, type SamplingPlan } from './sampling-plan.ts';
import type { SamplingRates } from './sampling-rates.ts';
import { segmentOf } from './segment-key.ts';
import { type LoggedProgress, SegmentProgress } from './segment-progress.ts';
import { SegmentTraffic } from './segment-traffic.ts';

export interface SegmentRatesOptions {
  readonly sample: SegmentSample;
  /** Compared rows that every segment should have. */
  readonly target: number;
  /** Time within which it should have them, milliseconds. */
  readonly cycleMs: number;
  /** Whether the values of a column are segments that count. */
  readonly isJudged: (column: string) => boolean;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

/** The rate that a segment has, and how far it has come. */
export interface PlannedRate {
  readonly key: string;
  readonly rate: number;
  readonly compared: number;
}

/** A plan is made at most so often, and takes at most this part of the thread that serves. */
const planIntervalMs = 500;
const planPart = 1 / 200;
/** Part of the cycle after which everything should be there: what is left makes up for traffic that falls short. */
const aimedPart = 0.9;
/** Where that is over, a segment has this part of a cycle left at least. */
const shortestPart = 0.01;

/**
 * Sampling rates by segment, planned anew about once a second from what is counted anyway. Between two plans a request costs a
 * look into a table.
 */
export class SegmentRates implements SamplingRates {
  readonly #options: SegmentRatesOptions;
  readonly #traffic = new SegmentTraffic();
  readonly #progress = new SegmentProgress();
  readonly #watch = new BudgetWatch();
  /** Where there is no traffic to plan for. */
  readonly #firstPlan: SamplingPlan;
  readonly #table: RateTable;
  #plannedMs: number;
  #intervalMs = planIntervalMs;
  #aimMs: number;

  constructor(options: SegmentRatesOptions) {
    this.#options = options;
    this.#plannedMs = options.now();
    this.#aimMs = this.#plannedMs + aimedPart * options.cycleMs;
    const { budget, least } = options.sample;
    // How many rows a share is nobody knows yet, but any share of them is within a budget that is one.
    const first = budget.kind === 'share' ? budget.share : least;
    this.#firstPlan = { rates: new Map([[overallKey, first]]), least, share: first };
    this.#table = new RateTable(this.#firstPlan, options.isJudged);
  }

  get share(): number {
    return this.#table.plan.share;
  }

  get budget(): SampleBudget {
    return this.#options.sample.budget;
  }

  /** Highest first. */
  get rates(): readonly PlannedRate[] {
    return [...this.#table.plan.rates]
      .filter(([key]) => key !== overallKey && key !== unseenKey)
      .map(([key, rate]) => ({ key, rate, compared: this.#progress.comparedOf(key) }))
      .sort((a, b) => b.rate - a.rate || a.compared - b.compared);
  }

  rateOf(cells: string): number {
    return this.#table.rateOf(cells);
  }

  /** @param nowMs wall clock, as the log's times are */
  learn(progress: LoggedProgress, nowMs: number): void {
    const { now, cycleMs } = this.#options;
    this.#progress.replace(progress);
    if (progress.firstMs !== null) this.#aimMs = now() + progress.firstMs + aimedPart * cycleMs - nowMs;
  }

  count(counts: readonly TrafficCount[]): void {
    for (const request of requestsIn(counts)) {
      const together = new Set<string>();
      let [total, sampled] = [0, 0];
      for (const { segments, rows, sampledRows, droppedRows } of request) {
        const keys = this.#table.keysIn(segments);
        const offered = Object.values(droppedRows).reduce((left, dropped) => left - dropped, sampledRows);
        for (const key of keys) {
          this.#progress.add(key, offered);
          together.add(key);
        }
        this.#traffic.countRows(keys, rows);
        total += rows;
        sampled += sampledRows;
      }
      // Rows that were dropped later on were counted when they came.
      if (total === 0) continue;
      this.#traffic.countRequests([...together], total);
      this.#watch.count(total * this.#table.highestOf(together), sampled);
      const { plan } = this.#table;
      if (plan === this.#firstPlan || [...together].every((key) => plan.rates.has(key))) continue;
      this.#traffic.countRows([unseenKey], total);
      this.#traffic.countRequests([unseenKey], total);
    }
  }

  /** To be called about once a second. */
  plan(): void {
    const { now, sample, cycleMs, target } = this.#options;
    const nowMs = now();
    const elapsedMs = nowMs - this.#plannedMs;
    if (elapsedMs < this.#intervalMs) return;
    this.#plannedMs = nowMs;
    this.#traffic.settle(elapsedMs / 1000);
    this.#watch.settle(elapsedMs / 1000);
    if (this.#traffic.isEmpty) {
      this.#table.plan = this.#firstPlan;
      return;
    }
    const horizonMs = Math.max(this.#aimMs - nowMs, cycleMs * shortestPart);
    const keys = new Set([overallKey, unseenKey, ...this.#progress.segments, ...this.#traffic.segments]);
    for (const key of keys) {
      // A column may have been refused meanwhile.
      if (key !== overallKey && key !== unseenKey && !this.#options.isJudged(segmentOf(key).column))
        keys.delete(key);
    }
    this.#table.plan = planSampling({
      cells: this.#traffic.cells,
      needs: Array.from(keys, (key) => ({
        key,
        rowsPerSecond: this.#traffic.usualOf(key),
        missing: Math.max(0, target - this.#progress.comparedOf(key)),
      })),
      budget: this.#watch.within(sample.budget),
      least: sample.least,
      horizonSeconds: horizonMs / 1000,
    });
    this.#intervalMs = Math.max(planIntervalMs, (now() - nowMs) / planPart);
  }
}
