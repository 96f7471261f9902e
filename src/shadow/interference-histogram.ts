/** Bounds of neighbouring buckets differ by 2%, so a quantile is within 1% of the latency it stands for. */
const bucketWidth = Math.log(1.02);
/** The last bucket starts at about 60 s and takes all that is slower. */
const buckets = 905;

/** Latencies counted in buckets of equal relative width: bounded, and merged by adding. */
export class InterferenceHistogram {
  readonly #counts = new Float64Array(buckets);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** @param logMicroseconds ln of the latency in microseconds, at least 0 */
  add(logMicroseconds: number): void {
    const bucket = Math.min(buckets - 1, (logMicroseconds / bucketWidth) | 0);
    this.#counts[bucket] = this.#counts[bucket]! + 1;
    this.#total++;
  }

  merge(other: InterferenceHistogram): void {
    other.#counts.forEach((count, bucket) => {
      this.#counts[bucket] = this.#counts[bucket]! + count;
    });
    this.#total += other.#total;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  /**
   * ln of the latency in microseconds below which the share p of all lies; NaN of nothing. Interpolated within
   * its bucket, so that a ratio of two does not jump from bucket to bucket.
   */
  logQuantile(p: number): number {
    let rank = p * this.#total;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const count = this.#counts[bucket]!;
      if (count > 0 && rank <= count) return (bucket + rank / count) * bucketWidth;
      rank -= count;
    }
    return Number.NaN;
  }
}
