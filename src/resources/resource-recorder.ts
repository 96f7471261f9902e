import { type ResourceRow, serverAsModel } from '../log/resource-row.ts';
import type { ComponentSample, LaneSample, ProcessSample, ResourceSample, Use } from './resource-sample.ts';
import { minus, nothing } from './use.ts';

interface Written {
  readonly timestampMs: number;
  readonly use: Use;
}

/** Whatever happens, a row comes at least so often. */
const longestIntervalMs = 60_000;

const noneOfALane = {
  version: null,
  rows: null,
  executions: null,
  queueMicroseconds: null,
  computeMicroseconds: null,
  gpuMicroseconds: null,
  gpuMillijoules: null,
  totalRows: null,
  memoryBytes: null,
  loadBytes: null,
  heapBytes: null,
  arenaBytes: null,
  residentBytes: null,
  gpuIndex: null,
  gpuUtilization: null,
  gpuMemoryBytes: null,
  gpuPowerWatts: null,
  costPer1000: null,
  currency: null,
} satisfies Partial<ResourceRow>;

/**
 * Makes rows of samples. A lane gets one for every second in which it ran, the server for every second in which any lane
 * did; else one a minute, so that quiet nights stay small. A row tells what was used since the last one, so sums are whole.
 */
export class ResourceRecorder {
  readonly #written = new Map<string, Written>();

  rowsOf(sample: ResourceSample): ResourceRow[] {
    const { timestampMs, lanes, components, process } = sample;
    const anyRan = lanes.some(ran);
    const rows: ResourceRow[] = [];
    for (const lane of lanes) {
      const loadedMs = timestampMs - lane.total.wallMicroseconds / 1000;
      const key = JSON.stringify([lane.model, lane.version, lane.role]);
      const span = this.#span(key, { timestampMs, use: lane.total }, ran(lane), {
        timestampMs: loadedMs,
        use: nothing,
      });
      if (span) rows.push(rowOfLane(lane, span));
    }
    for (const part of components) {
      const now = { timestampMs, use: cpuOnly(part) };
      const span = this.#span(part.component, now, anyRan, now);
      if (span) rows.push(rowOfComponent(part, span));
    }
    if (process) {
      const now = { timestampMs, use: cpuOnly(process) };
      const span = this.#span('process', now, anyRan, now);
      if (span) rows.push(rowOfProcess(process, span));
    }
    return rows;
  }

  /**
   * What is to be written, null while it is not due.
   *
   * @param first what stands for the last row where there was none: the server's start has no row of its own
   */
  #span(key: string, now: Written, isDue: boolean, first: Written): Span | null {
    const before = this.#written.get(key) ?? first;
    const intervalMs = now.timestampMs - before.timestampMs;
    const isWritten = intervalMs > 0 && (isDue || intervalMs >= longestIntervalMs);
    this.#written.set(key, isWritten ? now : before);
    return isWritten ? { timestampMs: now.timestampMs, intervalMs, use: minus(now.use, before.use) } : null;
  }
}

interface Span {
  readonly timestampMs: number;
  readonly intervalMs: number;
  readonly use: Use;
}

function ran({ recent }: LaneSample): boolean {
  return recent.rows > 0 || recent.executions > 0;
}

function cpuOnly({ cpuMicroseconds }: ComponentSample | ProcessSample): Use {
  return { ...nothing, cpuMicroseconds };
}

function rowOfLane(lane: LaneSample, { timestampMs, intervalMs, use }: Span): ResourceRow {
  const { model, version, role, total, memory, gpu, costPer1000 } = lane;
  return {
    timestampMs,
    model,
    version,
    role,
    component: null,
    intervalMs,
    rows: use.rows,
    executions: use.executions,
    cpuMicroseconds: use.cpuMicroseconds,
    queueMicroseconds: use.queueMicroseconds,
    computeMicroseconds: use.computeMicroseconds,
    gpuMicroseconds: gpu && use.gpuMicroseconds,
    gpuMillijoules: gpu && use.gpuMillijoules,
    totalRows: total.rows,
    totalCpuMicroseconds: total.cpuMicroseconds,
    memoryBytes: memory.totalBytes,
    loadBytes: memory.loadBytes,
    heapBytes: memory.heapBytes,
    arenaBytes: memory.arenaBytes,
    residentBytes: memory.residentBytes,
    gpuIndex: gpu?.index ?? null,
    gpuUtilization: gpu?.utilization ?? null,
    gpuMemoryBytes: gpu?.memoryBytes ?? null,
    gpuPowerWatts: gpu?.powerWatts ?? null,
    costPer1000: costPer1000?.amount ?? null,
    currency: costPer1000?.currency ?? null,
  };
}

function rowOfComponent({ component, cpuMicroseconds }: ComponentSample, span: Span): ResourceRow {
  return {
    ...noneOfALane,
    timestampMs: span.timestampMs,
    model: serverAsModel,
    role: 'component',
    component,
    intervalMs: span.intervalMs,
    cpuMicroseconds: span.use.cpuMicroseconds,
    totalCpuMicroseconds: cpuMicroseconds,
  };
}

function rowOfProcess({ cpuMicroseconds, memoryBytes }: ProcessSample, span: Span): ResourceRow {
  return {
    ...noneOfALane,
    timestampMs: span.timestampMs,
    model: serverAsModel,
    role: 'process',
    component: null,
    intervalMs: span.intervalMs,
    cpuMicroseconds: span.use.cpuMicroseconds,
    totalCpuMicroseconds: cpuMicroseconds,
    memoryBytes,
    residentBytes: memoryBytes,
  };
}
