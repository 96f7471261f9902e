import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyInputs } from '../../../bench/inputs/input-choice.ts';
import { type InputRows, openInputRows, rowsOfFile } from '../../../bench/inputs/input-rows.ts';
import { type RequestForm, requestsFor } from '../../../bench/inputs/requests-for.ts';
import { readModelMetadata } from '../../../bench/perf/model-metadata.ts';
import type { Datatype } from '../../../src/protocol/datatype.ts';
import { readTensors } from '../../support/infer-client.ts';
import { identity, mlp, namedScalars } from '../../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const datatypes: readonly Datatype[] = [
  ...(['FP16', 'FP32', 'FP64', 'BOOL', 'BYTES'] as const),
  ...(['INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64'] as const),
];
const models = {
  'mlp/1/model.onnx': mlp({ inputs: 4 }),
  'people/1/model.onnx': namedScalars(),
  'fixed/1/model.onnx': identity('FP32', [2, 3]),
  'free/1/model.onnx': identity('FP32', [-1, -1]),
  ...Object.fromEntries(
    datatypes.map((datatype) => [`${datatype.toLowerCase()}/1/model.onnx`, identity(datatype, [-1, 2])]),
  ),
};

let server: TestServer;
let random: InputRows;
beforeAll(async () => {
  server = await startTestServer({ models });
  random = await openInputRows(anyInputs, 1);
});
afterAll(() => server[Symbol.asyncDispose]());

const form = (changes: Partial<RequestForm> = {}): RequestForm => ({
  ...{ ...anyInputs, batchSize: 1, rows: random, binary: false },
  ...changes,
});

async function requests(model: string, changes: Partial<RequestForm> = {}) {
  const { inputs } = await readModelMetadata(`${server.url}/v2/models/${model}`);
  return requestsFor(inputs, form(changes));
}

async function infer(model: string, changes: Partial<RequestForm> = {}) {
  const [first] = await requests(model, changes);
  const answer = await server.post(`/v2/models/${model}/infer`, first!.body, first!.headers);
  expect(answer.status, answer.bytes.toString()).toBe(200);
  return readTensors(answer);
}

describe('requests made of metadata', () => {
  it.each(datatypes)(
    'are taken by a real server and mean the same as JSON and as bytes: %s',
    async (datatype) => {
      const model = datatype.toLowerCase();
      const [json] = await infer(model, { batchSize: 3 });
      const [binary] = await infer(model, { batchSize: 3, binary: true });
      expect(json?.shape).toEqual([3, 2]);
      expect(binary).toEqual(json);
    },
  );

  it('have as many rows as the batch, in every input', async () => {
    const outputs = await infer('people', { batchSize: 5 });
    expect(outputs[0]?.shape[0]).toBe(5);
  });

  it('differ from each other when inputs are random, and are the same for the same seed', async () => {
    const bodies = (await requests('mlp', { batchSize: 8 })).map(({ body }) => Buffer.from(body).toString());
    expect(bodies).toHaveLength(8);
    expect(new Set(bodies).size).toBe(8);
    const again = await openInputRows(anyInputs, 1);
    const other = await openInputRows(anyInputs, 2);
    const firstOf = async (rows: InputRows) =>
      String((await requests('mlp', { batchSize: 8, rows }))[0]?.body);
    expect(await firstOf(again)).toBe(bodies[0]);
    expect(await firstOf(other)).not.toBe(bodies[0]);
  });

  it('are zero or hold one text where that is asked for', async () => {
    const zero = await openInputRows({ ...anyInputs, data: 'zero' }, 1);
    const [numbers] = await infer('fp32', { rows: zero });
    expect([...(numbers!.data as Float32Array)]).toEqual([0, 0]);
    const text = await openInputRows({ ...anyInputs, text: 'häuser' }, 1);
    for (const binary of [false, true]) {
      const [texts] = await infer('bytes', { rows: text, binary });
      expect(texts!.data).toEqual(['häuser', 'häuser']);
    }
  });

  it('have the shape that is given where the model leaves it open, and say so where it is not', async () => {
    const [tensor] = await infer('free', { batchSize: 2, shapes: new Map([['x', [7]]]) });
    expect(tensor?.shape).toEqual([2, 7]);
    await expect(requests('free')).rejects.toThrow('such as --shape x:16');
    await expect(requests('mlp', { shapes: new Map([['x', [5]]]) })).rejects.toThrow('does not fit [4]');
    await expect(requests('mlp', { shapes: new Map([['y', [5]]]) })).rejects.toThrow(
      "the model's inputs are x",
    );
  });

  it('are whole tensors where the model takes no rows, and no batch of them', async () => {
    expect((await infer('fixed'))[0]?.shape).toEqual([2, 3]);
    await expect(requests('fixed', { batchSize: 2 })).rejects.toThrow('only -b 1 fits them');
  });
});

describe('rows of a file', () => {
  const file = (value: unknown) => rowsOfFile('rows.json', value);

  it('go through the requests in turn, flat or nested, as perf_analyzer has them', async () => {
    const rows = file({ data: [{ x: [1, 2] }, { x: [[3], [4]] }, { x: { content: [5, 6] } }] });
    const bodies = (await requests('fp32', { rows, batchSize: 2 })).map(({ body }) =>
      JSON.parse(String(body)),
    );
    expect(bodies.map(({ inputs }) => inputs[0].data)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 1, 2],
    ]);
  });

  it.each([
    [{ rows: [] }, 'is not {"data"'],
    [{ data: [] }, 'is not {"data"'],
    [{ data: [{ y: [1, 2] }] }, 'entry 1 has no input x'],
    [{ data: [{ x: [1, 2] }, { x: [1] }] }, 'entry 2 has 1 values of x; a row has 2'],
    [{ data: [{ x: [1, 'two'] }] }, 'entry 1 has in x "two", which is no FP32'],
  ])('are refused with what is wrong: %j', async (value, sentence) => {
    await expect((async () => requests('fp32', { rows: file(value) }))()).rejects.toThrow(sentence);
  });
});

describe('metadata', () => {
  it('of a model that is not there is an error for people', async () => {
    await expect(requests('nothing')).rejects.toThrow(
      /answered 404 instead of the model's metadata: .*nothing/,
    );
  });
});
