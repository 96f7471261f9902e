import { describe, expect, it } from 'vitest';
import { GpuMeter, type GpuTenant } from '../../src/resources/gpu-meter.ts';
import type { LaneAccount } from '../../src/resources/lane-reading.ts';
import { gpuReading, laneAccount } from './sample-readings.ts';

const second = 1_000_000;
const pid = 4000;
const cuda = { provider: 'cuda', device: 0 };

function tenant(
  version: string,
  computeMicroseconds: number,
  differing: Partial<LaneAccount> = {},
): GpuTenant {
  return { key: version, computeMicroseconds, account: laneAccount({ version, gpu: cuda, ...differing }) };
}

describe('a meter of GPUs', () => {
  it('divides utilization and power of a second by the time of the runs', () => {
    const meter = new GpuMeter(pid, undefined);
    const busy = gpuReading({ utilizationPercent: 50, powerMilliwatts: 200_000 });
    const { devices, parts } = meter.read([busy], [tenant('7', 100_000), tenant('8', 300_000)], second);
    expect(devices).toMatchObject([{ index: 0, utilization: 0.5, powerWatts: 200, memoryUsedBytes: 1_000 }]);
    expect(parts.get('7')?.gpu).toMatchObject({
      ...{ index: 0, utilization: expect.closeTo(0.125, 9), powerWatts: expect.closeTo(50, 9) },
    });
    expect(parts.get('8')?.gpu).toMatchObject({
      ...{ utilization: expect.closeTo(0.375, 9), powerWatts: expect.closeTo(150, 9) },
    });
    expect(parts.get('8')?.share.gpuMillijoules).toBeCloseTo(150_000, 6);
  });

  it('takes the energy that the GPU counts before the power of the moment', () => {
    const meter = new GpuMeter(pid, undefined);
    meter.read([gpuReading({ energyMillijoules: 1_000_000 })], [], second);
    const later = gpuReading({ energyMillijoules: 1_240_000, powerMilliwatts: 50_000 });
    const { devices, parts } = meter.read([later], [tenant('7', 10)], 2 * second);
    // With the first second, when only the power of the moment was known.
    expect(devices[0]).toMatchObject({ energyJoules: 50 + 240, powerLimitWatts: 400 });
    expect(parts.get('7')?.share.gpuMillijoules).toBeCloseTo(240_000, 6);
    expect(parts.get('7')?.gpu.powerWatts).toBeCloseTo(120, 6);
  });

  it('charges each GPU to those that run on it', () => {
    const meter = new GpuMeter(pid, undefined);
    const gpus = [
      gpuReading({ index: 0, uuid: 'GPU-0', utilizationPercent: 90 }),
      gpuReading({ index: 1, uuid: 'GPU-1', utilizationPercent: 20 }),
    ];
    const other = { provider: 'tensorrt', device: 1 };
    const { parts } = meter.read(gpus, [tenant('7', 500), tenant('8', 5, { gpu: other })], second);
    expect(parts.get('7')?.gpu.utilization).toBeCloseTo(0.9, 9);
    expect(parts.get('8')?.gpu).toMatchObject({ index: 1, utilization: expect.closeTo(0.2, 9) });
  });

  it('knows the memory of a process by its number, and of lanes in threads by growth', () => {
    const meter = new GpuMeter(pid, undefined);
    meter.read([gpuReading()], [], second);
    const processes = [
      { pid, memoryBytes: 700 },
      { pid: 5000, memoryBytes: 300 },
      { pid: 9999, memoryBytes: 40_000 },
    ];
    const own = tenant('8', 0, { pids: [5000] });
    const { parts } = meter.read([gpuReading({ processes })], [tenant('7', 0), own], second);
    expect(parts.get('7')?.gpu.memoryBytes).toBe(700);
    expect(parts.get('8')?.gpu.memoryBytes).toBe(300);
  });

  it('takes what the GPU holds more than at the start, where the driver names no process of ours', () => {
    const meter = new GpuMeter(pid, undefined);
    meter.read([gpuReading({ memoryUsedBytes: 1_000 })], [], second);
    const { parts } = meter.read([gpuReading({ memoryUsedBytes: 1_600 })], [tenant('7', 0)], second);
    expect(parts.get('7')?.gpu.memoryBytes).toBe(600);
  });

  it('still charges the time of runs where NVML does not know the device, and gives no figure that it has not', () => {
    const webgpu = { provider: 'webgpu', device: 0 };
    const { parts } = new GpuMeter(pid, undefined).read([], [tenant('8', 250_000, { gpu: webgpu })], second);
    expect(parts.get('8')).toEqual({
      share: { gpuMicroseconds: 250_000, gpuMillijoules: 0 },
      gpu: { index: null, utilization: null, memoryBytes: null, powerWatts: null },
    });
  });
});
