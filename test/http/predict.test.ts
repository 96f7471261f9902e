import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twoTensors } from '../support/onnx-models/other-inputs.ts';
import {
  binaryScore,
  identity,
  linearRegression,
  linearZipMap,
  logits,
  mlp,
  namedScalars,
  stringLabels,
} from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'v1.onnx': mlp(),
      'named/1/model.onnx': mlp({ featureNames: ['age', 'balance', 'income', 'tenure'] }),
      'configured/1/model.onnx': mlp(),
      'configured/deployment.yaml': 'features: [f0, f1, f2, f3]',
      'bank/1/model.onnx': namedScalars(),
      'two/1/model.onnx': twoTensors(),
      'house/1/model.onnx': linearRegression({ weights: [1, 2, 3], bias: 0.5 }),
      'logits/1/model.onnx': logits(),
      'score/1/model.onnx': binaryScore(),
      'animal/1/model.onnx': stringLabels(),
      'zip_text/1/model.onnx': linearZipMap(['no', 'yes']),
      'zip_number/1/model.onnx': linearZipMap([10n, 20n]),
      'cube/1/model.onnx': identity('FP32', [-1, -1, -1]),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

interface PredictionBody {
  readonly label?: string | number;
  readonly value?: number;
  readonly confidence?: number;
  readonly probabilities?: number[] | Record<string, number>;
}

async function predict(path: string, features: unknown): Promise<PredictionBody[]> {
  const answer = await server.post(path, { features });
  expect(answer.status, answer.bytes.toString()).toBe(200);
  return answer.json.predictions;
}

const numbers = [0.5, -1, 2, 1];

describe('/predict', () => {
  it('answers with id, model, version and one prediction with label, confidence and probabilities', async () => {
    const answer = await server.post('/predict/named', { id: 'order-7', features: { x: numbers } });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      ...{ id: 'order-7', model: 'named', version: '1' },
      predictions: [
        { label: expect.any(Number), confidence: expect.any(Number), probabilities: expect.any(Array) },
      ],
    });
    const [{ label, confidence, probabilities }] = answer.json.predictions;
    expect(confidence).toBe(Math.max(...probabilities));
    expect(label).toBe(probabilities.indexOf(confidence));
  });

  it('without a model asks the model called default', async () => {
    const answer = await server.post('/predict', { features: numbers });
    expect(answer.status).toBe(200);
    expect(answer.json.model).toBe('default');
  });

  it('says the same as /infer', async () => {
    const { json } = await server.post('/v2/models/default/infer', {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: numbers }],
    });
    const [prediction] = await predict('/predict/default', numbers);
    expect(prediction!.label).toBe(json.outputs[0].data[0]);
    expect(prediction!.probabilities).toEqual(json.outputs[1].data.map((p: number) => expect.closeTo(p, 6)));
  });

  it('takes one row as an array, as an object with the input’s name, and in the names of its columns', async () => {
    const expected = await predict('/predict/default', numbers);
    expect(await predict('/predict/default', { x: numbers })).toEqual(expected);
    // The names that the ONNX file carries, in any order.
    const named = { tenure: 1, income: 2, balance: -1, age: 0.5 };
    expect(await predict('/predict/named', named)).toEqual(expected);
    // The names that deployment.yaml gives.
    expect(await predict('/predict/configured', { f0: 0.5, f1: -1, f2: 2, f3: 1 })).toEqual(expected);
  });

  it('takes several rows in the same forms, and answers in their order', async () => {
    const rows = [numbers, [1, 1, 1, 1], [-2, 0, 3, -1]];
    const together = await predict('/predict/default', rows);
    expect(together).toHaveLength(3);
    for (const [i, row] of rows.entries()) {
      const [alone] = await predict('/predict/default', row);
      expect(together[i]!.label).toBe(alone!.label);
      expect(together[i]!.confidence).toBeCloseTo(alone!.confidence!, 5);
    }
    const objects = rows.map(([f0, f1, f2, f3]) => ({ f0, f1, f2, f3 }));
    expect(await predict('/predict/configured', objects)).toEqual(together);
  });

  it('takes several tensors by their names', async () => {
    expect(await predict('/predict/two', { right: [3, 4, 5], left: [1, 2] })).toEqual([{ value: 55 }]);
    const rows = [
      { left: [1, 0], right: [0, 0, 0] },
      { left: [0, 0], right: [0, 0, 1] },
    ];
    expect(await predict('/predict/two', rows)).toEqual([{ value: 1 }, { value: 5 }]);
  });

  it('takes one value per named column, texts among them, as scikit-learn’s pipelines have it', async () => {
    const rows = [
      { age: 20, balance: 100, job: 'admin' },
      { age: 60, balance: 900, job: 'student' },
    ];
    const predictions = await predict('/predict/bank', rows);
    expect(predictions.map(({ label }) => label)).toEqual(['no', 'yes']);
    // softmax(−z, z) = logistic(2z) with z = 0.04·60 + 0.001·900 + 1.5 − 1.5.
    const yes = 1 / (1 + Math.exp(-2 * 3.3));
    expect(predictions[1]!.probabilities).toEqual({
      no: expect.closeTo(1 - yes, 5),
      yes: expect.closeTo(yes, 5),
    });
    expect(predictions[1]!.confidence).toBeCloseTo(yes, 5);
  });

  it('of a regression answers with values', async () => {
    expect(
      await predict('/predict/house', [
        [1, 2, 3],
        [0, 0, 0],
      ]),
    ).toEqual([{ value: 14.5 }, { value: 0.5 }]);
  });

  it('turns logits into probabilities', async () => {
    const { json } = await server.post('/v2/models/logits/infer', {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: numbers }],
    });
    const raw: number[] = json.outputs[0].data;
    const sum = raw.reduce((total, logit) => total + Math.exp(logit), 0);
    const [prediction] = await predict('/predict/logits', numbers);
    expect(prediction!.probabilities).toEqual(raw.map((logit) => expect.closeTo(Math.exp(logit) / sum, 5)));
    expect(prediction!.label).toBe(raw.indexOf(Math.max(...raw)));
  });

  it('reads one score in [0, 1] as the probability of class 1', async () => {
    const { json } = await server.post('/v2/models/score/infer', {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: numbers }],
    });
    const score: number = json.outputs[0].data[0];
    const [prediction] = await predict('/predict/score', numbers);
    expect(prediction).toEqual({
      label: score > 0.5 ? 1 : 0,
      confidence: expect.closeTo(Math.max(score, 1 - score), 6),
      probabilities: [expect.closeTo(1 - score, 6), expect.closeTo(score, 6)],
    });
  });

  it('answers with labels that are texts', async () => {
    const [prediction] = await predict('/predict/animal', numbers);
    expect(['cat', 'dog', 'owl']).toContain(prediction!.label);
    expect(prediction!.confidence).toBe(Math.max(...(prediction!.probabilities as number[])));
  });

  it('names the classes where the model does', async () => {
    const [text] = await predict('/predict/zip_text', [3, -1]);
    expect(text).toMatchObject({ label: 'yes', probabilities: { yes: text!.confidence } });
    const [number] = await predict('/predict/zip_number', [-3, 1]);
    expect(number).toMatchObject({ label: 10, probabilities: { 10: number!.confidence } });
    expect(Object.keys(number!.probabilities!)).toEqual(['10', '20']);
  });

  it('says why there is nothing to predict, and where to ask instead', async () => {
    const answer = await server.post('/predict/cube', { features: [[[1]]] });
    expect(answer.status).toBe(400);
    expect(answer.json.error).toMatch(/no output is a label.*\/v2\/models\/cube\/infer/);
  });

  it.each([
    ['{"features":{"age":1,"balance":2,"income":3}}', /lacks the feature "tenure"/],
    [
      '{"features":{"age":1,"balance":2,"income":3,"tenure":4,"shoe":5}}',
      /has no feature "shoe".*"age", "balance"/,
    ],
    ['{"features":{"age":1,"age":1,"balance":2,"income":3,"tenure":4}}', /"age".* given twice/],
    ['{"features":{"age":"1","balance":2,"income":3,"tenure":4}}', /"age".*is "1"; FP32 takes numbers/],
    ['{"features":[1,2,3]}', /"x"/],
    ['{"features":[[1,2,3,4],[1,2,3]]}', /"x"/],
    ['{"features":[]}', /empty array; give at least one row/],
    ['{"features":5}', /"features" is 5/],
    ['{"feature":{}}', /key "feature" that is not known; it may have "id", "features"/],
    ['{}', /no "features"/],
    ['', /the body is empty/],
  ])('refuses %j with a sentence that names what is wrong', async (body, sentence) => {
    const answer = await server.post('/predict/named', body);
    expect(answer.status).toBe(400);
    expect(answer.json.error).toMatch(sentence);
  });
});
