import { describe, expect, it } from 'vitest';
import { gpuOf } from '../../src/resources/gpu-device.ts';
import { gpuReading } from './sample-readings.ts';

const gpus = [gpuReading({ index: 0, uuid: 'GPU-aaa1' }), gpuReading({ index: 1, uuid: 'GPU-bbb2' })];

describe('the GPU of a device number', () => {
  it('is the one that NVML numbers so, where all are visible', () => {
    expect(gpuOf(1, gpus, undefined)?.uuid).toBe('GPU-bbb2');
    expect(gpuOf(2, gpus, undefined)).toBeUndefined();
  });

  it.each([
    ['1,0', 0, 'GPU-bbb2'],
    ['1', 0, 'GPU-bbb2'],
    ['GPU-bbb2, GPU-aaa1', 1, 'GPU-aaa1'],
    ['GPU-b', 0, 'GPU-bbb2'],
    ['1', 1, undefined],
    ['', 0, undefined],
  ])('with CUDA_VISIBLE_DEVICES=%s device %i is %s', (visible, device, uuid) => {
    expect(gpuOf(device, gpus, visible)?.uuid).toBe(uuid);
  });
});
