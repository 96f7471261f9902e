import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { decodeInferRequest } from '../../src/protocol/decode-infer-request.ts';
import type { TensorSpec } from '../../src/protocol/signature.ts';
import { refusalOf } from './refusal.ts';
import { signatureOf } from './sample-signature.ts';

const refusal = (body: string, code: ErrorCode, inputs: readonly TensorSpec[] = matrix) =>
  refusalOf(() => decodeInferRequest(Buffer.from(body), null, signatureOf(inputs)), code);

const matrix: readonly TensorSpec[] = [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }];
const good = '"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]';
const tensor = (members: string) => `{"inputs":[{${members}}]}`;
const named = (rest: string) => tensor(`"name":"x",${rest}`);

describe('the envelope of an inference request', () => {
  it.each([
    ['[]', 'INVALID_REQUEST', 'The body is an array; it must be an object with "inputs".'],
    [
      '{}',
      'MISSING_INPUT',
      'The request lacks the input "x"; Model "fraud" version 7 takes "x" (FP32 [-1,2]).',
    ],
    [
      '{"inputs":{}}',
      'INVALID_REQUEST',
      '"inputs" is an object; it must be an array with an object for every input.',
    ],
    ['{"inputs":[3]}', 'INVALID_REQUEST', 'inputs[0] is 3; it must be an object with "name", "shape"'],
    [`{${good}} x`, 'MALFORMED_JSON', 'expected nothing after the JSON value'],
    [`{${good},${good}}`, 'DUPLICATE_NAME', 'The key "inputs" is given twice'],
    [`{${good},"a":{"b":1,"b":1}}`, 'DUPLICATE_NAME', 'The key "b" is given twice'],
    [`{${good},"a":1,"a":2}`, 'DUPLICATE_NAME', 'The key "a" is given twice'],
    [`{"id":5,${good}}`, 'INVALID_SEGMENT', 'The request id is 5; it must be a string.'],
    [
      `{"id":"${'a'.repeat(257)}",${good}}`,
      'INVALID_SEGMENT',
      'The request id has 257 characters; it must have 1 to 256',
    ],
    [`{"id":"a\\u0000",${good}}`, 'UNREPRESENTABLE_STRING', 'The request id holds a NUL character'],
    [`{"id":"\\ud800",${good}}`, 'UNREPRESENTABLE_STRING', 'The request id holds half of a surrogate pair'],
    [
      `{"parameters":[],${good}}`,
      'INVALID_REQUEST',
      'The request: "parameters" is an array; it must be an object.',
    ],
    [
      `{"parameters":{"sequence_id":1},${good}}`,
      'INVALID_REQUEST',
      'parameter "sequence_id" is not supported',
    ],
    ...[
      ['timeout', '"soon"', 'is "soon"; it must be a whole number of microseconds, 0 for none.'],
      ['timeout', '-1', 'is -1; it must be a whole number of microseconds'],
      ['timeout', '1.5', 'is 1.5; it must be'],
      [
        'priority',
        'true',
        'is true; it must be a whole number, 1 for the first to be served, 0 for the usual.',
      ],
    ].map(([name, value, why]): [string, ErrorCode, string] => [
      `{"parameters":{"${name}":${value}},${good}}`,
      'INVALID_REQUEST',
      `The request parameter "${name}" ${why}`,
    ]),
    [
      `{"parameters":{"binary_data_output":1},${good}}`,
      'INVALID_REQUEST',
      '"binary_data_output" is 1; it must be true or false.',
    ],
    [
      `{"parameters":{"entity":""},${good}}`,
      'INVALID_SEGMENT',
      'The entity is empty; it must have 1 to 256 characters.',
    ],
    [
      `{"parameters":{"entity":true},${good}}`,
      'INVALID_SEGMENT',
      'The entity is true; it must be a string or a number.',
    ],
    [`{"parameters":{"segment.a-b":"x"},${good}}`, 'INVALID_SEGMENT', 'The segment name "a-b" is not usable'],
    [`{"parameters":{"segment.":"x"},${good}}`, 'INVALID_SEGMENT', 'The segment name "" is not usable'],
    [`{"parameters":{"segment.__proto__":"x"},${good}}`, 'INVALID_SEGMENT', 'The segment name "__proto__"'],
    [
      `{"parameters":{"segment.a":null},${good}}`,
      'INVALID_SEGMENT',
      'The value of the segment "a" is null; it must be a string, a number or a boolean.',
    ],
    [
      `{"parameters":{"segment.a":""},${good}}`,
      'INVALID_SEGMENT',
      'The value of the segment "a" is empty; it must have 1 to 128',
    ],
    [
      `{"parameters":{"segment.a":"1","segment.A":"2"},${good}}`,
      'DUPLICATE_NAME',
      'The segment "a" is given twice; case does not',
    ],
    [`{"parameters":{${segments(17)}},${good}}`, 'INVALID_SEGMENT', 'more than 16 segments'],
    [`{"parameters":{"timestamp":"2026-11-23T15:11:00"},${good}}`, 'INVALID_SEGMENT', 'it has no time zone'],
    [
      `{"parameters":{"timestamp":1700000000},${good}}`,
      'INVALID_SEGMENT',
      'The timestamp is 1700000000; it must be a string such as',
    ],
    [`{"parameters":{"other":1e400,"entity":1e400},${good}}`, 'WRONG_VALUE', 'The number "1e400"'],
    [`{${good},"outputs":{}}`, 'INVALID_REQUEST', '"outputs" is an object; it must be an array'],
    [
      `{${good},"outputs":["y"]}`,
      'INVALID_REQUEST',
      'outputs[0] is "y"; it must be an object with a "name".',
    ],
    [`{${good},"outputs":[{}]}`, 'INVALID_REQUEST', 'outputs[0] has no "name"'],
    [`{${good},"outputs":[{"name":1}]}`, 'INVALID_REQUEST', 'outputs[0]: "name" is 1; it must be a string.'],
    [
      `{${good},"outputs":[{"name":"z"}]}`,
      'UNKNOWN_OUTPUT',
      'Model "fraud" version 7 has no output "z"; it has "y".',
    ],
    [
      `{${good},"outputs":[{"name":"y"},{"name":"y"}]}`,
      'DUPLICATE_NAME',
      'The output "y" is asked for twice',
    ],
    [
      `{${good},"outputs":[{"name":"y","parameters":{"classification":3}}]}`,
      'INVALID_REQUEST',
      'outputs[0]: the parameter "classification" is not supported',
    ],
    [
      `{${good},"outputs":[{"name":"y","parameters":{"shared_memory_region":"r"}}]}`,
      'INVALID_REQUEST',
      '"shared_memory_region" is not supported',
    ],
    [
      `{${good},"outputs":[{"name":"y","parameters":{"binary_data":"yes"}}]}`,
      'INVALID_REQUEST',
      '"binary_data" is "yes"; it must be true or false.',
    ],
  ] as const)('is refused: %s', (body, code, sentence) => {
    expect(refusal(body, code)).toContain(sentence);
  });
});

describe('an input of an inference request', () => {
  const data = '"data":[1,2]';
  const shape = '"shape":[1,2]';
  const datatype = '"datatype":"FP32"';
  it.each([
    [tensor(`${shape},${datatype},${data}`), 'INVALID_REQUEST', 'inputs[0] has no "name"; it must be "x".'],
    [tensor(`"name":4,${shape}`), 'INVALID_REQUEST', 'inputs[0]: "name" is 4; it must be a string.'],
    [
      tensor(`"name":"z",${shape}`),
      'UNKNOWN_INPUT',
      'Model "fraud" version 7 has no input "z"; it takes "x" (FP32 [-1,2]).',
    ],
    [named(`${datatype},${data}`), 'INVALID_REQUEST', 'Input "x" has no "shape"'],
    [named(`${shape},${data}`), 'INVALID_REQUEST', 'Input "x" has no "datatype"; it must be "FP32".'],
    [named(`${shape},${datatype}`), 'INVALID_REQUEST', 'Input "x" has no "data"'],
    [
      named(`${shape},${datatype},${data},"parameters":{"binary_data_size":8}`),
      'INVALID_REQUEST',
      'Input "x" has both "data" and',
    ],
    [
      named(`${shape},${datatype},"parameters":{"binary_data_size":-8}`),
      'INVALID_REQUEST',
      '"binary_data_size" is -8; it must be the number of bytes.',
    ],
    [
      named(`${shape},${datatype},"parameters":{"binary_data_size":"8"}`),
      'INVALID_REQUEST',
      '"binary_data_size" is "8"',
    ],
    [
      named(`${shape},${datatype},"parameters":{"shared_memory_region":"r"}`),
      'INVALID_REQUEST',
      'Input "x": the parameter "shared_memory_region" is not supported',
    ],
    [
      named(`${shape},"datatype":"INT64",${data}`),
      'WRONG_DATATYPE',
      'Input "x" has datatype INT64; Model "fraud" version 7 takes FP32 there.',
    ],
    [
      named(`${shape},"datatype":"float32",${data}`),
      'WRONG_DATATYPE',
      'Input "x": "datatype" is "float32"; it must be one of BOOL, UINT8',
    ],
    [named(`${shape},"datatype":7,${data}`), 'WRONG_DATATYPE', '"datatype" is 7; it must be one of'],
    [named(`"shape":"1,2"`), 'INVALID_REQUEST', 'Input "x": "shape" must be an array of whole numbers'],
    [
      named(`"shape":[1,-2]`),
      'WRONG_SHAPE',
      'Input "x": dimension 1 of its shape is -2; it must be a whole number',
    ],
    [named(`"shape":[1.5,2]`), 'WRONG_SHAPE', 'dimension 0 of its shape is 1.5;'],
    [named(`"shape":[null]`), 'WRONG_SHAPE', 'dimension 0 of its shape is null;'],
    [named(`"shape":[9007199254740993,2]`), 'WRONG_SHAPE', 'dimension 0 of its shape is 9007199254740993;'],
    [
      named(`"shape":[2],${datatype},${data}`),
      'WRONG_SHAPE',
      'Input "x" has shape [2], which has rank 1 instead of 2; Model "fraud" version 7 takes [-1,2] (-1 stands for any size).',
    ],
    [
      named(`"shape":[1,3],${datatype},"data":[1,2,3]`),
      'WRONG_SHAPE',
      'Input "x" has shape [1,3], whose dimension 1 is 3 instead of 2;',
    ],
    [
      named(`${shape},${datatype},"data":[1]`),
      'WRONG_LENGTH',
      'Input "x": data has 1 value; the shape [1,2] needs 2.',
    ],
    [
      named(`${shape},${datatype},"data":[]`),
      'WRONG_LENGTH',
      'Input "x": data has 0 values; the shape [1,2] needs 2.',
    ],
    [
      named(`${shape},${datatype},"data":[1,2,3,4,5]`),
      'WRONG_LENGTH',
      'Input "x": data has 5 values; the shape [1,2] needs 2.',
    ],
    [
      named(`"shape":[2,2],${datatype},"data":[[1,2],[3]]`),
      'WRONG_SHAPE',
      'Input "x": data[1] has 1 element where dimension 1 of the shape [2,2] is 2.',
    ],
    [
      named(`"shape":[2,2],${datatype},"data":[[1,2],[3,4,5]]`),
      'WRONG_SHAPE',
      'Input "x": data[1] has 3 elements where dimension 1',
    ],
    [
      named(`"shape":[2,2],${datatype},"data":[[1,2]]`),
      'WRONG_SHAPE',
      'Input "x": data has 1 element where dimension 0 of the shape [2,2] is 2.',
    ],
    [
      named(`"shape":[2,2],${datatype},"data":[[1,2],[3,4],[5,6]]`),
      'WRONG_SHAPE',
      'Input "x": data has more than 2 elements where dimension 0',
    ],
    [
      named(`"shape":[2,2],${datatype},"data":[[1,2],3]`),
      'WRONG_SHAPE',
      'Input "x": data[1] is 3 where an array belongs: nest all 2 dimensions of the shape [2,2], or none.',
    ],
    [
      named(`"shape":[2,2],${datatype},"data":[1,[2,3],4]`),
      'WRONG_VALUE',
      'Input "x": data[1] is an array; FP32 takes numbers',
    ],
    [
      named(`"shape":[1,2],${datatype},"data":[[[1,2]]]`),
      'WRONG_VALUE',
      'Input "x": data[0][0] is an array; FP32 takes numbers',
    ],
    [
      named(`${shape},${datatype},"data":{"a":1}`),
      'WRONG_VALUE',
      'Input "x": data is an object; it must be an array, and FP32 takes',
    ],
    [named(`${shape},${datatype},"data":5`), 'WRONG_VALUE', 'Input "x": data is 5; it must be an array'],
    [
      named(`"shape":[2,2],${datatype},"data":[[1,2],[3,null]]`),
      'WRONG_VALUE',
      'Input "x": data[1][1] is null; FP32 takes numbers',
    ],
    [named(`${shape},${datatype},"data":[1,NaN]`), 'MALFORMED_JSON', "found 'N'"],
    [
      `{"inputs":[${Array(2).fill(`{"name":"x",${shape},${datatype},${data}}`)}]}`,
      'DUPLICATE_NAME',
      'The input "x" is given twice',
    ],
    [
      named(`${shape},${datatype},"data":[1,2],"data":[1,2]`),
      'DUPLICATE_NAME',
      'The key "data" is given twice',
    ],
  ] as const)('is refused: %s', (body, code, sentence) => {
    expect(refusal(body, code)).toContain(sentence);
  });

  it('is refused with the same sentence where its data comes before its shape', () => {
    expect(refusal(named(`"data":[[1,2],[3,null]],${datatype},"shape":[2,2]`), 'WRONG_VALUE')).toContain(
      'Input "x": data[1][1] is null;',
    );
    expect(refusal(tensor(`"data":[1],${shape},${datatype},"name":"x"`), 'WRONG_LENGTH')).toContain(
      'data has 1 value',
    );
  });

  it('is named where it is missing among several', () => {
    const specs: TensorSpec[] = ['a', 'b', 'c'].map((name) => ({ name, datatype: 'FP32', shape: [1] }));
    const body = '{"inputs":[{"name":"b","shape":[1],"datatype":"FP32","data":[1]}]}';
    expect(refusal(body, 'MISSING_INPUT', specs)).toContain(
      'The request lacks the inputs "a", "c"; Model "fraud" version 7 takes "a" (FP32 [1]), ',
    );
  });
});

describe('a value of an input', () => {
  it.each([
    ['BOOL', '1', 'is 1; BOOL takes true or false.'],
    ['BOOL', '"true"', 'is "true"; BOOL takes true or false.'],
    ['UINT8', '256', 'is 256; UINT8 takes whole numbers from 0 to 255.'],
    ['UINT8', '-1', 'is -1; UINT8'],
    ['INT8', '-129', 'is -129; INT8 takes whole numbers from -128 to 127.'],
    ['INT8', '1.5', 'is 1.5; INT8 takes whole numbers'],
    ['INT16', '32768', 'is 32768; INT16'],
    ['UINT16', '65536', 'is 65536; UINT16'],
    ['INT32', '2147483648', 'is 2147483648; INT32'],
    ['INT32', '1.00000000000000000001', 'is 1.00000000000000000001; INT32 takes whole numbers'],
    ['INT32', '1e-1', 'is 1e-1; INT32'],
    ['INT32', '1e400', 'is 1e400; INT32'],
    ['UINT32', '4294967296', 'is 4294967296; UINT32'],
    [
      'INT64',
      '9223372036854775808',
      'is 9223372036854775808; INT64 takes whole numbers from -9223372036854775808',
    ],
    ['INT64', '-9223372036854775809', 'is -9223372036854775809; INT64'],
    ['INT64', '0.5', 'is 0.5; INT64'],
    ['INT64', '9007199254740993.5', 'is 9007199254740993.5; INT64'],
    ['INT64', '1e30', 'is 1e30; INT64'],
    ['INT64', '"1"', 'is "1"; INT64'],
    ['UINT64', '18446744073709551616', 'is 18446744073709551616; UINT64'],
    ['UINT64', '-1', 'is -1; UINT64'],
    ['FP16', '65520', 'is 65520; FP16 takes numbers from -65504 to 65504.'],
    ['FP16', '-1e9', 'is -1e9; FP16'],
    ['FP32', '3.5e38', 'is 3.5e38; FP32 takes numbers from about -3.4e38 to 3.4e38.'],
    ['FP32', '-1e400', 'is -1e400; FP32'],
    ['FP32', '"1"', 'is "1"; FP32'],
    ['FP32', 'true', 'is true; FP32'],
    ['FP32', '{}', 'is an object; FP32'],
    ['FP64', '1e400', 'is 1e400; FP64 takes numbers from about -1.8e308'],
    ['BYTES', '1', 'is 1; BYTES takes strings.'],
    ['BYTES', 'null', 'is null; BYTES takes strings.'],
  ] as const)('of %s is refused: %s', (datatype, value, sentence) => {
    const harmless = datatype === 'BOOL' ? 'true' : datatype === 'BYTES' ? '"a"' : '1';
    const spec: TensorSpec = { name: 'x', datatype, shape: [2] };
    const body = named(`"shape":[2],"datatype":"${datatype}","data":[${harmless},${value}]`);
    expect(refusal(body, 'WRONG_VALUE', [spec])).toContain(`Input "x": data[1] ${sentence}`);
  });

  it.each([
    ['"a\\u0000b"', 'Input "x": data[0] holds a NUL character (U+0000)'],
    ['"\\udc00"', 'Input "x": data[0] holds half of a surrogate pair'],
  ])('of BYTES is refused where the runtime would alter it: %s', (value, sentence) => {
    const spec: TensorSpec = { name: 'x', datatype: 'BYTES', shape: [1] };
    const body = named(`"shape":[1],"datatype":"BYTES","data":[${value}]`);
    expect(refusal(body, 'UNREPRESENTABLE_STRING', [spec])).toContain(sentence);
  });
});

describe('an absurd shape', () => {
  const open: readonly TensorSpec[] = [{ name: 'x', datatype: 'FP64', shape: [-1, -1] }];
  const body = (shape: string, data: string) => named(`"shape":${shape},"datatype":"FP64","data":${data}`);

  it('costs nothing, since memory follows the bytes that are there', () => {
    const before = process.memoryUsage().arrayBuffers;
    expect(refusal(body('[1000000000,1000000000]', '[1]'), 'WRONG_SHAPE', open)).toContain(
      'more elements than can be counted',
    );
    expect(refusal(body('[1000000000,1000]', '[1]'), 'WRONG_LENGTH', open)).toContain('needs 1000000000000.');
    expect(refusal(body('[1000000000,1000]', '[[1]]'), 'WRONG_SHAPE', open)).toContain(
      'data[0] has 1 element',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it('is refused where a zero hides an overflow', () => {
    refusal(body('[0,9007199254740991,9]', '[]'), 'WRONG_SHAPE', [
      { name: 'x', datatype: 'FP64', shape: [-1, -1, -1] },
    ]);
    refusal(body('[9007199254740991,9,0]', '[]'), 'WRONG_SHAPE', [
      { name: 'x', datatype: 'FP64', shape: [-1, -1, -1] },
    ]);
  });

  it('keeps the sentence short', () => {
    const long = body(`[${Array(5000).fill(1)}]`, '[1]');
    expect(refusal(long, 'WRONG_SHAPE', open).length).toBeLessThan(300);
  });
});

describe('a sentence', () => {
  it('never echoes much of the client', () => {
    const name = 'n'.repeat(100_000);
    expect(refusal(tensor(`"name":"${name}"`), 'UNKNOWN_INPUT').length).toBeLessThan(300);
    expect(refusal(`{"parameters":{"segment.${name}":"a"},${good}}`, 'INVALID_SEGMENT').length).toBeLessThan(
      300,
    );
    expect(refusal(`{"${name}":1,"${name}":1}`, 'DUPLICATE_NAME').length).toBeLessThan(300);
    expect(
      refusal(named(`"shape":[1,2],"datatype":"FP32","data":[1,1${'0'.repeat(9999)}]`), 'WRONG_VALUE').length,
    ).toBeLessThan(300);
  });
});

function segments(count: number): string {
  return Array.from({ length: count }, (_, index) => `"segment.s${index}":"v"`).join(',');
}
