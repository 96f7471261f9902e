/** What a lane, a component of the server or its process used in a span of time, which is a second where there was traffic. */
export interface ResourceRow {
  /** End of the span, milliseconds since the epoch, UTC. */
  readonly timestampMs: number;
  /** Of a lane; `_server` for components and the process. */
  readonly model: string;
  readonly version: string | null;
  readonly role: 'primary' | 'shadow' | 'control' | 'component' | 'process';
  readonly component: string | null;
  readonly intervalMs: number;
  readonly rows: number | null;
  readonly executions: number | null;
  readonly cpuMicroseconds: number;
  readonly queueMicroseconds: number | null;
  readonly computeMicroseconds: number | null;
  readonly gpuMicroseconds: number | null;
  readonly gpuMillijoules: number | null;
  /** Sums since the lane was loaded or the server started. */
  readonly totalRows: number | null;
  readonly totalCpuMicroseconds: number;
  readonly memoryBytes: number | null;
  readonly loadBytes: number | null;
  readonly heapBytes: number | null;
  readonly arenaBytes: number | null;
  readonly residentBytes: number | null;
  /** NVML's number of the GPU. */
  readonly gpuIndex: number | null;
  /** In [0, 1]. */
  readonly gpuUtilization: number | null;
  readonly gpuMemoryBytes: number | null;
  readonly gpuPowerWatts: number | null;
  readonly costPer1000: number | null;
  readonly currency: string | null;
}

/** Stands for the server in rows that belong to no model. */
export const serverAsModel = '_server';
