import pidusage from 'pidusage';

export interface ProcessUsage {
  /** Percent of one core. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
}

/** CPU and memory of the whole process, sampled at an interval; `latest` is null before the first sample. */
export class ProcessUsageSampler implements Disposable {
  readonly #timer: NodeJS.Timeout;
  latest: ProcessUsage | null = null;

  constructor(
    intervalMs: number,
    onSample: (usage: ProcessUsage) => void,
    onFailure: (error: unknown) => void,
  ) {
    const sample = (): void => {
      pidusage(process.pid).then(({ cpu, memory }) => {
        this.latest = { cpuPercent: cpu, memoryBytes: memory };
        onSample(this.latest);
      }, onFailure);
    };
    sample();
    this.#timer = setInterval(sample, intervalMs).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
