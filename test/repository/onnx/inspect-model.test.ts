import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../models/training/random.ts';
import { UnderstudyError } from '../../../src/errors.ts';
import { graph, model, node, value } from '../../../src/repository/onnx/build-model.ts';
import { inspectModel } from '../../../src/repository/onnx/inspect-model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';
import {
  bfloat16Input,
  binaryScore,
  externalData,
  externalDataMissing,
  externalZipMap,
  garbage,
  int4Output,
  linearZipMap,
  mlp,
  namedScalars,
  sequenceOutput,
  treeZipMap,
  zipMapInside,
} from '../../support/onnx-models.ts';
import { inputX, runModel } from './run-model.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-onnx-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function refusalOf(bytes: Uint8Array, from = directory) {
  try {
    inspectModel(bytes, from);
  } catch (error) {
    return error;
  }
  return 'not refused';
}

describe('a model that can be served as it is', () => {
  it('is loaded from its path, and what makes its outputs is known', () => {
    expect(inspectModel(mlp({ featureNames: ['a', 'b', 'c', 'd'] }), directory)).toEqual({
      bytes: null,
      classLabels: new Map(),
      featureNames: ['a', 'b', 'c', 'd'],
      producers: new Map([
        ['label', 'ArgMax'],
        ['probabilities', 'Softmax'],
      ]),
      externalFiles: [],
      opsets: new Map([
        ['', 17],
        ['ai.onnx.ml', 3],
      ]),
    });
    expect(inspectModel(binaryScore(), directory).producers).toEqual(new Map([['score', 'Sigmoid']]));
  });

  it('is looked through where nodes only pass a value on', () => {
    const bytes = encodeModel(
      model(
        graph('passing', {
          inputs: [value('x', 'FP32', ['N', 2])],
          outputs: [value('y', 'FP64', null)],
          nodes: [
            node('Softmax', ['x'], ['a']),
            node('Identity', ['a'], ['b']),
            node('Flatten', ['b'], ['c']),
            node('Cast', ['c'], ['y'], { to: 11n }),
          ],
        }),
      ),
    );
    expect(inspectModel(bytes, directory).producers).toEqual(new Map([['y', 'Softmax']]));
  });

  it.each([
    ['["a, b","c"]', ['a, b', 'c']],
    ['a, b ,c', ['a', 'b', 'c']],
    ['[1, 2]', null],
    ['[broken', null],
    ['a,,c', null],
    ['', null],
  ])('names its features: %s', (text, names) => {
    const parts = {
      inputs: [value('x', 'FP32', ['N', 3])],
      outputs: [value('y', 'FP32', ['N', 3])],
      nodes: [node('Identity', ['x'], ['y'])],
    };
    const bytes = encodeModel(model(graph('named', parts), { feature_names: text }));
    expect(inspectModel(bytes, directory).featureNames).toEqual(names);
  });
});

describe('a ZipMap at the end', () => {
  it.each([
    ['texts', ['no', 'yes'], ['yes', 'no']],
    ['integers', [5n, 7n], [7n, 5n]],
  ])('of a linear classifier with %s becomes the matrix of probabilities', async (_, classes, labels) => {
    const { bytes, classLabels, producers } = inspectModel(linearZipMap(classes), directory);
    const outputs = await runModel(bytes!, [inputX(2, 2)]);
    expect([...outputs.keys()]).toEqual(['output_label', 'output_probability']);
    expect(Array.from<unknown>(outputs.get('output_label')!.data)).toEqual(labels);
    const probabilities = outputs.get('output_probability')!;
    expect([probabilities.datatype, probabilities.shape]).toEqual(['FP32', [2, 2]]);
    const [first = 0, second = 0] = Array.from(probabilities.data, Number);
    // The second class has the score 0.99166 = sin 0 + sin 1.7, the first its negative.
    expect(second).toBeCloseTo(1 / (1 + Math.exp(-2 * Math.sin(1.7))), 5);
    expect(first + second).toBeCloseTo(1, 5);
    expect(classLabels).toEqual(new Map([['output_probability', classes.map(String)]]));
    expect(producers.get('output_probability')).toBe('LinearClassifier');
  });

  it.each([
    ['texts', ['no', 'yes'], ['no', 'yes']],
    ['integers', [5n, 7n], [5n, 7n]],
  ])('of a tree with %s does too, also where only ai.onnx.ml is imported', async (_, classes, labels) => {
    const { bytes, classLabels, opsets } = inspectModel(treeZipMap(classes), directory);
    const outputs = await runModel(bytes!, [
      { name: 'x', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(0, 1) },
    ]);
    expect(Array.from<unknown>(outputs.get('output_label')!.data)).toEqual(labels);
    const probabilities = Array.from(outputs.get('output_probability')!.data, Number);
    [0.9, 0.1, 0.2, 0.8].forEach((expected, i) => {
      expect(probabilities[i]).toBeCloseTo(expected, 6);
    });
    expect(classLabels).toEqual(new Map([['output_probability', classes.map(String)]]));
    expect([...opsets.keys()].sort()).toEqual(['', 'ai.onnx.ml']);
  });

  it('of a pipeline over named columns does too, for one row and for many', async () => {
    const { bytes } = inspectModel(namedScalars(), directory);
    for (const rows of [1, 3]) {
      const outputs = await runModel(bytes!, [
        { name: 'age', datatype: 'FP32', shape: [rows, 1], data: new Float32Array(rows).fill(40) },
        { name: 'balance', datatype: 'FP32', shape: [rows, 1], data: new Float32Array(rows).fill(100) },
        { name: 'job', datatype: 'BYTES', shape: [rows, 1], data: new Array<string>(rows).fill('student') },
      ]);
      expect(outputs.get('output_probability')!.shape).toEqual([rows, 2]);
      expect(outputs.get('output_label')!.data).toEqual(new Array(rows).fill('yes'));
    }
  });

  it('is refused where another node takes it', () => {
    expect(refusalOf(zipMapInside())).toMatchObject({
      code: 'MODEL_NOT_READY',
      message: expect.stringContaining("'output_probability' is taken by a SequenceLength node"),
    });
  });
});

describe('class names', () => {
  it('are taken from a classifier that ends without ZipMap', () => {
    const classifier = node(
      'LinearClassifier',
      ['x'],
      ['label', 'scores'],
      { coefficients: [1, -1, -1, 1], classlabels_strings: ['cat', 'dog'] },
      'ai.onnx.ml',
    );
    const bytes = encodeModel(
      model(
        graph('no_zip_map', {
          inputs: [value('x', 'FP32', ['N', 2])],
          outputs: [value('label', 'BYTES', ['N']), value('probabilities', 'FP32', ['N', 2])],
          nodes: [
            classifier,
            node('Normalizer', ['scores'], ['probabilities'], { norm: 'L1' }, 'ai.onnx.ml'),
          ],
        }),
      ),
    );
    const { classLabels } = inspectModel(bytes, directory);
    expect(classLabels).toEqual(new Map([['probabilities', ['cat', 'dog']]]));
  });
});

describe('a model that cannot be served', () => {
  it.each([
    ['bytes that are no model', garbage(), 'not an ONNX model'],
    ['an int4 output', int4Output(), "output 'y' is a tensor of int4"],
    [
      'an int4 output that does not say so',
      int4Output({ declared: false }),
      "output 'y' is a tensor of int4",
    ],
    ['a bfloat16 input', bfloat16Input(), "input 'x' is a tensor of bfloat16"],
    ['a sequence', sequenceOutput(), "output 'pieces' is a sequence"],
  ])('is refused when it is loaded, not when it runs: %s', (_, bytes, sentence) => {
    expect(refusalOf(bytes)).toMatchObject({
      code: 'MODEL_NOT_READY',
      message: expect.stringContaining(sentence),
    });
  });
});

describe('a damaged file', () => {
  it('is refused or read, and never anything else, whichever bytes are wrong', () => {
    const random = new Random(1);
    let refused = 0;
    for (const whole of [mlp(), namedScalars(), externalZipMap(), sequenceOutput()]) {
      for (let i = 0; i < 2_000; i++) {
        const damaged = Uint8Array.from(whole);
        for (let k = 0; k <= random.integer(4); k++)
          damaged[random.integer(damaged.length)] = random.integer(256);
        const error = refusalOf(damaged);
        if (error === 'not refused') continue;
        expect(error).toBeInstanceOf(UnderstudyError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});

describe('tensors in other files', () => {
  const weights = new Uint8Array(Float32Array.of(1, 2, 3).buffer);

  it('are named, each file once, and stay where they are', () => {
    const whole = join(directory, 'whole');
    mkdirSync(whole);
    writeFileSync(join(whole, 'weights.bin'), weights);
    const externalFiles = [{ location: 'weights.bin', path: join(whole, 'weights.bin') }];
    expect(inspectModel(externalData(), whole)).toMatchObject({ bytes: null, externalFiles });
    const { bytes, ...unwrapped } = inspectModel(externalZipMap(), whole);
    expect(unwrapped.externalFiles).toEqual(externalFiles);
    // Without its ZipMap it still names them.
    expect(inspectModel(bytes!, whole).externalFiles).toEqual(externalFiles);
  });

  it('may be links that stay inside the directory', () => {
    const linked = join(directory, 'linked');
    mkdirSync(join(linked, '..data'), { recursive: true });
    writeFileSync(join(linked, '..data', 'weights.bin'), weights);
    symlinkSync(join('..data', 'weights.bin'), join(linked, 'weights.bin'));
    expect(inspectModel(externalData(), linked).externalFiles).toHaveLength(1);
  });

  it.each([
    ['missing', externalDataMissing(), "'weights' lies in 'weights.bin', which is not there"],
    ['half copied', externalData({ location: 'half.bin', length: 12 }), 'has only 5; it may be half copied'],
    ['above the directory', externalData({ location: '../weights.bin' }), "outside the model's directory"],
    ['above it by a detour', externalData({ location: 'sub/../../w.bin' }), "outside the model's directory"],
    ['at an absolute path', externalData({ location: '/etc/hostname' }), 'an absolute path'],
    ['behind a link that leads out', externalData({ location: 'escape.bin' }), 'a link that leads out'],
    ['a directory', externalData({ location: 'sub' }), 'not a file'],
    ['an address in memory', externalData({ location: '*/_ORT_MEM_ADDR_/*' }), 'keeps for itself'],
    ['under a name no file has', externalData({ location: 'a\0b' }), 'cannot be looked up'],
    ['nowhere', externalData({ location: '' }), 'no location is given'],
  ])('are refused when %s', (_, bytes, sentence) => {
    const refused = join(directory, 'refused');
    mkdirSync(join(refused, 'sub'), { recursive: true });
    writeFileSync(join(refused, 'half.bin'), new Uint8Array(5));
    writeFileSync(join(directory, 'outside.bin'), weights);
    rmSync(join(refused, 'escape.bin'), { force: true });
    symlinkSync(join(directory, 'outside.bin'), join(refused, 'escape.bin'));
    expect(refusalOf(bytes, refused)).toMatchObject({
      code: 'MODEL_NOT_READY',
      message: expect.stringContaining(sentence),
    });
  });
});
