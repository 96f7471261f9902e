import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WarmupInput } from '../../../src/config/model-warmup.ts';
import { warmupTensors } from '../../../src/inference/model/warmup-tensors.ts';
import type { TensorSpec } from '../../../src/protocol/signature.ts';
import { temporaryDirectory } from '../../log/open-test-log.ts';

const folder = temporaryDirectory();
beforeAll(() => {
  const warmup = join(folder.path, 'warmup');
  mkdirSync(join(warmup, 'inner'), { recursive: true });
  writeFileSync(join(warmup, 'row.bin'), new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer));
  writeFileSync(join(warmup, 'texts.bin'), Buffer.from('\x02\0\0\0ab\x01\0\0\0c', 'latin1'));
  writeFileSync(join(folder.path, 'beside.bin'), new Uint8Array(16));
  symlinkSync('../beside.bin', join(warmup, 'out.bin'));
  symlinkSync('row.bin', join(warmup, 'link.bin'));
});
afterAll(() => folder[Symbol.dispose]());

const x: TensorSpec = { name: 'x', datatype: 'FP32', shape: [-1, 4] };

function tensorsOf(inputs: Record<string, WarmupInput>, rows = 1, specs: readonly TensorSpec[] = [x]) {
  const signature = { model: 'fraud', version: '7', inputs: specs, outputs: [], featureNames: null };
  return warmupTensors({ name: 's', batch_size: rows, count: 1, inputs }, signature, folder.path);
}
const zero = { zero_data: true as const };

describe('the inputs of a sample to warm up with', () => {
  it('are zeros, of as many rows as are asked for', async () => {
    expect(await tensorsOf({ x: zero }, 3)).toEqual([
      { name: 'x', datatype: 'FP32', shape: [3, 4], data: new Float32Array(12) },
    ]);
  });

  it('are what a file holds, once for each row', async () => {
    const [tensor] = await tensorsOf({ x: { dims: [4], input_data_file: 'row.bin' } }, 2);
    expect(tensor).toEqual({ ...x, shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4) });
    expect((await tensorsOf({ x: { input_data_file: 'link.bin' } }))[0]?.data).toHaveLength(4);
  });

  it('are texts, empty or as a file has them', async () => {
    const texts: TensorSpec = { name: 't', datatype: 'BYTES', shape: [-1, 2] };
    const [empty] = await tensorsOf({ t: zero }, 1, [texts]);
    const [read] = await tensorsOf({ t: { input_data_file: 'texts.bin' } }, 2, [texts]);
    expect([empty?.data, read?.data]).toEqual([
      ['', ''],
      ['ab', 'c', 'ab', 'c'],
    ]);
  });

  it('are made up so that most models run on them, the same every time', async () => {
    const specs: TensorSpec[] = [x, { name: 'i', datatype: 'INT64', shape: [-1] }];
    const inputs = { x: { random_data: true as const }, i: { random_data: true as const } };
    const [first, index] = await tensorsOf(inputs, 2, specs);
    expect(new Set(first?.data as Float32Array).size).toBe(4);
    expect([...(first!.data as Float32Array)].every((value) => Math.abs(value) <= 3)).toBe(true);
    expect([...(index!.data as BigInt64Array)].every((value) => value === 0n || value === 1n)).toBe(true);
    expect(await tensorsOf(inputs, 2, specs)).toEqual([first, index]);
  });

  it('may be given whole, and are whole where the model takes a fixed number of rows', async () => {
    expect((await tensorsOf({ x: { dims: [2, 4], ...zero } }))[0]?.shape).toEqual([2, 4]);
    expect((await tensorsOf({ x: zero }, 1, [{ ...x, shape: [5, 4] }]))[0]?.shape).toEqual([5, 4]);
    expect((await tensorsOf({ x: { dims: [4], ...zero } }, 5, [{ ...x, shape: [5, 4] }]))[0]?.shape).toEqual([
      5, 4,
    ]);
    expect((await tensorsOf({ x: zero }, 1, [{ ...x, shape: [] }]))[0]?.shape).toEqual([]);
  });

  const fixed = { ...x, shape: [4, 4] };
  const unsized = { ...x, shape: [-1, -1] };
  it.each<[string, Record<string, WarmupInput>, number, TensorSpec]>([
    ["warmup/a.bin cannot be used: it is not there; put it into the model's folder", file('a.bin'), 1, x],
    ['the file "../beside.bin" is not in the model\'s folder warmup/', file('../beside.bin'), 1, x],
    ['the file "/etc/passwd" is not in the model\'s folder warmup/', file('/etc/passwd'), 1, x],
    ['out.bin cannot be used: it is a link that leads out of that folder', file('out.bin'), 1, x],
    ['warmup/inner cannot be used: it is no file', file('inner'), 1, x],
    ['row.bin has 16 bytes of binary data; FP32 of shape [1,3] needs 12', file('row.bin'), 1, shaped(3)],
    ['Model "fraud" version 7 has no input "y"', { y: zero }, 1, x],
    ['it has nothing for the input "x"', {}, 1, x],
    ['Input "x" has datatype FP64', { x: { data_type: 'FP64', ...zero } }, 1, x],
    ['[1,5], whose dimension 1 is 5 instead of 4', { x: { dims: [5], ...zero } }, 1, x],
    ['"x" is [-1,-1], where -1 stands for any size: say its dims', { x: zero }, 1, unsized],
    ['the dims [4,4] of the input "x" leave no room for a batch_size of 4', { x: zero }, 4, fixed],
    ['its inputs take 4000000000000 bytes', { x: { dims: [1e12], ...zero } }, 1, unsized],
  ])('are refused where they cannot be: %s', async (sentence, inputs, rows, spec) => {
    await expect(tensorsOf(inputs, rows, [spec])).rejects.toThrow(sentence);
  });
});

function file(name: string): Record<string, WarmupInput> {
  return { x: { input_data_file: name } };
}

function shaped(columns: number): TensorSpec {
  return { name: 'x', datatype: 'FP32', shape: [-1, columns] };
}
