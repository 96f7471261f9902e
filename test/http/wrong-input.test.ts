import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTensors } from '../support/infer-client.ts';
import { lookup } from '../support/onnx-models/other-inputs.ts';
import { identity, mlp, namedScalars } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/6/model.onnx': mlp({ seed: 6 }),
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/8/model.onnx': mlp({ seed: 8 }),
      'bank/1/model.onnx': namedScalars(),
      'text/1/model.onnx': identity('BYTES', [-1]),
      'long/1/model.onnx': identity('INT64', [-1]),
      'byte/1/model.onnx': identity('UINT8', [-1]),
      'flag/1/model.onnx': identity('BOOL', [-1]),
      'lookup/1/model.onnx': lookup(),
    },
  });
});
afterAll(async () => {
  // Whatever was refused above, nothing of it was the server's fault.
  expect(server.logged.filter((line) => line.level === 'error')).toEqual([]);
  await server[Symbol.asyncDispose]();
});

const good = '{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}';

async function refusal(model: string, body: string | Uint8Array, headers?: Record<string, string>) {
  const answer = await server.post(`/v2/models/${model}/infer`, body, headers);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(Object.keys(answer.json)).toEqual(['error']);
  return { status: answer.status, sentence: answer.json.error as string };
}

const tensor = (datatype: string, data: string, shape = '[1]'): string =>
  `{"inputs":[{"name":"x","shape":${shape},"datatype":"${datatype}","data":${data}}]}`;

describe('a model or version that does not answer', () => {
  it.each([
    ['frod', 404, /no model is called "frod"; there are bank, byte, flag, fraud/],
    ['fraud/versions/9', 404, /no version 9 of model fraud; version 7 answers/],
    ['fraud/versions/8', 404, /version 8 of model fraud is a shadow and answers no users; version 7 answers/],
    ['fraud/versions/6', 404, /version 6 of model fraud has no role; version 7 answers/],
    ['__proto__', 404, /no model is called "__proto__"/],
    ['..%2F..%2Fetc', 404, /no model is called "\.\.\/\.\.\/etc"/],
  ])('%s is answered %i and named', async (path, status, sentence) => {
    expect(await refusal(path, `{"inputs":[${good}]}`)).toEqual({
      status,
      sentence: expect.stringMatching(sentence),
    });
  });

  it('is asked for where /predict does not say which of several', async () => {
    const answer = await server.post('/predict', { features: [1, 2, 3, 4] });
    expect(answer.status).toBe(404);
    expect(answer.json.error).toMatch(/\/predict\/MODEL with one of bank, byte/);
  });
});

describe('a body that cannot be read', () => {
  it.each([
    ['is empty', '', /the body is empty/],
    ['ends early', '{"inputs":[', /at byte 11/],
    ['has a comma too many', `{"inputs":[${good}],}`, /at byte 74, found '}'/],
    ['has single quotes', `{'inputs':[]}`, /at byte 1, found "'"/],
    ['says NaN', `{"inputs":[${good.replace('4]}', 'NaN]}')}]}`, /at byte 69, found 'N'/],
    ['has a leading zero', `{"inputs":[${good.replace('4]}', '04]}')}]}`, /at byte 70/],
    ['begins with a byte order mark', `\ufeff{"inputs":[${good}]}`, /at byte 0/],
    ['goes on after its end', `{"inputs":[${good}]}{}`, /nothing after the JSON value/],
    ['is nothing but brackets', '['.repeat(100_000), /is an array; it must be an object/],
    [
      'is nested too deeply',
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"inputs":[${good}]}`,
      /deep|nest/,
    ],
  ])('is refused with the position where it %s', async (_, body, sentence) => {
    const { status, sentence: said } = await refusal('fraud', body);
    expect(status).toBe(400);
    expect(said).toMatch(sentence);
    expect(said.length).toBeLessThan(400);
  });

  it('is refused where it is not UTF-8, or a string that the runtime would alter', async () => {
    const bytes = Buffer.from(tensor('BYTES', '["ab"]'));
    bytes[bytes.indexOf('ab')] = 0xff;
    expect(await refusal('text', bytes)).toEqual({ status: 400, sentence: expect.stringMatching(/UTF-8/) });
    expect((await refusal('text', tensor('BYTES', '["a\\u0000b"]'))).sentence).toMatch(/NUL/);
    expect((await refusal('text', tensor('BYTES', '["\\ud83d"]'))).sentence).toMatch(/surrogate/);
    expect((await refusal('text', tensor('BYTES', '["\\ude00\\ud83d"]'))).sentence).toMatch(/surrogate/);
  });

  it('is refused where a name is given twice', async () => {
    expect((await refusal('fraud', `{"inputs":[${good},${good}]}`)).sentence).toMatch(/"x" is given twice/);
    expect((await refusal('fraud', `{"inputs":[${good}],"inputs":[${good}]}`)).sentence).toMatch(
      /"inputs" is given twice/,
    );
    const twice = '"outputs":[{"name":"label"},{"name":"label"}]';
    expect((await refusal('fraud', `{"inputs":[${good}],${twice}}`)).sentence).toMatch(
      /"label" is asked for twice/,
    );
  });
});

describe('an input that does not fit the model', () => {
  it.each([
    [tensor('FP64', '[1,2,3,4]', '[1,4]'), /datatype FP64; Model "fraud" version 7 takes FP32/],
    [tensor('float', '[1,2,3,4]', '[1,4]'), /"datatype" is "float"; it must be one of BOOL/],
    [tensor('FP32', '[1,2,3]', '[1,3]'), /shape \[1,3\], whose dimension 1 is 3 instead of 4/],
    [tensor('FP32', '[1,2,3,4]', '[4]'), /rank 1 instead of 2/],
    [tensor('FP32', '[1,2,3,4]', '[-1,4]'), /dimension 0 of its shape is -1/],
    [tensor('FP32', '[1,2,3,4]', '[1e20,4]'), /dimension 0 of its shape/],
    [tensor('FP32', '[1,2,3,4,5]', '[1,4]'), /data has 5 values; the shape \[1,4\] needs 4/],
    [tensor('FP32', '[1,2,3]', '[1,4]'), /data has 3 values; the shape \[1,4\] needs 4/],
    [tensor('FP32', '[[1,2,3,4],[1,2,3]]', '[2,4]'), /data\[1\] has 3 elements/],
    [tensor('FP32', '[[1,2,3,4],5]', '[2,4]'), /data\[1\] is 5/],
    [tensor('FP32', '[1,2,3,"4"]', '[1,4]'), /data\[3\] is "4"; FP32 takes numbers/],
    [tensor('FP32', '[1,2,3,1e39]', '[1,4]'), /data\[3\] is 1e39; FP32 takes numbers from about -3\.4e38/],
    [`{"inputs":[]}`, /lacks the input "x"; Model "fraud" version 7 takes "x" \(FP32 \[-1,4\]\)/],
    [`{"inputs":[${good.replace('"x"', '"y"')}]}`, /no input "y"; it takes "x"/],
    [
      `{"inputs":[${good}],"outputs":[{"name":"lable"}]}`,
      /no output "lable"; it has "label", "probabilities"/,
    ],
  ])('is refused, naming what is there and what would be right: %s', async (body, sentence) => {
    expect(await refusal('fraud', body)).toEqual({ status: 400, sentence: expect.stringMatching(sentence) });
  });

  it('is named where it is one of several', async () => {
    const age = '{"name":"age","shape":[1,1],"datatype":"FP32","data":[5]}';
    const { sentence } = await refusal('bank', `{"inputs":[${age}]}`);
    expect(sentence).toMatch(/lacks the inputs "balance", "job"; Model "bank" version 1 takes "age"/);
  });

  it.each([
    ['byte', 'UINT8', '256', /from 0 to 255/],
    ['byte', 'UINT8', '-1', /from 0 to 255/],
    ['byte', 'UINT8', '1.5', /whole numbers/],
    ['long', 'INT64', '9223372036854775808', /to 9223372036854775807/],
    ['long', 'INT64', '-9223372036854775809', /from -9223372036854775808/],
    ['long', 'INT64', '1e19', /is 1e19/],
    ['flag', 'BOOL', '1', /true or false/],
  ])('is refused where a value is out of its range: %s %s %s', async (model, datatype, value, sentence) => {
    expect(await refusal(model, tensor(datatype, `[${value}]`))).toEqual({
      status: 400,
      sentence: expect.stringMatching(sentence),
    });
  });

  it('is kept exactly where it is an integer beyond 2^53, whichever way it goes in and out', async () => {
    const exact = [9_007_199_254_740_993n, -9_007_199_254_740_993n, 2n ** 63n - 1n];
    const bytes = Buffer.from(BigInt64Array.from(exact).buffer);
    const json = `{"name":"x","shape":[3],"datatype":"INT64","data":[${exact}]}`;
    const binary = '{"name":"x","shape":[3],"datatype":"INT64","parameters":{"binary_data_size":24}}';
    for (const input of [json, binary]) {
      for (const output of [false, true]) {
        const header = `{"inputs":[${input}],"parameters":{"binary_data_output":${output}}}`;
        const body = Buffer.concat([Buffer.from(header), input === binary ? bytes : Buffer.alloc(0)]);
        const answer = await server.post('/v2/models/long/infer', body, {
          'inference-header-content-length': String(header.length),
        });
        expect(answer.headers.has('inference-header-content-length')).toBe(output);
        expect(Array.from(readTensors(answer)[0]!.data as BigInt64Array)).toEqual(exact);
      }
    }
  });
});

describe('binary data that does not fit', () => {
  const header =
    '{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":16}}]}';
  const send = (bytes: number, length: string | number = header.length, json = header) =>
    refusal('fraud', Buffer.concat([Buffer.from(json), Buffer.alloc(bytes)]), {
      'inference-header-content-length': String(length),
    });

  it.each([
    ['is cut short', () => send(15), /has 15 bytes of binary data after the JSON, but the inputs declare 16/],
    ['is too long', () => send(17), /has 17 bytes of binary data.*declare 16/],
    ['is missing', () => send(0), /has 0 bytes of binary data/],
    [
      'declares another size than its shape',
      () => send(12, undefined, header.replace('16', '12')),
      /12.*16|16.*12/,
    ],
    ['has a JSON length beyond the body', () => send(16, 5000), /is 5000, but the body has 110 bytes/],
    ['has a JSON length within the JSON', () => send(16, 20), /at byte 20/],
    ['has a JSON length that is no number', () => send(16, 'twelve'), /not a number of bytes/],
    ['has a negative JSON length', () => send(16, -1), /not a number of bytes/],
    ['is raw and no whole row', () => send(15, 0, ''), /15 bytes.*multiple of 16/],
  ])('is refused where it %s', async (_, sent, sentence) => {
    expect(await sent()).toEqual({ status: 400, sentence: expect.stringMatching(sentence) });
  });

  it('is refused where a text is longer than what is left, or not UTF-8', async () => {
    const text = (...bytes: number[]) => {
      const json = `{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":${bytes.length}}}]}`;
      return refusal('text', Buffer.concat([Buffer.from(json), Buffer.from(bytes)]), {
        'inference-header-content-length': String(json.length),
      });
    };
    expect((await text(5, 0, 0, 0, 0x61)).status).toBe(400);
    expect((await text(255, 255, 255, 255, 0x61)).status).toBe(400);
    expect((await text(1, 0, 0, 0, 0x61, 0x62)).status).toBe(400);
    expect((await text(1, 0, 0, 0, 0xff)).sentence).toMatch(/UTF-8/);
    expect((await text(1, 0, 0, 0, 0)).sentence).toMatch(/NUL/);
  });

  it('is refused where a BOOL is neither 0 nor 1', async () => {
    const json =
      '{"inputs":[{"name":"x","shape":[2],"datatype":"BOOL","parameters":{"binary_data_size":2}}]}';
    const { status, sentence } = await refusal(
      'flag',
      Buffer.concat([Buffer.from(json), Buffer.from([1, 2])]),
      { 'inference-header-content-length': String(json.length) },
    );
    expect({ status, sentence }).toEqual({ status: 400, sentence: expect.stringMatching(/2/) });
  });
});

describe('an input that the model itself rejects', () => {
  it('is the caller’s error, since the model runs on others', async () => {
    const ask = (index: number) =>
      server.post('/v2/models/lookup/infer', {
        inputs: [{ name: 'index', shape: [1], datatype: 'INT64', data: [index] }],
      });
    const rejected = await ask(4);
    expect(rejected.status).toBe(400);
    expect(rejected.json.error).toMatch(
      /^model lookup version 1 failed on this input.*out of data bounds, idx=4/,
    );
    expect((await ask(3)).json.outputs[0].data).toEqual([13]);
  });
});
