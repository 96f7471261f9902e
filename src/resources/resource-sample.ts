import type { Role } from '../inference/serving-table.ts';

/** Parts of the server that are no lane. `runtime` is all else: V8's and libuv's pools, models while they load. */
export const components = ['main', 'log', 'analysis', 'resources', 'runtime'] as const;
export type Component = (typeof components)[number];

/** What was used in a span of time. */
export interface Use {
  /** How long the span is. */
  readonly wallMicroseconds: number;
  readonly rows: number;
  readonly executions: number;
  readonly cpuMicroseconds: number;
  readonly queueMicroseconds: number;
  readonly computeMicroseconds: number;
  /** Time that a GPU was busy with it. */
  readonly gpuMicroseconds: number;
  readonly gpuMillijoules: number;
}

export interface LaneMemory {
  /** The resident memory of its processes; of a lane in threads what the other parts come to. */
  readonly totalBytes: number;
  readonly loadBytes: number;
  readonly heapBytes: number;
  readonly arenaBytes: number | null;
  /** Exact; null for a lane in threads. */
  readonly residentBytes: number | null;
}

/** Its part of a GPU in the last second; null where NVML does not say. */
export interface LaneGpu {
  /** NVML's number of the device; null where it knows no such device. */
  readonly index: number | null;
  /** In [0, 1]. */
  readonly utilization: number | null;
  readonly memoryBytes: number | null;
  readonly powerWatts: number | null;
}

export interface LaneSample {
  readonly model: string;
  readonly version: string;
  readonly role: Role;
  /** Since it was loaded. */
  readonly total: Use;
  /** In the last second. */
  readonly recent: Use;
  readonly memory: LaneMemory;
  readonly gpu: LaneGpu | null;
  /** Of a thousand rows, since it was loaded; null without a price or before the first row. */
  readonly costPer1000: { readonly amount: number; readonly currency: string } | null;
}

export interface ComponentSample {
  readonly component: Component;
  readonly cpuMicroseconds: number;
}

/** This process as a whole, by pidusage; lanes in processes of their own are not in it. */
export interface ProcessSample {
  /** Percent of one core, in the last second. */
  readonly cpuPercent: number;
  readonly cpuMicroseconds: number;
  readonly memoryBytes: number;
}

/** The machine as a whole. */
export interface MachineSample {
  /** In [0, 1], of all CPUs together, in the last second. */
  readonly cpuUtilization: number;
  readonly memoryTotalBytes: number;
  readonly memoryUsedBytes: number;
}

export interface DeviceSample {
  readonly index: number;
  readonly uuid: string;
  readonly memoryTotalBytes: number | null;
  readonly memoryUsedBytes: number | null;
  /** In [0, 1]. */
  readonly utilization: number | null;
  readonly powerWatts: number | null;
  readonly powerLimitWatts: number | null;
  /** Since this server started. */
  readonly energyJoules: number | null;
}

/** What everything cost until a moment. */
export interface ResourceSample {
  readonly timestampMs: number;
  /** Null where the system does not tell. */
  readonly process: ProcessSample | null;
  /** Null until the first second has passed. */
  readonly machine: MachineSample | null;
  readonly components: readonly ComponentSample[];
  readonly lanes: readonly LaneSample[];
  readonly devices: readonly DeviceSample[];
}
