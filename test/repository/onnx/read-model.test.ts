import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../../src/errors.ts';
import { graph, model, node, value } from '../../../src/repository/onnx/build-model.ts';
import { encodeModel, parseModel } from '../../../src/repository/onnx/read-model.ts';
import { garbage, mlp, namedScalars, slow } from '../../support/onnx-models.ts';
import { standardCases } from './standard-cases.ts';

describe('reading an ONNX file', () => {
  it('gives back what was written, list by list', () => {
    const read = parseModel(mlp({ inputs: 5, outputs: 2, featureNames: ['a', 'b', 'c', 'd', 'e'] }));
    expect(read.irVersion).toBe(8n);
    expect(read.graph.input.map(({ name }) => name)).toEqual(['x']);
    expect(read.graph.output.map(({ name }) => name)).toEqual(['label', 'probabilities']);
    expect(read.graph.node.map(({ opType }) => opType)).toEqual([
      'Gemm',
      'Relu',
      'Gemm',
      'Softmax',
      'ArgMax',
    ]);
    expect(read.graph.input[0]?.type?.tensorType).toEqual({
      elemType: 1,
      shape: { dim: [{ dimParam: 'N' }, { dimValue: 5n }] },
    });
    expect(read.metadataProps).toEqual([{ key: 'feature_names', value: '["a","b","c","d","e"]' }]);
  });

  it('keeps every digit of 64-bit integers', () => {
    const largest = 2n ** 63n - 1n;
    const bytes = encodeModel(
      model(
        graph('slice', {
          inputs: [value('x', 'FP32', ['N'])],
          outputs: [value('y', 'FP32', ['N'])],
          nodes: [node('Custom', ['x'], ['y'], { end: largest, all: [-(2n ** 63n), 0n, largest] })],
        }),
      ),
    );
    const [end, all] = parseModel(bytes).graph.node[0]!.attribute;
    expect(end?.i).toBe(largest);
    expect(all?.ints).toEqual([-(2n ** 63n), 0n, largest]);
  });

  it('writes zeros that were written, so that an attribute keeps its value', () => {
    const bytes = encodeModel(
      model(
        graph('zeros', {
          inputs: [value('x', 'FP32', [0])],
          outputs: [value('y', 'FP32', [0])],
          nodes: [node('Custom', ['x'], ['y'], { axis: 0n, alpha: 0, mode: '' })],
        }),
      ),
    );
    const read = parseModel(encodeModel(parseModel(bytes)));
    const [axis, alpha, mode] = read.graph.node[0]!.attribute;
    expect([axis?.i, alpha?.f, mode?.s?.byteLength]).toEqual([0n, 0, 0]);
    expect(read.graph.input[0]?.type?.tensorType?.shape?.dim).toEqual([{ dimValue: 0n }]);
  });

  it.each([
    ['a Loop with a subgraph', slow({ milliseconds: 1 })],
    ['a ZipMap', namedScalars()],
  ])('loses nothing of %s when it is read and written again', (_, bytes) => {
    const read = parseModel(bytes);
    expect(encodeModel(read)).toEqual(bytes);
    expect(parseModel(encodeModel(read))).toEqual(read);
  });

  it.skipIf(standardCases.length === 0)(
    'reads and writes every model of the conformance suite without loss (skipped where its data is missing)',
    () => {
      for (const { name, model: bytes } of standardCases) {
        const written = encodeModel(parseModel(bytes));
        expect(parseModel(written), name).toEqual(parseModel(bytes));
        // A field the schema did not know would be missing from what is written.
        expect(written.byteLength, name).toBe(bytes.byteLength);
      }
    },
  );
});

describe('a file that is not ONNX', () => {
  const text = (characters: string) => Buffer.from(characters.padEnd(200, ' '), 'latin1');
  it.each([
    ['nothing', new Uint8Array(), 'The file is empty'],
    ['random bytes', garbage(), 'The file is not an ONNX model'],
    ['a Git LFS pointer', text('version https://git-lfs.github.com/spec/v1'), 'git lfs pull'],
    ['a PyTorch archive', text('PK\x03\x04'), 'zip archive'],
    ['a pickle', text('\x80\x04\x95'), 'Python pickle'],
    ['an error page', text('<!DOCTYPE html>'), 'web page'],
    ['an ORT file', text('\x20\0\0\0ORTM'), 'ORT format'],
    ['a TensorProto', Buffer.from([8, 0]), 'no ir_version'],
    ['a model without a graph', encodeModel({ irVersion: 8n }), 'no graph'],
  ])('%s is refused with a sentence that says so', (_, bytes, sentence) => {
    const refuse = () => parseModel(bytes);
    expect(refuse).toThrow(UnderstudyError);
    expect(refuse).toThrow(expect.objectContaining({ code: 'MODEL_NOT_READY' }));
    expect(refuse).toThrow(sentence);
  });

  it('that breaks off in the middle is refused, wherever it breaks off', () => {
    const whole = mlp();
    for (let length = 1; length < whole.byteLength; length += 97) {
      expect(() => parseModel(whole.subarray(0, length)), `${length} bytes`).toThrow(UnderstudyError);
    }
  });
});
