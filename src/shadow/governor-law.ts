import type { Interval } from '../analysis/statistics/interval.ts';

/** Below this share of the configured sample the governor does not go: too little would be learned. */
export const leastShare = 1 / 64;

const minuteMs = 60_000;
const [shortestPatienceMs, longestPatienceMs] = [minuteMs, 6 * 60 * minuteMs] as const;

/** What the law made of an interval; `exhausted`: over the budget, and the share is the least already. */
export type Decision = 'keep' | 'lowered' | 'raised' | 'exhausted';

/** Decides, from the measured interference, on the share of the configured sample that is mirrored. */
export class GovernorLaw {
  readonly #budget: number;
  #share = 1;
  #lastChange: { readonly decision: 'lowered' | 'raised'; readonly atMs: number } | null = null;
  #patienceMs: number = shortestPatienceMs;

  /** @param budget the slowdown that is accepted: 0.05 for 5% */
  constructor(budget: number) {
    this.#budget = budget;
  }

  get share(): number {
    return this.#share;
  }

  /**
   * Lowers when the whole interval lies above the budget: by half, or by a quarter or an eighth where its lower bound
   * says that half would not do. Raises by half when the interval lies under the budget and the estimate so far
   * under it that the raised share should keep within it, too.
   */
  judge({ estimate, lower, upper }: Interval, nowMs: number): Decision {
    if (lower > this.#budget) return this.#lower(lower, nowMs);
    const isPatient = this.#lastChange === null || nowMs - this.#lastChange.atMs >= this.#patienceMs;
    if (this.#share === 1 || upper >= this.#budget || estimate >= this.#budget / 2 || !isPatient)
      return 'keep';
    this.#share = Math.min(1, this.#share * 1.5);
    this.#lastChange = { decision: 'raised', atMs: nowMs };
    return 'raised';
  }

  /** Told when a whole epoch passed without a change: at the full share old failures to raise are forgiven. */
  epochPassed(): void {
    if (this.#share === 1) this.#patienceMs = shortestPatienceMs;
  }

  #lower(lowerBound: number, nowMs: number): Decision {
    if (this.#share <= leastShare) return 'exhausted';
    const halvings = Math.max(1, Math.min(3, Math.ceil(Math.log2(lowerBound / this.#budget))));
    this.#share = Math.max(leastShare, this.#share / 2 ** halvings);
    // The last raise was too much: to try it again and again would make the primary pay each time.
    if (this.#lastChange?.decision === 'raised')
      this.#patienceMs = Math.min(longestPatienceMs, this.#patienceMs * 4);
    this.#lastChange = { decision: 'lowered', atMs: nowMs };
    return 'lowered';
  }
}
