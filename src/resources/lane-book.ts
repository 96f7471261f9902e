import { costPer1000 } from './cost.ts';
import type { GpuPart } from './gpu-meter.ts';
import type { LaneAccount, LaneCounters, LaneReading } from './lane-reading.ts';
import type { LaneGpu, LaneMemory, LaneSample, Use } from './resource-sample.ts';
import { minus, nothing, plus } from './use.ts';

/** What one lane has cost since it was first heard of; lives on when its workers are replaced. */
export class LaneBook {
  #account: LaneAccount;
  #counters: LaneCounters;
  #total: Use = nothing;
  #atTick: Use = nothing;
  #recent: Use = nothing;
  #gpu: LaneGpu | null = null;
  #residentBytes: number | null = null;

  constructor({ account, counters }: LaneReading) {
    this.#account = account;
    this.#counters = counters;
  }

  get account(): LaneAccount {
    return this.#account;
  }

  /** Wall time of its runs since the last tick. */
  get computeSinceTick(): number {
    return this.#total.computeMicroseconds - this.#atTick.computeMicroseconds;
  }

  /**
   * Books what it counted since the last reading.
   *
   * @returns the CPU time of its workers' own threads in it
   */
  count({ account, counters }: LaneReading, wallMicroseconds: number): number {
    const since = (name: keyof LaneCounters) => grown(this.#counters[name] ?? 0, counters[name] ?? 0);
    const workerCpuMicroseconds = since('workerCpuMicroseconds');
    this.#total = plus(this.#total, {
      wallMicroseconds,
      rows: since('rows'),
      executions: since('executions'),
      queueMicroseconds: since('queueMicroseconds'),
      computeMicroseconds: since('computeMicroseconds'),
    });
    this.#account = account;
    this.#counters = counters;
    return workerCpuMicroseconds;
  }

  use(cpuMicroseconds: number): void {
    this.#total = plus(this.#total, { cpuMicroseconds });
  }

  resident(bytes: number | null): void {
    this.#residentBytes = bytes;
  }

  /** Ends a second. */
  tick(part: GpuPart | null): void {
    this.#gpu = part?.gpu ?? null;
    if (part) this.#total = plus(this.#total, part.share);
    this.#recent = minus(this.#total, this.#atTick);
    this.#atTick = this.#total;
  }

  get sample(): LaneSample {
    const { model, version, role, price } = this.#account;
    return {
      model,
      version,
      role,
      total: this.#total,
      recent: this.#recent,
      memory: memoryOf(this.#counters, this.#residentBytes),
      gpu: this.#gpu,
      costPer1000: costPer1000(this.#total, price),
    };
  }
}

/** A counter that went backwards belongs to a worker that was loaded anew. */
function grown(before: number, now: number): number {
  return now >= before ? now - before : now;
}

function memoryOf(counters: LaneCounters, residentBytes: number | null): LaneMemory {
  const { loadMemoryBytes: loadBytes, heapBytes, arenaBytes } = counters;
  return {
    totalBytes: residentBytes ?? loadBytes + heapBytes + (arenaBytes ?? 0),
    loadBytes,
    heapBytes,
    arenaBytes,
    residentBytes,
  };
}
