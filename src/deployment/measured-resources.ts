import type { MeasuredResources, VersionResources } from '../analysis/report/request.ts';
import type { Role } from '../inference/serving-table.ts';
import type { LaneSample, ResourceSample } from '../resources/resource-sample.ts';

/** What was measured of a primary, one shadow and the control, for a report. */
export function measuredResources(
  sample: ResourceSample | null,
  model: string,
  primaryVersion: string,
  shadowVersion: string,
): MeasuredResources {
  const laneIn = (role: Role, version: string): VersionResources | null => {
    const lane = sample?.lanes.find(
      (candidate) => candidate.model === model && candidate.role === role && candidate.version === version,
    );
    return lane ? resourcesOf(lane) : null;
  };
  return {
    primary: laneIn('primary', primaryVersion),
    shadow: laneIn('shadow', shadowVersion),
    control: laneIn('control', primaryVersion),
    process: sample?.process
      ? {
          cpuPercent: sample.process.cpuPercent,
          cpuSeconds: sample.process.cpuMicroseconds / 1e6,
          memoryBytes: sample.process.memoryBytes,
        }
      : null,
    components: (sample?.components ?? []).map(({ component, cpuMicroseconds }) => ({
      component,
      cpuSeconds: cpuMicroseconds / 1e6,
    })),
  };
}

function resourcesOf({ total, memory, gpu, costPer1000 }: LaneSample): VersionResources {
  const average = (sum: number) => (total.wallMicroseconds === 0 ? null : sum / total.wallMicroseconds);
  const millijoulesPerMicrosecond = average(total.gpuMillijoules);
  return {
    cpuSeconds: total.cpuMicroseconds / 1e6,
    cpuMsPerRow: total.rows === 0 ? null : total.cpuMicroseconds / 1000 / total.rows,
    rowsPerRun: total.executions === 0 ? null : total.rows / total.executions,
    memoryBytes: memory.totalBytes,
    memory: {
      load_bytes: memory.loadBytes,
      heap_bytes: memory.heapBytes,
      arena_bytes: memory.arenaBytes,
      resident_bytes: memory.residentBytes,
    },
    // Where NVML says nothing there is nothing to share.
    gpuUtilization: (gpu?.utilization ?? null) === null ? null : average(total.gpuMicroseconds),
    gpuMemoryBytes: gpu?.memoryBytes ?? null,
    gpuPowerWatts:
      (gpu?.powerWatts ?? null) === null || millijoulesPerMicrosecond === null
        ? null
        : millijoulesPerMicrosecond * 1000,
    costPer1000,
  };
}
