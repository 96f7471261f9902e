import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { decodePredictRequest } from '../../src/protocol/decode-predict-request.ts';
import type { ModelSignature, TensorSpec } from '../../src/protocol/signature.ts';
import { refusalOf } from './refusal.ts';
import { signatureOf } from './sample-signature.ts';

const x = (shape: readonly number[], datatype: TensorSpec['datatype'] = 'FP32'): TensorSpec => ({
  name: 'x',
  datatype,
  shape,
});
const matrix = signatureOf([x([-1, 3])]);
const columns = signatureOf([x([-1, 3])], undefined, ['age', 'amount', 'hour']);
const sklearn = signatureOf([
  { name: 'age', datatype: 'INT64', shape: [-1, 1] },
  { name: 'country', datatype: 'BYTES', shape: [-1, 1] },
  { name: 'amount', datatype: 'FP32', shape: [-1] },
  { name: 'vip', datatype: 'BOOL', shape: [-1, 1] },
]);

const inputs = (features: string, signature: ModelSignature) =>
  decodePredictRequest(Buffer.from(`{"features":${features}}`), signature).inputs;
const refusal = (features: string, code: ErrorCode, signature: ModelSignature) =>
  refusalOf(() => inputs(features, signature), code);
const floats = (shape: readonly number[], ...data: readonly number[]) => [
  { ...x([]), shape, data: Float32Array.from(data) },
];

describe('the short form', () => {
  it('carries id, entity, segments and timestamp', () => {
    const body =
      '{"features":[1,2,3],"id":"r-1","segments":{"Country":"DE","tier":3,"vip":false},"entity":17,"timestamp":"2026-11-23T15:11:00Z"}';
    const request = decodePredictRequest(new TextEncoder().encode(body), matrix);
    expect(request).toMatchObject({
      id: 'r-1',
      entity: '17',
      timestampMs: Date.UTC(2026, 10, 23, 15, 11),
      reply: { kind: 'predict' },
    });
    expect({ ...request.segments }).toEqual({ country: 'DE', tier: '3', vip: 'false' });
    expect(decodePredictRequest(Buffer.from('{"features":[1,2,3],"segments":null}'), matrix)).toMatchObject({
      id: null,
      entity: null,
      segments: null,
      timestampMs: null,
    });
  });

  it.each([
    ['an array of numbers', '[1,2,3]', floats([1, 3], 1, 2, 3)],
    ['an array of arrays', '[[1,2,3],[4,5,6]]', floats([2, 3], 1, 2, 3, 4, 5, 6)],
    ['an object with the input', '{"x":[1,2,3]}', floats([1, 3], 1, 2, 3)],
    ['objects with the input', '[{"x":[1,2,3]},{"x":[4,5,6]}]', floats([2, 3], 1, 2, 3, 4, 5, 6)],
  ])('takes a matrix as %s', (_, features, expected) => {
    expect(inputs(features, matrix)).toEqual(expected);
    expect(inputs(features, columns)).toEqual(expected);
  });

  it('takes named columns in any order', () => {
    expect(inputs('{"hour":3,"age":1,"amount":2}', columns)).toEqual(floats([1, 3], 1, 2, 3));
    expect(inputs('[{"hour":3,"age":1,"amount":2},{"amount":5,"hour":6,"age":4}]', columns)).toEqual(
      floats([2, 3], 1, 2, 3, 4, 5, 6),
    );
  });

  it('takes named columns of text', () => {
    const signature = signatureOf([x([-1, 2], 'BYTES')], undefined, ['a', 'b']);
    expect(inputs('[{"b":"2","a":"1"},{"a":"3","b":"4"}]', signature)).toEqual([
      { name: 'x', datatype: 'BYTES', shape: [2, 2], data: ['1', '2', '3', '4'] },
    ]);
  });

  it('takes the feature names for the width where the file leaves it open', () => {
    const signature = signatureOf([x([-1, -1])], undefined, ['a', 'b']);
    expect(inputs('{"b":2,"a":1}', signature)).toEqual(floats([1, 2], 1, 2));
  });

  it('takes many rows, more than it can know beforehand', () => {
    const rows = Array.from({ length: 1000 }, (_, row) => [row, row + 0.5, row * 2]);
    expect(inputs(JSON.stringify(rows), matrix)).toEqual(floats([1000, 3], ...rows.flat()));
    const objects = rows.map(([age, amount, hour]) => ({ hour, amount, age }));
    expect(inputs(JSON.stringify(objects), columns)).toEqual(floats([1000, 3], ...rows.flat()));
  });

  it('takes one column per input of any datatype, as the sklearn export has them', () => {
    expect(
      inputs(
        '[{"vip":true,"age":9007199254740993,"country":"DE","amount":1.5},{"age":[2],"country":["é"],"amount":2,"vip":false}]',
        sklearn,
      ),
    ).toEqual([
      { name: 'age', datatype: 'INT64', shape: [2, 1], data: BigInt64Array.of(9007199254740993n, 2n) },
      { name: 'country', datatype: 'BYTES', shape: [2, 1], data: ['DE', 'é'] },
      { name: 'amount', datatype: 'FP32', shape: [2], data: Float32Array.of(1.5, 2) },
      { name: 'vip', datatype: 'BOOL', shape: [2, 1], data: Uint8Array.of(1, 0) },
    ]);
  });

  it('takes several tensors by name', () => {
    const signature = signatureOf([
      { name: 'ids', datatype: 'INT64', shape: [-1, -1] },
      { name: 'image', datatype: 'UINT8', shape: [-1, 2, 2] },
    ]);
    expect(
      inputs('[{"ids":[1,2,3],"image":[[1,2],[3,4]]},{"image":[5,6,7,8],"ids":[4,5,6]}]', signature),
    ).toEqual([
      { name: 'ids', datatype: 'INT64', shape: [2, 3], data: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n) },
      { name: 'image', datatype: 'UINT8', shape: [2, 2, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    ]);
  });

  it.each([
    ['[1,2,3,4]', 1],
    ['[[1,2],[3,4]]', 1],
    ['[[[1,2],[3,4]]]', 1],
    ['[[[1,2],[3,4]],[[5,6],[7,8]]]', 2],
  ])('tells rows from nesting for a model of images: %s', (features, rows) => {
    expect(inputs(features, signatureOf([x([-1, 2, 2])]))[0]!.shape).toEqual([rows, 2, 2]);
  });

  it('takes a model of one number per row', () => {
    const signature = signatureOf([x([-1])]);
    expect(inputs('{"x":5}', signature)).toEqual(floats([1], 5));
    expect(inputs('[5]', signature)).toEqual(floats([1], 5));
    expect(inputs('[[5],[6]]', signature)).toEqual(floats([2], 5, 6));
    expect(inputs('[{"x":5},{"x":[6]}]', signature)).toEqual(floats([2], 5, 6));
  });

  it('takes one row where the first dimension is 1', () => {
    const signature = signatureOf([x([1, 3])]);
    expect(inputs('[1,2,3]', signature)).toEqual(floats([1, 3], 1, 2, 3));
    expect(inputs('[{"x":[1,2,3]}]', signature)).toEqual(floats([1, 3], 1, 2, 3));
    expect(refusal('[[1,2,3],[4,5,6]]', 'WRONG_SHAPE', signature)).toContain(
      '"features" has more than one row; Model "fraud" version 7 takes one row at a time ("x" [1,3]).',
    );
  });

  it('takes the whole tensor where the model has no rows', () => {
    const signature = signatureOf([x([2, 3]), { name: 'scale', datatype: 'FP32', shape: [] }]);
    expect(inputs('{"x":[[1,2,3],[4,5,6]],"scale":2}', signature).map((input) => input.shape)).toEqual([
      [2, 3],
      [],
    ]);
    expect(inputs('[[1,2,3],[4,5,6]]', signatureOf([x([2, 3])]))).toEqual(floats([2, 3], 1, 2, 3, 4, 5, 6));
    refusal('[{"x":[1,2,3,4,5,6],"scale":1},{"x":[1,2,3,4,5,6],"scale":1}]', 'WRONG_SHAPE', signature);
    expect(refusal('{"x":[[1,2,3],[4,5]],"scale":2}', 'WRONG_SHAPE', signature)).toBe(
      'Feature "x": [1] has 2 elements where dimension 1 of the shape [2,3] is 3.',
    );
  });

  it('knows a feature called __proto__', () => {
    const signature = signatureOf([x([-1, 2])], undefined, ['__proto__', 'constructor']);
    expect(inputs('{"constructor":2,"__proto__":1}', signature)).toEqual(floats([1, 2], 1, 2));
  });
});

describe('the short form is refused', () => {
  it.each([
    [
      '5',
      'INVALID_REQUEST',
      matrix,
      '"features" is 5; Model "fraud" version 7 takes an object of 1 feature or an array of such objects, an array of numbers',
    ],
    ['[]', 'INVALID_REQUEST', matrix, '"features" is an empty array; give at least one row.'],
    ['[1,2]', 'WRONG_LENGTH', matrix, 'Input "x" of row 0 has 2 values; the shape [3] needs 3.'],
    ['[[1,2,3],[4,5]]', 'WRONG_LENGTH', matrix, 'Input "x" of row 1 has 2 values; the shape [3] needs 3.'],
    ['[[1,2,3],4]', 'INVALID_REQUEST', matrix, 'features[1] is 4; it must be an array, as the first row is.'],
    ['[[1,2,3],[4,null,6]]', 'WRONG_VALUE', matrix, 'Input "x" of row 1: [1] is null; FP32 takes numbers'],
    ['[1,"a",3]', 'WRONG_VALUE', matrix, 'Input "x" of row 0: [1] is "a"; FP32 takes numbers'],
    ['[[[1,2,3]]]', 'WRONG_VALUE', matrix, 'Input "x" of row 0: [0] is an array; FP32'],
    [
      '{}',
      'MISSING_INPUT',
      columns,
      'Row 0 lacks the features "age", "amount", "hour"; Model "fraud" version 7 takes "age", "amount", "hour".',
    ],
    [
      '[{"age":1,"amount":2,"hour":3},{"age":1}]',
      'MISSING_INPUT',
      columns,
      'Row 1 lacks the features "amount", "hour";',
    ],
    ['{"age":1,"amount":2}', 'MISSING_INPUT', columns, 'Row 0 lacks the feature "hour";'],
    [
      '{"age":1,"amount":2,"hour":3,"colour":4}',
      'UNKNOWN_INPUT',
      columns,
      'Model "fraud" version 7 has no feature "colour", which row 0 gives; it takes "age", "amount", "hour".',
    ],
    [
      '{"age":1,"amount":2,"hour":3,"age":4}',
      'DUPLICATE_NAME',
      columns,
      'The feature "age" of row 0 is given twice',
    ],
    [
      '{"age":1,"x":[1,2,3]}',
      'DUPLICATE_NAME',
      columns,
      'Row 0 gives the whole input "x" and some of its columns too',
    ],
    [
      '{"age":1,"amount":"much","hour":3}',
      'WRONG_VALUE',
      columns,
      'Feature "amount" of row 0 is "much"; FP32 takes numbers',
    ],
    [
      '{"age":1,"amount":[2],"hour":3}',
      'WRONG_VALUE',
      columns,
      'Feature "amount" of row 0 is an array; FP32',
    ],
    [
      '[{"age":1,"amount":2,"hour":3},7]',
      'INVALID_REQUEST',
      columns,
      'features[1] is 7; it must be an object, as the first row is.',
    ],
    [
      '[1,2]',
      'INVALID_REQUEST',
      sklearn,
      '"features" is an array; Model "fraud" version 7 takes an object of 4 features or an array of such objects.',
    ],
    [
      '{"age":1,"country":5,"amount":1,"vip":true}',
      'WRONG_VALUE',
      sklearn,
      'Feature "country" of row 0 is 5; BYTES takes strings.',
    ],
    [
      '{"age":"1","country":"DE","amount":1,"vip":true}',
      'WRONG_VALUE',
      sklearn,
      'Feature "age" of row 0 is "1"; INT64 takes whole numbers',
    ],
    [
      '{"age":1.5,"country":"DE","amount":1,"vip":true}',
      'WRONG_VALUE',
      sklearn,
      'Feature "age" of row 0 is 1.5; INT64',
    ],
    [
      '{"age":1,"country":"DE","amount":1,"vip":1}',
      'WRONG_VALUE',
      sklearn,
      'Feature "vip" of row 0 is 1; BOOL takes true or false.',
    ],
    [
      '{"age":1,"country":"a\\u0000","amount":1,"vip":true}',
      'UNREPRESENTABLE_STRING',
      sklearn,
      'Feature "country" of row 0 holds a NUL',
    ],
    [
      '{"age":[1,2],"country":"DE","amount":1,"vip":true}',
      'WRONG_LENGTH',
      sklearn,
      'Feature "age" of row 0 has 2 values; the shape [1] needs 1.',
    ],
    [
      '{"x":1}',
      'WRONG_VALUE',
      matrix,
      'Feature "x" of row 0 is 1; it must be an array, and FP32 takes numbers',
    ],
  ] as const)('for features %s', (features, code, signature, sentence) => {
    expect(refusal(features, code, signature)).toContain(sentence);
  });

  it('where rows of a dynamic width differ', () => {
    const signature = signatureOf([x([-1, -1])]);
    expect(inputs('[[1,2],[3,4]]', signature)).toEqual(floats([2, 2], 1, 2, 3, 4));
    expect(refusal('[[1,2],[3]]', 'WRONG_LENGTH', signature)).toContain(
      'Input "x" of row 1 has 1 value; the shape [2] needs 2.',
    );
    expect(refusal('{"x":[1,2]}', 'WRONG_SHAPE', signatureOf([x([-1, -1, -1])]))).toContain(
      'Feature "x" of row 0 has 1 level of arrays; a row of shape [-1,-1] (-1 stands for any size) needs 2.',
    );
  });

  it.each([
    ['[1]', 'INVALID_REQUEST', 'The body is an array; it must be an object with "features".'],
    ['{"id":"a"}', 'INVALID_REQUEST', 'The body has no "features"'],
    [
      '{"features":[1,2,3],"segment":{}}',
      'INVALID_REQUEST',
      'The body has a key "segment" that is not known; it may have "id", "features", "segments", "entity", "timestamp".',
    ],
    ['{"features":[1,2,3],"features":[1,2,3]}', 'DUPLICATE_NAME', 'The key "features" is given twice'],
    [
      '{"features":[1,2,3],"segments":[]}',
      'INVALID_SEGMENT',
      '"segments" is an array; it must be an object such as',
    ],
    [
      '{"features":[1,2,3],"segments":{"a":{}}}',
      'INVALID_SEGMENT',
      'The value of the segment "a" is an object;',
    ],
    ['{"features":[1,2,3],"segments":{"a":"1","A":"1"}}', 'DUPLICATE_NAME', 'The segment "a" is given twice'],
    ['{"features":[1,2,3],"id":7}', 'INVALID_SEGMENT', 'The request id is 7; it must be a string.'],
    ['{"features":[1,2,3]}{}', 'MALFORMED_JSON', 'expected nothing after the JSON value'],
    ['', 'MALFORMED_JSON', 'the body is empty'],
  ] as const)('for the body %s', (body, code, sentence) => {
    expect(refusalOf(() => decodePredictRequest(Buffer.from(body), matrix), code)).toContain(sentence);
  });
});
