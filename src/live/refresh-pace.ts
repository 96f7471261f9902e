/** A report is made at most so often. */
const leastMs = 1000;
/** A tenth of the time at most goes into making it: what takes 0.2 seconds shows a change within two. */
const restFactor = 9;
/** Of what takes longer than this, a second, the rest of it takes a fiftieth: the more rows there are the less a minute adds to them. */
const livelyMs = 1000;
const longRestFactor = 49;
const longestRestMs = 300_000;
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
  /** What the one before took. Of the first nothing is known yet but that everything was cold, so that it alone causes no long rest. */
  #tookMs = livelyMs;

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
    const thisTookMs = nowMs - this.#beganMs;
    // The lesser of two: one slow one may be somebody else's doing, and would leave the view old for minutes.
    const tookMs = Math.min(thisTookMs, this.#tookMs);
    this.#tookMs = thisTookMs;
    const restMs = restFactor * Math.min(tookMs, livelyMs) + longRestFactor * Math.max(0, tookMs - livelyMs);
    this.#restsUntilMs = nowMs + Math.min(restMs, longestRestMs);
    this.#tryAgainMs = succeeded ? Number.POSITIVE_INFINITY : nowMs + againMs;
  }
}
