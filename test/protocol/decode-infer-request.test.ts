import { describe, expect, it } from 'vitest';
import { decodeInferRequest } from '../../src/protocol/decode-infer-request.ts';
import type { TensorSpec } from '../../src/protocol/signature.ts';
import { signatureOf } from './sample-signature.ts';

const decode = (body: string, inputs: readonly TensorSpec[], outputs?: readonly TensorSpec[]) =>
  decodeInferRequest(Buffer.from(body), null, signatureOf(inputs, outputs));

/** The only input of a request with one tensor. */
function decodeOne(
  datatype: TensorSpec['datatype'],
  shape: readonly number[],
  data: string,
  declared = shape,
) {
  const body = `{"inputs":[{"name":"x","shape":[${shape}],"datatype":"${datatype}","data":${data}}]}`;
  return decode(body, [{ name: 'x', datatype, shape: declared }]).inputs[0]!;
}

describe('a JSON inference request', () => {
  it.each([
    ['BOOL', '[true,false,true]', Uint8Array.of(1, 0, 1)],
    ['UINT8', '[0,255,7]', Uint8Array.of(0, 255, 7)],
    ['UINT16', '[0,65535,7]', Uint16Array.of(0, 65535, 7)],
    ['UINT32', '[0,4294967295,7]', Uint32Array.of(0, 4294967295, 7)],
    ['INT8', '[-128,127,-0]', Int8Array.of(-128, 127, 0)],
    ['INT16', '[-32768,32767,1.0]', Int16Array.of(-32768, 32767, 1)],
    ['INT32', '[-2147483648,2147483647,1e2]', Int32Array.of(-2147483648, 2147483647, 100)],
    [
      'INT64',
      '[-9223372036854775808,9223372036854775807,-9007199254740993]',
      BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, -9007199254740993n),
    ],
    [
      'UINT64',
      '[18446744073709551615,9007199254740993,4294967296]',
      BigUint64Array.of(2n ** 64n - 1n, 2n ** 53n + 1n, 2n ** 32n),
    ],
    ['FP16', '[65504,-6e-8,0.1]', Float16Array.of(65504, -6e-8, 0.1)],
    ['FP32', '[3.4028234663852886e38,1e-45,-0.1]', Float32Array.of(3.4028234663852886e38, 1e-45, -0.1)],
    ['FP64', '[1.7976931348623157e308,5e-324,-0.1]', Float64Array.of(1.7976931348623157e308, 5e-324, -0.1)],
    ['BYTES', '["","é😀","a\\"b"]', ['', 'é😀', 'a"b']],
  ] as const)('carries %s exactly to the ends of its range', (datatype, data, expected) => {
    expect(decodeOne(datatype, [3], data)).toEqual({ name: 'x', datatype, shape: [3], data: expected });
  });

  it('keeps small INT64 values exact on both sides of zero', () => {
    const values = [-1n, -4294967296n, -4294967297n, 4294967295n, -9007199254740991n, 9007199254740991n];
    expect(decodeOne('INT64', [6], `[${values}]`).data).toEqual(BigInt64Array.from(values));
  });

  it('keeps the sign of zero and takes what underflows as the nearest float', () => {
    const { data } = decodeOne('FP64', [3], '[-0,1e-400,-0.0]');
    expect(data).toEqual(Float64Array.of(-0, 0, -0));
    expect(decodeOne('FP32', [2], '[-1e-50,1e-50]').data).toEqual(Float32Array.of(-0, 0));
    expect(decodeOne('FP16', [1], '[65519.99]').data).toEqual(Float16Array.of(65504));
  });

  it.each([
    ['flat', '[1,2,3,4,5,6]'],
    ['nested', '[[1,2,3],[4,5,6]]'],
    ['nested, with white space', ' [ [ 1 , 2 , 3 ] ,\n[ 4 , 5 , 6 ] ] '],
  ])('takes %s data', (_, data) => {
    expect(decodeOne('FP32', [2, 3], data).data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it('takes data nested four deep in row-major order', () => {
    const { data } = decodeOne('INT32', [2, 1, 2, 2], '[[[[1,2],[3,4]]],[[[5,6],[7,8]]]]');
    expect(data).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  });

  it.each([
    [[0, 3], '[]'],
    [[2, 0], '[]'],
    [[2, 0], '[[],[]]'],
    [[0], '[]'],
  ])('takes the empty shape %j as %s', (shape, data) => {
    const tensor = decodeOne('FP32', shape, data);
    expect(tensor.shape).toEqual(shape);
    expect(tensor.data).toEqual(new Float32Array(0));
  });

  it('takes a scalar bare or in an array', () => {
    expect(decodeOne('FP32', [], '5').data).toEqual(Float32Array.of(5));
    expect(decodeOne('FP32', [], '[5]').data).toEqual(Float32Array.of(5));
    expect(decodeOne('BYTES', [], '"a"').data).toEqual(['a']);
  });

  it('takes any size where a dimension is dynamic and any shape where the file declares none', () => {
    expect(decodeOne('FP32', [2, 1], '[1,2]', [-1, -1]).shape).toEqual([2, 1]);
    expect(decodeOne('FP32', [2, 1], '[1,2]', []).shape).toEqual([2, 1]);
  });

  it('takes the keys of an input in any order', () => {
    const members = [
      '"name":"x"',
      '"shape":[2,2]',
      '"datatype":"INT64"',
      '"data":[[1,2],[3,4]]',
      '"parameters":{}',
    ];
    for (const order of permutations(members)) {
      const body = `{"inputs":[{${order.join(',')}}],"id":"r"}`;
      const request = decode(body, [{ name: 'x', datatype: 'INT64', shape: [-1, 2] }]);
      expect(request.inputs[0]!.data).toEqual(BigInt64Array.of(1n, 2n, 3n, 4n));
      expect(request.id).toBe('r');
    }
  });

  it('gives the inputs in the order of the signature', () => {
    const specs: TensorSpec[] = ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [1] }));
    const body = `{"inputs":[{"name":"b","shape":[1],"datatype":"FP32","data":[2]},{"name":"a","shape":[1],"datatype":"FP32","data":[1]}]}`;
    expect(decode(body, specs).inputs.map((tensor) => tensor.name)).toEqual(['a', 'b']);
  });

  it('knows names that need escapes or are not ASCII', () => {
    const body = '{"inputs":[{"name":"é\\"\\u00e9","shape":[1],"datatype":"FP32","data":[2]}]}';
    expect(decode(body, [{ name: 'é"é', datatype: 'FP32', shape: [1] }]).inputs[0]!.name).toBe('é"é');
  });

  it('allocates what it returns at its exact size, in memory of its own', () => {
    const { data } = decodeOne('FP32', [2], '[1,2]');
    expect(data instanceof Float32Array && data.buffer.byteLength).toBe(8);
  });
});

const x: readonly TensorSpec[] = [{ name: 'x', datatype: 'FP32', shape: [-1] }];
const input = '"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]';

describe('what comes with an inference request', () => {
  it('is read from its parameters', () => {
    const request = decode(
      `{"id":"r-1","parameters":{"segment.Country":"DE","segment.vip":true,"segment.tier":3,"entity":"u17",` +
        `"timestamp":"2026-11-23T15:11:00.250+01:00","priority":1,"anything":{"else":[1]}},${input},"extra":[{}]}`,
      x,
    );
    expect(request).toMatchObject({
      id: 'r-1',
      entity: 'u17',
      timestampMs: Date.UTC(2026, 10, 23, 14, 11, 0, 250),
    });
    expect({ ...request.segments }).toEqual({ country: 'DE', vip: 'true', tier: '3' });
  });

  it('is null where it is not given, or given as null', () => {
    for (const body of [`{${input}}`, `{"id":null,"parameters":{"entity":null,"timestamp":null},${input}}`]) {
      expect(decode(body, x)).toMatchObject({ id: null, entity: null, timestampMs: null, segments: null });
    }
    expect(decode(`{"id":"",${input}}`, x).id).toBeNull();
  });

  it('may name the entity by a number, however large', () => {
    expect(decode(`{"parameters":{"entity":12345678901234567890},${input}}`, x).entity).toBe(
      '12345678901234567890',
    );
    expect(decode(`{"parameters":{"entity":17},${input}}`, x).entity).toBe('17');
  });
});

describe('the outputs of an inference request', () => {
  const outputs: TensorSpec[] = ['label', 'scores'].map((name) => ({ name, datatype: 'FP32', shape: [-1] }));
  const asked = (rest: string) => decode(`{${input}${rest}}`, x, outputs).reply;

  it('are all, in the order of the signature, where none is asked for', () => {
    const all = { kind: 'infer', outputs: outputs.map(({ name }) => ({ name, binary: false })) };
    expect(asked('')).toEqual(all);
    expect(asked(',"outputs":[]')).toEqual(all);
  });

  it('are those asked for, in the order asked', () => {
    expect(
      asked(',"outputs":[{"name":"scores"},{"name":"label","parameters":{"binary_data":true,"other":1}}]'),
    ).toEqual({
      kind: 'infer',
      outputs: [
        { name: 'scores', binary: false },
        { name: 'label', binary: true },
      ],
    });
  });

  it('are binary where the request says so, unless an output says otherwise', () => {
    expect(asked(',"parameters":{"binary_data_output":true}')).toEqual({
      kind: 'infer',
      outputs: outputs.map(({ name }) => ({ name, binary: true })),
    });
    expect(
      asked(
        ',"outputs":[{"name":"label","parameters":{"binary_data":false}},{"name":"scores"}],"parameters":{"binary_data_output":true}',
      ),
    ).toEqual({
      kind: 'infer',
      outputs: [
        { name: 'label', binary: false },
        { name: 'scores', binary: true },
      ],
    });
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
