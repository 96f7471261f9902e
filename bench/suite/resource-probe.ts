import { processUsage } from '../../src/resources/process-usage.ts';
import { type MetricLine, metricLines, sumOf } from '../metrics-text.ts';
import { processTree } from '../run-scenario.ts';
import type { ResourceSample, RoleUse } from './suite-result.ts';

export interface Watched {
  /** Of a server that has `/metrics`; null where nothing is asked. */
  readonly url: string | null;
  readonly pid: number;
}

interface Reading {
  readonly at: number;
  /** Of all its processes; null where the system does not tell. */
  readonly process: { readonly cpuSeconds: number; readonly memoryBytes: number } | null;
  /** Empty where the server tells nothing. */
  readonly lines: readonly MetricLine[];
}

/** A server that is too busy to tell is not waited for. */
const longestMilliseconds = 2000;
const lanes = ['primary', 'shadow', 'control'];

/**
 * What a server used between two moments: as a whole, by the system; by role, by its own metrics, where it is Understudy.
 * Nothing is asked in between, since every question is work for the server.
 */
export class ResourceProbe {
  readonly #watched: Watched;
  readonly #began: number;
  #before: Reading;

  private constructor(watched: Watched, began: number, before: Reading) {
    this.#watched = watched;
    this.#began = began;
    this.#before = before;
  }

  /** @param began when the time of the samples begins, by `performance.now()` */
  static async start(watched: Watched, began: number): Promise<ResourceProbe> {
    return new ResourceProbe(watched, began, await read(watched));
  }

  /** Since the start, or the last sample. */
  async sample(): Promise<ResourceSample> {
    const [before, after] = [this.#before, await read(this.#watched)];
    this.#before = after;
    const spanSeconds = (after.at - before.at) / 1000;
    return {
      seconds: (after.at - this.#began) / 1000,
      spanSeconds,
      roles: rolesOf(before, after, spanSeconds),
    };
  }
}

function rolesOf(before: Reading, after: Reading, seconds: number): RoleUse[] {
  const nothing = { cpuPercent: null, memoryBytes: null, gpuPercent: null, gpuMemoryBytes: null };
  const percent = (used: number): number => Math.max(0, (100 * used) / seconds);
  const roles: RoleUse[] = [];
  if (before.process && after.process) {
    const { cpuSeconds, memoryBytes } = after.process;
    roles.push({
      ...{ ...nothing, role: 'process', memoryBytes },
      cpuPercent: percent(cpuSeconds - before.process.cpuSeconds),
    });
  }
  const used = (name: string, labels: Record<string, string>): number =>
    percent(sumOf(after.lines, name, labels) - sumOf(before.lines, name, labels));
  const has = (label: string, value: string): boolean =>
    after.lines.some(({ name, labels }) => /_cpu_seconds_total$/.test(name) && labels.get(label) === value);
  for (const role of lanes.filter((lane) => has('role', lane))) {
    const gpu = (name: string): number | null =>
      after.lines.some((line) => line.name === name) ? sumOf(after.lines, name, { role }) : null;
    const utilization = gpu('understudy_lane_gpu_utilization');
    roles.push({
      role,
      cpuPercent: used('understudy_lane_cpu_seconds_total', { role }),
      memoryBytes: sumOf(after.lines, 'understudy_model_memory_bytes', { role }),
      gpuPercent: utilization === null ? null : 100 * utilization,
      gpuMemoryBytes: gpu('understudy_lane_gpu_memory_bytes'),
    });
  }
  const parts = after.lines.filter(({ name }) => name === 'understudy_component_cpu_seconds_total');
  for (const component of new Set(parts.map(({ labels }) => labels.get('component')!))) {
    const cpuPercent = used('understudy_component_cpu_seconds_total', { component });
    roles.push({ ...nothing, role: component, cpuPercent });
  }
  const devices = after.lines.filter(({ name }) => name === 'nv_gpu_utilization');
  for (const [i, { labels, value }] of devices.entries()) {
    const gpuMemoryBytes = sumOf(after.lines, 'nv_gpu_memory_used_bytes', {
      gpu_uuid: labels.get('gpu_uuid')!,
    });
    roles.push({ ...nothing, role: `gpu ${i}`, gpuPercent: 100 * value, gpuMemoryBytes });
  }
  return roles;
}

async function read({ url, pid }: Watched): Promise<Reading> {
  const [process, lines] = await Promise.all([readProcesses(pid), url === null ? [] : readLines(url)]);
  return { at: performance.now(), process, lines };
}

async function readProcesses(pid: number): Promise<Reading['process']> {
  try {
    const usage = await processUsage(processTree(pid));
    return {
      cpuSeconds: usage.reduce((sum, one) => sum + one.cpuMicroseconds / 1e6, 0),
      memoryBytes: usage.reduce((sum, one) => sum + one.memoryBytes, 0),
    };
  } catch {
    // A system without /proc or ps, or one of them has just ended: the figures are absent, not wrong.
    return null;
  }
}

async function readLines(url: string): Promise<readonly MetricLine[]> {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(longestMilliseconds) });
    const text = await response.text();
    return response.ok ? metricLines(text) : [];
  } catch {
    // It is too busy, or gone: the figures by role are absent.
    return [];
  }
}
