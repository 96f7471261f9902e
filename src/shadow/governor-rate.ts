/** What is older counts for less and less. */
const memoryMs = 10_000;

/** Requests per millisecond of late; smoothed, since a second of little traffic says little. */
export class RequestRate {
  #requests = 0;
  #sinceMs: number;
  #perMs: number | null = null;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  count(requests: number): void {
    this.#requests += requests;
  }

  /** To be asked once in a while; 0 where none came since the last time. */
  take(nowMs: number): number {
    const elapsedMs = nowMs - this.#sinceMs;
    const [requests, before] = [this.#requests, this.#perMs];
    if (elapsedMs <= 0) return before ?? 0;
    this.#requests = 0;
    this.#sinceMs = nowMs;
    const late = requests / elapsedMs;
    const kept = before === null ? 0 : Math.exp(-elapsedMs / memoryMs);
    this.#perMs = kept * (before ?? 0) + (1 - kept) * late;
    return requests === 0 ? 0 : this.#perMs;
  }
}
