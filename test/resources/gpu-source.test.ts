import { expect, it } from 'vitest';
import { type GpuCalls, openGpus } from '../../src/resources/gpu-source.ts';
import { gpuReading } from './sample-readings.ts';

it('a reading that fails says nothing of GPUs, and why is told once', () => {
  let fails = true;
  const driver: GpuCalls = {
    openNvml: () => undefined,
    gpuReadings() {
      if (fails) throw new Error('GPU 0: GPU is lost');
      return [gpuReading()];
    },
  };
  const told: string[] = [];
  const gpus = openGpus(driver, null, (sentence) => told.push(sentence));
  expect([gpus.absence, gpus.read(), gpus.read()]).toEqual([null, [], []]);
  expect(told).toEqual(['what GPUs do cannot be read: GPU 0: GPU is lost']);
  fails = false;
  expect(gpus.read()).toHaveLength(1);
});
