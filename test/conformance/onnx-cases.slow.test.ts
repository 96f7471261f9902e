import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { parseTensor } from '../../src/repository/onnx/tensor-proto.ts';
import { binaryRequest, jsonRequest, readTensors } from '../support/infer-client.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const folder = fileURLToPath(new URL('../../../shared/data/onnx', import.meta.url));
const hasCases = existsSync(folder);
const cases = hasCases ? readdirSync(folder).filter((name) => name.startsWith('test_')) : [];
const lightModels = ['light_squeezenet', 'light_resnet50'];

/** Values that are not tensors cannot be served, and must be refused by name. */
const refused = ['test_identity_sequence', 'test_sequence_insert_at_front'];
const served = cases.filter((name) => !refused.includes(name));

function recorded(name: string, kind: 'input' | 'output'): Tensor[] {
  const set = join(folder, name, 'test_data_set_0');
  return readdirSync(set)
    .filter((file) => file.startsWith(`${kind}_`))
    .sort()
    .map((file) => parseTensor(readFileSync(join(set, file))));
}

/** JSON has no NaN and no infinities: such inputs are refused there, and go as binary. */
function fitsJson(tensor: Tensor): boolean {
  return tensor.data.every((value: unknown) => typeof value !== 'number' || Number.isFinite(value));
}

/** The tolerance of the standard's own backend tests. */
function expectEqual(actual: Tensor, expected: Tensor): void {
  expect(actual.datatype).toBe(expected.datatype);
  expect(actual.shape).toEqual([...expected.shape]);
  expect(actual.data.length).toBe(expected.data.length);
  for (let i = 0; i < expected.data.length; i++) {
    const a = actual.data[i]!;
    const e = expected.data[i]!;
    if (typeof e !== 'number' || typeof a !== 'number') expect(a).toBe(e);
    else if (Number.isNaN(e) || Math.abs(e) === Number.POSITIVE_INFINITY) expect(a).toBe(e);
    else if (!(Math.abs(a - e) <= 1e-7 + 1e-3 * Math.abs(e))) expect(a, `element ${i}`).toBe(e);
  }
}

describe.skipIf(!hasCases)(
  'conformance cases of the ONNX standard (skipped where ../shared/data/onnx is missing)',
  () => {
    let server: TestServer;
    beforeAll(async () => {
      const models: Record<string, Uint8Array> = {};
      for (const name of cases)
        models[`${name}/1/model.onnx`] = readFileSync(join(folder, name, 'model.onnx'));
      for (const name of lightModels)
        models[`${name}/1/model.onnx`] = readFileSync(join(folder, `${name}.onnx`));
      server = await startTestServer({ models });
    });
    afterAll(() => server[Symbol.asyncDispose]());

    async function inputsOf(name: string): Promise<Tensor[]> {
      const { json } = await server.get(`/v2/models/${name}`);
      const names = json.inputs.map((input: { name: string }) => input.name);
      return recorded(name, 'input').map((tensor, i) => ({ ...tensor, name: names[i] }));
    }

    async function infer(
      name: string,
      inputs: readonly Tensor[],
      form: 'JSON' | 'binary',
    ): Promise<Tensor[]> {
      const { body, headers } = form === 'JSON' ? jsonRequest(inputs) : binaryRequest(inputs);
      const answer = await server.post(`/v2/models/${name}/infer`, body, headers);
      expect(answer.status, answer.bytes.subarray(0, 300).toString()).toBe(200);
      return readTensors(answer);
    }

    for (const form of ['JSON', 'binary'] as const) {
      it.for(served)(`%s gives the recorded outputs in ${form}`, async (name, { skip }) => {
        const { json: ready } = await server.get(`/v2/models/${name}/ready`);
        // StringNormalizer wants en_US.UTF-8; machines without it are told so in the reason.
        skip(/locale/.test(ready.reason ?? '') && process.env.CI === undefined, ready.reason);
        const inputs = await inputsOf(name);
        if (form === 'JSON' && !inputs.every(fitsJson)) {
          const { body, headers } = jsonRequest(inputs);
          expect((await server.post(`/v2/models/${name}/infer`, body, headers)).status).toBe(400);
          return;
        }
        const outputs = await infer(name, inputs, form);
        const expected = recorded(name, 'output');
        expect(outputs).toHaveLength(expected.length);
        for (const [i, tensor] of expected.entries()) expectEqual(outputs[i]!, tensor);
      });

      it.each(lightModels)(`%s gives the recorded outputs in ${form}`, async (name) => {
        const { json } = await server.get(`/v2/models/${name}`);
        const image = parseTensor(readFileSync(join(folder, 'input_1x3x224x224.pb')));
        const [output] = await infer(name, [{ ...image, name: json.inputs[0].name }], form);
        expectEqual(output!, parseTensor(readFileSync(join(folder, `${name}_output_0.pb`))));
      });
    }

    it.each(refused)('%s is refused with the reason, and everything else goes on', async (name) => {
      const ready = await server.get(`/v2/models/${name}/ready`);
      expect(ready.status).toBe(503);
      expect(ready.json.reason).toMatch(/sequence|not a tensor/);
      expect(
        server.logged.some((line) => line.level === 'error' && /sequence|not a tensor/.test(line.message)),
      ).toBe(true);
    });
  },
);
