import { describe, expect, it } from 'vitest';
import { type GpuReadings, gpuFindings, hasNvidiaGpu, kernelDriverOf } from '../../src/doctor/gpu.ts';

const h100: GpuReadings[number] = {
  index: 0,
  name: 'NVIDIA H100 80GB HBM3',
  memoryTotalBytes: 80 * 2 ** 30,
  memoryUsedBytes: 2 ** 30,
  utilizationPercent: 12,
  powerMilliwatts: 70_000,
};
const answered = (readings: GpuReadings, cuda = '12.8') => ({
  kernelDriver: '570.86.15',
  nvml: {
    kind: 'answered' as const,
    answer: { versions: { driver: '570.86.15', cuda, nvml: '12.570' }, readings: [...readings] },
  },
});
const said = (facts: Parameters<typeof gpuFindings>[0]) =>
  gpuFindings(facts).map(({ status, sentence }) => `${status}: ${sentence}`);

it('the driver of the kernel says its version', () => {
  const text =
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Thu Jan 16 00:00:00 UTC 2025\nGCC version:  gcc 13\n';
  expect(kernelDriverOf((path) => (path === '/proc/driver/nvidia/version' ? text : null))).toBe('570.86.15');
  expect(kernelDriverOf(() => null)).toBeNull();
});

describe('what is said of GPUs', () => {
  it('is the driver and each of them', () => {
    expect(said(answered([h100]))).toEqual([
      'ok: NVIDIA driver 570.86.15, for CUDA up to 12.8',
      'ok: GPU 0: NVIDIA H100 80GB HBM3, 1 GiB of 80 GiB in use, 12% busy',
    ]);
    expect(hasNvidiaGpu(answered([h100]))).toBe(true);
  });

  it('warns of an old driver, of one that is full, and where none is shown', () => {
    expect(said(answered([h100], '11.8'))[0]).toBe(
      'warning: NVIDIA driver 570.86.15, for CUDA up to 11.8; the CUDA provider needs 12',
    );
    expect(said(answered([{ ...h100, memoryUsedBytes: 79 * 2 ** 30 }]))[1]).toMatch(
      /^warning: .*79 GiB of 80 GiB/,
    );
    expect(said(answered([]))[1]).toBe('warning: The driver shows no GPU');
  });

  it('is no memory where the GPU has none of its own, and only what is told where half is', () => {
    const gb10 = { ...h100, name: 'NVIDIA GB10', memoryTotalBytes: null, memoryUsedBytes: null };
    expect(said(answered([{ ...gb10, utilizationPercent: null }]))[1]).toBe(
      'ok: GPU 0: NVIDIA GB10, memory not told',
    );
    expect(said(answered([{ ...h100, memoryTotalBytes: null }]))[1]).toBe(
      'ok: GPU 0: NVIDIA H100 80GB HBM3, 1 GiB in use, 12% busy',
    );
    expect(said(answered([{ ...h100, memoryUsedBytes: null }]))[1]).toBe(
      'ok: GPU 0: NVIDIA H100 80GB HBM3, 80 GiB, how much is in use not told, 12% busy',
    );
  });

  it('is a note where there is none', () => {
    const facts = { kernelDriver: null, nvml: { kind: 'failed', sentence: 'no library' } } as const;
    expect(said(facts)).toEqual(['note: There is no NVIDIA GPU to be used (no library)']);
    expect(hasNvidiaGpu(facts)).toBe(false);
  });

  it('warns where the driver is loaded and does not answer', () => {
    const hung = { kernelDriver: '570.86.15', nvml: { kind: 'hung', limitMs: 20_000 } } as const;
    expect(said(hung)).toEqual([
      'warning: The NVIDIA driver 570.86.15 is loaded, but NVML gave no answer within 20 s',
    ]);
    const absent = { kernelDriver: '570.86.15', nvml: { kind: 'failed', sentence: 'no library' } } as const;
    expect(gpuFindings(absent)[0]).toMatchObject({
      status: 'warning',
      mend: expect.stringMatching(/--gpus all/),
    });
  });

  it('tells that the addon is needed to know', () => {
    expect(said({ kernelDriver: null, nvml: null })[0]).toMatch(/^note: .*native addon.* no NVIDIA driver/);
    expect(said({ kernelDriver: '570.86.15', nvml: null })[0]).toMatch(/^warning: .*570\.86\.15 is loaded/);
  });
});
