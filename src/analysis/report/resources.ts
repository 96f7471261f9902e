import type { ControlCounts, PairCounts } from '../rows/pair-counts.ts';
import type { ResourcesReport, VersionCost } from './report.ts';
import type { MeasuredResources, VersionResources } from './request.ts';

/** What each version costs. Memory belongs to a version, not to a segment, so a segment has CPU alone. */
export function resourcesReport(
  counts: PairCounts,
  control: ControlCounts | null,
  measured: MeasuredResources | null,
): ResourcesReport | null {
  const report: ResourcesReport = {
    primary: costOf(counts.primaryCpuMicroseconds, measured?.primary ?? null),
    shadow: costOf(counts.shadowCpuMicroseconds, measured?.shadow ?? null),
    control: costOf(control?.shadowCpuMicroseconds ?? null, measured?.control ?? null),
    process: measured?.process
      ? {
          cpu_percent: measured.process.cpuPercent,
          cpu_seconds: measured.process.cpuSeconds,
          memory_bytes: measured.process.memoryBytes,
        }
      : null,
    server_components:
      measured === null || measured.components.length === 0
        ? null
        : measured.components.map(({ component, cpuSeconds }) => ({ component, cpu_seconds: cpuSeconds })),
  };
  return Object.values(report).every((part) => part === null) ? null : report;
}

function costOf(loggedCpuMicroseconds: number | null, measured: VersionResources | null): VersionCost | null {
  const logged = loggedCpuMicroseconds === null ? null : loggedCpuMicroseconds / 1000;
  const cost: VersionCost = {
    cpu_seconds: measured?.cpuSeconds ?? null,
    cpu_ms_per_row: measured?.cpuMsPerRow ?? logged,
    rows_per_run: measured?.rowsPerRun ?? null,
    memory_bytes: measured?.memoryBytes ?? null,
    memory: measured?.memory ?? null,
    gpu_utilization: measured?.gpuUtilization ?? null,
    gpu_memory_bytes: measured?.gpuMemoryBytes ?? null,
    gpu_power_watts: measured?.gpuPowerWatts ?? null,
    cost_per_1000: measured?.costPer1000 ?? null,
  };
  return Object.values(cost).every((part) => part === null) ? null : cost;
}
