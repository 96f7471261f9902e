/** A report is made at most so often. */
const leastMs = 1000;
/** So many times as long as it took nothing is made: a tenth of the time at most is spent on it. */
const restFactor = 9;
/** Rows may come to the log this long after they were counted, so that what was made meanwhile may lack them. */
const settlingMs = 1000;
/** Labels mature, and other servers write into the same lake, without anything being counted here. */
const unchangedMs = 60_000;
/** After one that failed. */
const againMs = 5000;

/** When what a view shows is to be made anew. Times are milliseconds of a steady clock. */
export class RefreshPace {
  #seen: string | null = null;
  #changedMs = Number.NEGATIVE_INFINITY;
  #beganMs = Number.NEGATIVE_INFINITY;
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #tryAgainMs = Number.POSITIVE_INFINITY;
  #isMaking = false;

  /** @param seen what tells, by being another than before, that something has changed */
  note(seen: string, nowMs: number): void {
    if (seen !== this.#seen) this.#changedMs = nowMs;
    this.#seen = seen;
  }

  isDue(nowMs: number): boolean {
    if (this.#isMaking || nowMs < this.#restsUntilMs || nowMs < this.#beganMs + leastMs) return false;
    const isChanged = this.#changedMs > this.#beganMs - settlingMs;
    return isChanged || nowMs >= Math.min(this.#beganMs + unchangedMs, this.#tryAgainMs);
  }

  begin(nowMs: number): void {
    this.#isMaking = true;
    this.#beganMs = nowMs;
  }

  end(nowMs: number, succeeded: boolean): void {
    this.#isMaking = false;
    this.#restsUntilMs = nowMs + restFactor * (nowMs - this.#beganMs);
    this.#tryAgainMs = succeeded ? Number.POSITIVE_INFINITY : nowMs + againMs;
  }
}
