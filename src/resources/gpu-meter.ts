import type { GpuReading } from '../../native/addon.ts';
import { gpuOf } from './gpu-device.ts';
import { GpuMemoryLedger } from './gpu-memory-ledger.ts';
import { type GpuShare, gpuShares } from './gpu-shares.ts';
import type { LaneAccount } from './lane-reading.ts';
import type { DeviceSample, LaneGpu } from './resource-sample.ts';

/** A lane on a GPU, since the last reading. */
export interface GpuTenant {
  readonly key: string;
  readonly account: LaneAccount;
  readonly computeMicroseconds: number;
}

export interface GpuPart {
  readonly share: GpuShare;
  readonly gpu: LaneGpu;
}

/** Providers whose devices NVML knows by number; others may have put their sessions on any GPU. */
const providersOfNvml = new Set(['cuda', 'tensorrt']);

/** Divides what the GPUs did since the last reading among the lanes. */
export class GpuMeter {
  readonly #pid: number;
  readonly #visibleDevices: string | undefined;
  /** Before any model was loaded: what is not ours, where the driver does not tell processes apart. */
  readonly #baselineBytes = new Map<string, number>();
  readonly #energy = new Map<string, number>();
  /** Used since this server started, millijoules. */
  readonly #used = new Map<string, number>();
  readonly #memory = new Map<string, GpuMemoryLedger>();

  constructor(pid: number, visibleDevices: string | undefined) {
    this.#pid = pid;
    this.#visibleDevices = visibleDevices;
  }

  read(
    readings: readonly GpuReading[],
    tenants: readonly GpuTenant[],
    wallMicroseconds: number,
  ): { readonly devices: DeviceSample[]; readonly parts: ReadonlyMap<string, GpuPart> } {
    const devices = readings.map((reading) => this.#deviceOf(reading, wallMicroseconds));
    const parts = new Map<string, GpuPart>();
    const byDevice = Map.groupBy(tenants, ({ account }) => placeOf(account));
    for (const lanes of byDevice.values()) {
      const reading = this.#readingOf(lanes[0]!.account, readings);
      const device = devices.find(({ sample }) => sample.uuid === reading?.uuid);
      const shares = gpuShares(
        {
          wallMicroseconds,
          utilization: device?.sample.utilization ?? null,
          millijoules: device?.millijoules ?? null,
        },
        lanes.map(({ computeMicroseconds }) => computeMicroseconds),
      );
      const memory = reading ? this.#memoryOf(reading, lanes) : new Map<string, number>();
      for (const [i, { key }] of lanes.entries()) {
        const share = shares[i]!;
        const rate = (amount: number) => (wallMicroseconds === 0 ? 0 : amount / wallMicroseconds);
        const gpu: LaneGpu = {
          index: reading?.index ?? null,
          utilization: (device?.sample.utilization ?? null) === null ? null : rate(share.gpuMicroseconds),
          memoryBytes: memory.get(key) ?? null,
          powerWatts: (device?.millijoules ?? null) === null ? null : rate(share.gpuMillijoules) * 1000,
        };
        parts.set(key, { share, gpu });
      }
    }
    return { devices: devices.map(({ sample }) => sample), parts };
  }

  #readingOf({ gpu }: LaneAccount, readings: readonly GpuReading[]): GpuReading | undefined {
    if (gpu === null || !providersOfNvml.has(gpu.provider)) return undefined;
    return gpuOf(gpu.device, readings, this.#visibleDevices);
  }

  /** Energy is exact where the GPU counts it; else the power of this moment stands for the whole span. */
  #deviceOf(
    reading: GpuReading,
    wallMicroseconds: number,
  ): { sample: DeviceSample; millijoules: number | null } {
    const { uuid, utilizationPercent, powerMilliwatts, powerLimitMilliwatts, energyMillijoules } = reading;
    if (!this.#baselineBytes.has(uuid)) this.#baselineBytes.set(uuid, reading.memoryUsedBytes ?? 0);
    const before = this.#energy.get(uuid);
    if (energyMillijoules !== null) this.#energy.set(uuid, energyMillijoules);
    const millijoules =
      energyMillijoules !== null && before !== undefined && energyMillijoules >= before
        ? energyMillijoules - before
        : powerMilliwatts === null
          ? null
          : (powerMilliwatts * wallMicroseconds) / 1e6;
    if (millijoules !== null) this.#used.set(uuid, (this.#used.get(uuid) ?? 0) + millijoules);
    const used = this.#used.get(uuid);
    return {
      sample: {
        index: reading.index,
        uuid,
        memoryTotalBytes: reading.memoryTotalBytes,
        memoryUsedBytes: reading.memoryUsedBytes,
        utilization: utilizationPercent === null ? null : utilizationPercent / 100,
        powerWatts: powerMilliwatts === null ? null : powerMilliwatts / 1000,
        powerLimitWatts: powerLimitMilliwatts === null ? null : powerLimitMilliwatts / 1000,
        energyJoules: used === undefined ? null : used / 1000,
      },
      millijoules,
    };
  }

  #memoryOf(reading: GpuReading, lanes: readonly GpuTenant[]): Map<string, number> {
    const bytesOf = (pid: number) =>
      reading.processes.find((process) => process.pid === pid)?.memoryBytes ?? null;
    const memory = new Map<string, number>();
    const together: GpuTenant[] = [];
    for (const lane of lanes) {
      const own = lane.account.pids.map(bytesOf).filter((bytes) => bytes !== null);
      if (own.length > 0)
        memory.set(
          lane.key,
          own.reduce((sum, bytes) => sum + bytes, 0),
        );
      else if (lane.account.pids.length === 0) together.push(lane);
    }
    const inOwnProcesses = [...memory.values()].reduce((sum, bytes) => sum + bytes, 0);
    const baseline = this.#baselineBytes.get(reading.uuid) ?? 0;
    // In a container the driver lists no processes, or those of the host by other numbers.
    const used = reading.memoryUsedBytes;
    const ours = bytesOf(this.#pid) ?? (used === null ? null : Math.max(0, used - baseline - inOwnProcesses));
    if (ours === null) return memory;
    let ledger = this.#memory.get(reading.uuid);
    if (!ledger) {
      ledger = new GpuMemoryLedger();
      this.#memory.set(reading.uuid, ledger);
    }
    for (const [key, bytes] of ledger.read(ours, together)) memory.set(key, bytes);
    return memory;
  }
}

function placeOf({ gpu }: LaneAccount): string {
  return gpu === null ? '' : `${providersOfNvml.has(gpu.provider) ? 'nvml' : gpu.provider} ${gpu.device}`;
}
