/**
 * CPU time of the thread it is used on. The kernel books a thread's time when it switches the thread out, so
 * a reading around a single run sees next to nothing of it; over many batches the sum is right. Hence a cost
 * per row that is averaged over the recent batches, about the last fifty.
 */
export class CpuMeter {
  readonly #start = cpuMicrosecondsOfThread();
  #lastReading = this.#start;
  #recentMicroseconds = 0;
  #recentRows = 0;
  #rowsSinceReading = 0;

  /** Microseconds since the meter was made. */
  get totalMicroseconds(): number {
    return cpuMicrosecondsOfThread() - this.#start;
  }

  /** To be called before each batch: books what the former ones cost. */
  read(): void {
    const now = cpuMicrosecondsOfThread();
    if (this.#rowsSinceReading > 0) {
      this.#recentMicroseconds = this.#recentMicroseconds * remembered + (now - this.#lastReading);
      this.#recentRows = this.#recentRows * remembered + this.#rowsSinceReading;
    }
    this.#lastReading = now;
    this.#rowsSinceReading = 0;
  }

  addRows(rows: number): void {
    this.#rowsSinceReading += rows;
  }

  /** 0 until the first batch has been booked. */
  get microsecondsPerRow(): number {
    return this.#recentRows === 0 ? 0 : this.#recentMicroseconds / this.#recentRows;
  }
}

const remembered = 0.98;

/** ONNX Runtime's own threads are not in it. */
function cpuMicrosecondsOfThread(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
