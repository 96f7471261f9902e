import type { PairCounts } from './pair-counts.ts';
import type { ResourcesReport, VersionCost } from './report.ts';
import type { ReportRequest, VersionResources } from './report-request.ts';

/** What each version costs. Memory belongs to a version, not to a segment, so a segment has CPU alone. */
export function resourcesReport(
  counts: PairCounts,
  control: PairCounts | null,
  measured: ReportRequest['resources'] | null,
): ResourcesReport | null {
  const report = {
    primary: costOf(counts.primaryCpuMicroseconds, measured?.primary ?? null),
    shadow: costOf(counts.shadowCpuMicroseconds, measured?.shadow ?? null),
    control: costOf(control?.shadowCpuMicroseconds ?? null, measured?.control ?? null),
    process:
      measured === null || measured.process === null
        ? null
        : { cpu_percent: measured.process.cpuPercent, memory_bytes: measured.process.memoryBytes },
  };
  return Object.values(report).every((part) => part === null) ? null : report;
}

function costOf(loggedCpuMicroseconds: number | null, measured: VersionResources | null): VersionCost | null {
  const logged = loggedCpuMicroseconds === null ? null : loggedCpuMicroseconds / 1000;
  const cost = {
    cpu_ms_per_row: measured?.cpuMsPerRow ?? logged,
    memory_bytes: measured?.memoryBytes ?? null,
    gpu_memory_bytes: measured?.gpuMemoryBytes ?? null,
  };
  return Object.values(cost).every((part) => part === null) ? null : cost;
}
