import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaryBody, jsonBody } from '../../../bench/inputs/request-body.ts';
import type { LoadRequest } from '../../../bench/load-plan.ts';
import { type Datatype, datatypes } from '../../../src/protocol/datatype.ts';
import { decodeInferRequest } from '../../../src/protocol/decode-infer-request.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';
import { signatureOf } from '../../protocol/sample-signature.ts';
import { readTensors } from '../../support/infer-client.ts';
import { type Answer, startTestServer, type TestServer } from '../../support/test-server.ts';
import { fileOf, smallModels } from '../models/small-models.ts';
import { madeUpInputs } from './made-up-inputs.ts';

let app: TestServer;
beforeAll(async () => {
  app = await startTestServer({
    models: Object.fromEntries(smallModels.map(({ name, build }) => [`${name}/1/model.onnx`, fileOf(build)])),
  });
});
afterAll(() => app[Symbol.asyncDispose]());

const rows = 3;
const infer = (model: string, { body, headers }: LoadRequest): Promise<Answer> =>
  app.post(`/v2/models/${model}/infer`, body, headers);

describe('a request body made for a model', () => {
  it('arrives as it was made, whatever the datatype, as JSON and as bytes', async () => {
    const specs = (Object.keys(datatypes) as Datatype[]).map((datatype) => ({
      name: `x_${datatype}`,
      datatype,
      shape: [-1, 4],
    }));
    const inputs = await madeUpInputs(specs, { rows });
    for (const { body, headers } of [jsonBody(inputs), binaryBody(inputs)]) {
      const length = headers['inference-header-content-length'];
      const decoded = decodeInferRequest(
        body,
        length === undefined ? null : Number(length),
        signatureOf(specs),
      );
      expect(decoded.inputs).toEqual(inputs);
    }
  });

  it.each(smallModels)('suits $name, from the metadata that the server gives', async (model) => {
    const { json } = await app.get(`/v2/models/${model.name}`);
    expect(json.inputs).toEqual(model.inputs);
    expect(json.parameters.task).toBe(model.task);
    const { shapes, ranges } = model;
    const inputs = await madeUpInputs(json.inputs, { rows, shapes, ranges });
    const answers = [await infer(model.name, jsonBody(inputs)), await infer(model.name, binaryBody(inputs))];
    const [asJson, asBytes] = answers.map((answer) => {
      expect(answer.status, answer.bytes.toString()).toBe(200);
      return readTensors(answer);
    });
    expect(Object.fromEntries(asBytes!.map(({ name, shape }) => [name, shape]))).toEqual(model.outputs(rows));
    expect(asBytes).toEqual(asJson);
  });
});

describe('a JSON body', () => {
  const textOf = (tensor: Tensor): string => Buffer.from(jsonBody([tensor]).body).toString();

  it('holds floats with as many digits as their datatype needs', () => {
    const data = [0.1, 0.8415, 1 / 3, 1e-7, -0];
    const shape = [5];
    expect(textOf({ name: 'x', datatype: 'FP32', shape, data: Float32Array.from(data) })).toBe(
      '{"inputs":[{"name":"x","shape":[5],"datatype":"FP32","data":[0.1,0.8415,0.33333334,1e-7,0]}]}',
    );
    expect(textOf({ name: 'x', datatype: 'FP16', shape, data: Float16Array.from(data) })).toContain(
      '[0.1,0.8413,0.3333,1e-7,0]',
    );
  });

  it('holds BOOL as true and false, and strings quoted', () => {
    expect(textOf({ name: 'x', datatype: 'BOOL', shape: [2], data: Uint8Array.of(0, 1) })).toContain(
      '[false,true]',
    );
    expect(textOf({ name: 'x', datatype: 'BYTES', shape: [1], data: ['a"b'] })).toContain('["a\\"b"]');
  });
});
