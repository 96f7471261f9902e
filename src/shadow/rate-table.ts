import type { SamplingPlan } from './sampling-plan.ts';
import { segmentKey } from './segment-key.ts';

/** All rows together are a segment, too. */
export const overallKey = '';
/** Stands for values that no plan knew when they came. */
export const unseenKey = '?';

const maxCached = 5_000;
const longestCached = 1_000;

/** The rates of a plan, looked up by the segments of a request. */
export class RateTable {
  readonly #isJudged: (column: string) => boolean;
  readonly #cache = new Map<string, number>();
  #plan: SamplingPlan;

  /** @param isJudged whether the values of a column are segments that count */
  constructor(plan: SamplingPlan, isJudged: (column: string) => boolean) {
    this.#plan = plan;
    this.#isJudged = isJudged;
  }

  get plan(): SamplingPlan {
    return this.#plan;
  }

  set plan(plan: SamplingPlan) {
    this.#plan = plan;
    this.#cache.clear();
  }

  /** @param cells of the request's notice */
  rateOf(cells: string): number {
    const known = this.#cache.get(cells);
    if (known !== undefined) return known;
    const rows = JSON.parse(cells) as [Record<string, string>, number][];
    const rate = this.highestOf(rows.flatMap(([segments]) => this.keysIn(segments)));
    if (cells.length <= longestCached) {
      if (this.#cache.size >= maxCached) this.#cache.clear();
      this.#cache.set(cells, rate);
    }
    return rate;
  }

  highestOf(keys: Iterable<string>): number {
    const { rates, least } = this.#plan;
    const rateOfUnseen = rates.get(unseenKey) ?? rates.get(overallKey) ?? least;
    let highest = least;
    for (const key of keys) highest = Math.max(highest, rates.get(key) ?? rateOfUnseen);
    return highest;
  }

  keysIn(segments: Readonly<Record<string, string>>): string[] {
    const keys = [overallKey];
    for (const column of Object.keys(segments)) {
      if (this.#isJudged(column)) keys.push(segmentKey(column, segments[column]!));
    }
    return keys;
  }
}
