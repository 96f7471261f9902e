import { createHash } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256OfAll } from '../../../src/repository/hashed-file.ts';
import { externalSum, externalZipMap, mlp } from '../../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { inferBody } from '../../support/traffic.ts';

const columns = 4096;
const bytesOf = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const weights = bytesOf(...Array.from({ length: columns }, (_, i) => i));
const model = externalSum(columns);
const seven = mlp({ seed: 7 });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      ...{ 'sum/1/model.onnx': model, 'sum/1/weights.bin': weights },
      ...{ 'branch/1/model.onnx': externalSum(columns, true), 'branch/1/weights.bin': weights },
      ...{
        'zipped/1/model.onnx': externalZipMap({ offset: 4, length: 12 }),
        'zipped/1/weights.bin': bytesOf(9, 1, 2, 3),
      },
      'fraud/7/model.onnx': seven,
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const sums = async (name: string) => {
  const { json } = await server.post(`/v2/models/${name}/infer`, inferBody([Array(columns).fill(1)]));
  return json.outputs?.[0]?.data.slice(0, 3) ?? json.error;
};

describe('a model that keeps weights in other files', () => {
  it.each([
    ['the graph', 'sum'],
    ['a branch', 'branch'],
  ])(
    'used in %s is what it was when it was loaded, though they are written over, and survives that they are cut off',
    async (_, name) => {
      expect(await sums(name)).toEqual([1, 2, 3]);
      const path = join(server.directory, 'models', name, '1/weights.bin');
      await writeFile(path, bytesOf(...Array(columns).fill(100)));
      expect(await sums(name)).toEqual([1, 2, 3]);
      // Where the runtime has mapped the file, this ends the process.
      await truncate(path, 0);
      expect(await sums(name)).toEqual([1, 2, 3]);
    },
  );

  it('may end with a ZipMap', async () => {
    const { json } = await server.post('/v2/models/zipped/infer', inferBody([[1, 1, -0.5]]));
    const probabilities = json.outputs.find(
      ({ name }: { name: string }) => name === 'output_probability',
    ).data;
    expect(probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-2 * 1.5)), 5);
  });
});

describe('the hashes of a model', () => {
  it('are told of every file, in the metadata and the log, and one of all together', async () => {
    const files = [
      { file: 'model.onnx', sha256: sha256(model) },
      { file: 'weights.bin', sha256: sha256(weights) },
    ];
    const { json } = await server.get('/v2/models/sum');
    // As `sha256sum model.onnx weights.bin | sha256sum` gives it.
    const all = sha256(Buffer.from(files.map((one) => `${one.sha256}  ${one.file}\n`).join('')));
    expect(json.parameters).toMatchObject({ sha256: all, files });
    expect(sha256OfAll(files)).toBe(all);
    const loaded = server.logged.find(
      ({ message, details }) => message === 'loaded' && 'model' in details && details.model === 'sum',
    );
    expect(loaded?.details).toMatchObject({ files });
  });

  it('are one where there is one file', async () => {
    const { json } = await server.get('/v2/models/fraud');
    expect(json.parameters).toMatchObject({
      sha256: sha256(seven),
      files: [{ file: 'model.onnx', sha256: sha256(seven) }],
    });
  });
});
