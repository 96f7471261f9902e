import type { Counter } from 'prom-client';
import type { DeviceSample, LaneSample, ResourceSample } from '../resources/resource-sample.ts';
import type { Metrics } from './metrics.ts';

/** Shows what was measured last. Lanes and GPUs that are gone take their gauges along. */
export function setResources(
  metrics: Metrics,
  { process, machine, components, lanes, devices }: ResourceSample,
): void {
  if (process) {
    metrics.processCpuPercent.set(process.cpuPercent);
    metrics.processMemoryBytes.set(process.memoryBytes);
  }
  if (machine) {
    metrics.cpuUtilization.set(machine.cpuUtilization);
    metrics.cpuMemoryTotalBytes.set(machine.memoryTotalBytes);
    metrics.cpuMemoryUsedBytes.set(machine.memoryUsedBytes);
  }
  for (const { component, cpuMicroseconds } of components) {
    bringTo(metrics.componentCpuSeconds, { component }, cpuMicroseconds / 1e6);
  }
  for (const gauge of gaugesOfLanes(metrics)) gauge.reset();
  for (const lane of lanes) setLane(metrics, lane);
  for (const gauge of gaugesOfGpus(metrics)) gauge.reset();
  for (const device of devices) setDevice(metrics, device);
}

function setDevice(metrics: Metrics, device: DeviceSample): void {
  const { utilization, memoryTotalBytes, memoryUsedBytes, powerWatts, powerLimitWatts, energyJoules } =
    device;
  const labels = { gpu_uuid: device.uuid };
  if (utilization !== null) metrics.gpuUtilization.set(labels, utilization);
  if (memoryTotalBytes !== null) metrics.gpuMemoryTotalBytes.set(labels, memoryTotalBytes);
  if (memoryUsedBytes !== null) metrics.gpuMemoryUsedBytes.set(labels, memoryUsedBytes);
  if (powerWatts !== null) metrics.gpuPowerUsage.set(labels, powerWatts);
  if (powerLimitWatts !== null) metrics.gpuPowerLimit.set(labels, powerLimitWatts);
  if (energyJoules !== null) bringTo(metrics.gpuEnergy, labels, energyJoules);
}

function setLane(
  metrics: Metrics,
  { model, version, role, total, memory, gpu, costPer1000 }: LaneSample,
): void {
  const labels = { model, version, role };
  bringTo(metrics.cpuSeconds, labels, total.cpuMicroseconds / 1e6);
  if (total.rows > 0) metrics.cpuSecondsPerRow.set(labels, total.cpuMicroseconds / 1e6 / total.rows);
  metrics.modelMemoryBytes.set(labels, memory.totalBytes);
  const parts = {
    load: memory.loadBytes,
    heap: memory.heapBytes,
    arena: memory.arenaBytes,
    resident: memory.residentBytes,
  };
  for (const [part, bytes] of Object.entries(parts)) {
    if (bytes !== null) metrics.laneMemoryBytes.set({ ...labels, part }, bytes);
  }
  if (costPer1000) {
    metrics.laneCost.set({ ...labels, currency: costPer1000.currency }, costPer1000.amount);
  }
  if (gpu === null) return;
  bringTo(metrics.laneGpuSeconds, labels, total.gpuMicroseconds / 1e6);
  if (gpu.utilization !== null) metrics.laneGpuUtilization.set(labels, gpu.utilization);
  if (gpu.memoryBytes !== null) metrics.laneGpuMemoryBytes.set(labels, gpu.memoryBytes);
  if (gpu.powerWatts !== null) metrics.laneGpuPowerWatts.set(labels, gpu.powerWatts);
}

/** Counted elsewhere; brought over as it is. */
export function bringTo<Label extends string>(
  counter: Counter<Label>,
  labels: Record<Label, string>,
  value: number,
): void {
  counter.remove(labels);
  counter.inc(labels, value);
}

function gaugesOfLanes(metrics: Metrics) {
  return [
    metrics.cpuSecondsPerRow,
    metrics.modelMemoryBytes,
    metrics.laneMemoryBytes,
    metrics.laneCost,
    metrics.laneGpuUtilization,
    metrics.laneGpuMemoryBytes,
    metrics.laneGpuPowerWatts,
  ];
}

function gaugesOfGpus(metrics: Metrics) {
  return [
    metrics.gpuUtilization,
    metrics.gpuMemoryTotalBytes,
    metrics.gpuMemoryUsedBytes,
    metrics.gpuPowerUsage,
    metrics.gpuPowerLimit,
  ];
}
