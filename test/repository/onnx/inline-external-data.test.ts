import { describe, expect, it } from 'vitest';
import { graph, model, node, value } from '../../../src/repository/onnx/build-model.ts';
import { inlineExternalData } from '../../../src/repository/onnx/inline-external-data.ts';
import { listTensors } from '../../../src/repository/onnx/list-tensors.ts';
import type { OnnxTensor } from '../../../src/repository/onnx/model.ts';
import { encodeModel, parseModel } from '../../../src/repository/onnx/read-model.ts';
import { externalSum, mlp } from '../../support/onnx-models.ts';
import { runModel } from './run-model.ts';

const columns = 512;
const file = new Uint8Array(Float32Array.from({ length: 4 * columns }, (_, i) => i).buffer);
const external = new Map([['w.bin', file]]);

/** So many FP32 numbers of `w.bin`, from the byte `offset` on. */
const tensor = (name: string, count: number, offset: number) => ({
  name,
  dims: [BigInt(count)],
  dataType: 1,
  dataLocation: 1,
  externalData: Object.entries({
    location: 'w.bin',
    offset: String(offset),
    length: String(4 * count),
  }).map(([key, text]) => ({ key, value: text })),
});

const place = ({ name = '', dataLocation, rawData }: OnnxTensor) => [
  name,
  dataLocation === 1 ? 'elsewhere' : [...new Float32Array(new Uint8Array(rawData!).buffer)].slice(0, 2),
];

describe('tensors in other files', () => {
  it('come into the model itself, wherever they are, but for large initializers of the graph', () => {
    const inner = {
      ...graph('inner', {
        inputs: [],
        outputs: [],
        nodes: [{ opType: 'Constant', output: ['c'], attribute: [{ t: tensor('of_a_constant', 512, 4) }] }],
      }),
      initializer: [tensor('of_a_branch', 512, 8)],
      sparseInitializer: [{ values: tensor('of_a_sparse', 2, 12), indices: tensor('where', 2, 16) }],
    };
    const bytes = encodeModel({
      ...model(graph('outer', { inputs: [], outputs: [value('y', 'FP32', [1])], nodes: [] })),
      graph: {
        ...graph('outer', {
          inputs: [],
          outputs: [value('y', 'FP32', [1])],
          nodes: [
            node('If', ['x'], ['y'], { then_branch: { graph: inner } }),
            { opType: 'Constant', output: ['d'], attribute: [{ t: tensor('beside', 512, 20) }] },
          ],
        }),
        initializer: [tensor('large', 512, 24), tensor('small', 255, 28)],
      },
      functions: [
        {
          name: 'f',
          node: [{ opType: 'Constant', attribute: [{ t: tensor('of_a_function', 1, 32) }] }],
        },
      ],
    });
    const tensors = listTensors(parseModel(inlineExternalData(bytes, external)));
    expect(Object.fromEntries(tensors.map(place))).toEqual({
      ...{ large: 'elsewhere', small: [7, 8] },
      ...{ of_a_constant: [1, 2], of_a_branch: [2, 3], of_a_sparse: [3, 4], where: [4, 5] },
      ...{ beside: [5, 6], of_a_function: [8] },
    });
  });

  it('leave a model as it is that has none, or only large initializers', () => {
    const bytes = mlp();
    expect(inlineExternalData(bytes, new Map())).toBe(bytes);
    expect(inlineExternalData(bytes, external)).toBe(bytes);
    const sum = externalSum(columns);
    expect(inlineExternalData(sum, new Map([['weights.bin', file.subarray(0, 4 * columns)]]))).toBe(sum);
  });

  it('may be what shapes depend on', async () => {
    const shape = new Uint8Array(BigInt64Array.of(-1n, 2n, 2n).buffer);
    const built = model(
      graph('reshaping', {
        inputs: [value('x', 'FP32', ['N', 4])],
        outputs: [value('y', 'FP32', ['N', 2, 2])],
        nodes: [node('Reshape', ['x', 'shape'], ['y'])],
      }),
    );
    const bytes = encodeModel({
      ...built,
      graph: { ...built.graph, initializer: [{ ...tensor('shape', 6, 0), dims: [3n], dataType: 7 }] },
    });
    const inlined = inlineExternalData(bytes, new Map([['w.bin', shape]]));
    const outputs = await runModel(inlined, [
      { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) },
    ]);
    expect(outputs.get('y')).toMatchObject({ shape: [1, 2, 2] });
  });

  it('are refused where they are cut off, or too many for one message', () => {
    const inFunction = (...tensors: ReturnType<typeof tensor>[]) =>
      encodeModel({
        ...model(graph('empty', { inputs: [], outputs: [value('y', 'FP32', [1])], nodes: [] })),
        functions: [{ name: 'f', node: [{ attribute: tensors.map((t) => ({ t })) }] }],
      });
    const gigabyte = 2 ** 30;
    const large = tensor('large', gigabyte / 4, 0);
    expect(() =>
      inlineExternalData(inFunction(large, large), new Map([['w.bin', new Uint8Array(gigabyte)]])),
    ).toThrow(
      /^The model has 2147\d+ bytes with the tensors of its branches, .* which may have 2147483647 together; make them initializers of the main graph\.$/,
    );
    expect(() =>
      inlineExternalData(inFunction(tensor('a', 2, 0)), new Map([['w.bin', file.subarray(0, 4)]])),
    ).toThrow("'a' lies in 'w.bin' at bytes 0 to 8, but that file has only 4; it may be half copied");
  });
});
