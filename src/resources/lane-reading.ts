import type { Role } from '../inference/serving-table.ts';

/** Whose costs are summed up, and how they are told from those of others. */
export interface LaneAccount {
  readonly model: string;
  readonly version: string;
  readonly role: Role;
  /** The name of its threads in this process, those of ONNX Runtime among them. */
  readonly threadName: string;
  /** Its processes; empty where it runs in threads of this one. */
  readonly pids: readonly number[];
  /** Where it runs on a GPU: the execution provider, and the device by the number that the provider gives it. */
  readonly gpu: { readonly provider: string; readonly device: number } | null;
  readonly price: Price | null;
}

export interface Price {
  readonly currency: string;
  /** Of one core. */
  readonly cpuHour: number;
  readonly gpuHour: number;
}

/** What a lane counts itself: sums since it was loaded, and the bytes it holds now. */
export interface LaneCounters {
  readonly rows: number;
  /** Runs of the model. */
  readonly executions: number;
  readonly queueMicroseconds: number;
  /** Wall time of the runs. */
  readonly computeMicroseconds: number;
  /** Of the workers' own threads: stands in where the system tells nothing of threads. */
  readonly workerCpuMicroseconds: number;
  /** JavaScript heaps of the workers. */
  readonly heapBytes: number;
  /** Growth of the process while the model was loaded and tried. */
  readonly loadMemoryBytes: number;
  /** Growth of ONNX Runtime's arena since then, estimated; null where it cannot be. */
  readonly arenaBytes: number | null;
}

/** What the main thread tells of a lane. */
export interface LaneReading {
  readonly account: LaneAccount;
  readonly counters: LaneCounters;
}
