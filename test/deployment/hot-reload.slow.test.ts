import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll } from '../support/traffic.ts';
import { until } from '../support/until.ts';
import { underLoad } from '../support/versions-under-load.ts';

const seven = mlp({ seed: 7 });
const eight = mlp({ seed: 8 });
const nine = mlp({ seed: 9 });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({
    models: { 'fraud/7/model.onnx': seven, 'fraud/8/model.onnx': eight },
    watchIntervalMs: 50,
  });
});
afterEach(() => server[Symbol.asyncDispose]());

const path = (file: string) => join(server.directory, 'models', file);
async function put(file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path(file)), { recursive: true });
  await writeFile(path(file), content);
}
const roles = async (model = 'fraud') => (await server.get(`/v2/models/${model}`)).json.parameters?.roles;
const ready = async (file: string) => (await server.get(`/v2/models/${file}/ready`)).json;
const shaOf = async (version: string) =>
  (await server.get(`/v2/models/fraud/versions/${version}`)).json.parameters?.sha256;
const ask = () => server.post('/v2/models/fraud/infer', inferBody([featuresOf(1)]));
const said = (level: string) =>
  server.logged.filter((line) => line.level === level).map(({ message }) => message);
const saysError = (text: string) => until(() => said('error').some((message) => message.includes(text)));

describe('a new version', () => {
  it('becomes the shadow once it is warm, and the primary stays', async () => {
    await put('fraud/9/model.onnx', nine);
    await until(async () => (await roles())?.[9] === 'shadow');
    // It was loaded before it had a role.
    expect(await ready('fraud/versions/9')).toMatchObject({ ready: true, role: 'shadow' });
    expect(await roles()).toEqual({ 7: 'primary', 8: null, 9: 'shadow' });
    const { json } = await server.get('/v2/models/fraud/audit?limit=1');
    expect(json.changes).toMatchObject([
      {
        action: 'configure',
        before: { shadows: [{ version: '8' }] },
        after: { shadows: [{ version: '9' }] },
      },
    ]);
  });

  it('that is broken or half copied changes nothing, is told of, and is taken up when it is whole', async () => {
    await put('fraud/9/model.onnx', nine.subarray(0, nine.length - 100));
    await saysError('its file cannot be served: The file is not an ONNX model, or its');
    expect(await roles()).toEqual({ 7: 'primary', 8: 'shadow', 9: null });
    expect(await ready('fraud/versions/9')).toMatchObject({
      ready: false,
      reason: expect.stringContaining('only a part'),
    });
    expect((await ready('fraud')).remarks).toEqual([
      expect.stringMatching(/^version 9: its file cannot be served/),
    ]);
    const told = () =>
      readMetrics(server).then((metrics) => total(metrics, 'understudy_repository_remarks', {}));
    expect(await told()).toBe(1);
    await put('fraud/9/model.onnx', nine);
    await until(async () => (await roles())?.[9] === 'shadow');
    expect(await told()).toBe(0);
    expect(said('error').filter((message) => message.includes('its file cannot be served'))).toHaveLength(1);
  });

  it('that cannot be warmed up changes nothing, and is taken up when what it warms up with is mended', async () => {
    const warmup = (columns: number) =>
      put(
        'fraud/deployment.yaml',
        `model_warmup: [{name: s, inputs: {x: {dims: [${columns}], zero_data: true}}}]`,
      );
    await warmup(4);
    await put('fraud/9/model.onnx', mlp({ inputs: 5 }));
    await saysError('its warm-up sample "s" cannot be run: Input "x" has shape [1,4]');
    expect(await roles()).toEqual({ 7: 'primary', 8: 'shadow', 9: null });
    await rm(path('fraud/deployment.yaml'));
    await until(async () => (await roles())?.[9] === 'shadow');
  });
});

describe('a file that is replaced', () => {
  it.each([
    ['the primary', '7', 'written over'],
    ['a shadow', '8', 'renamed'],
  ])('is swapped without a failed request: that of %s, version %s, %s', async (_, version, how) => {
    const fresh = mlp({ seed: 70 });
    const answered = await underLoad(server.url, 'fraud', 16, async (soFar) => {
      await until(() => soFar.length > 50);
      if (how === 'renamed') {
        await put(`fraud/${version}/model.onnx.new`, fresh);
        await rename(path(`fraud/${version}/model.onnx.new`), path(`fraud/${version}/model.onnx`));
      } else {
        await put(`fraud/${version}/model.onnx`, fresh);
      }
      await until(async () => (await shaOf(version)) === sha256(fresh));
      const enough = soFar.length + 50;
      await until(() => soFar.length > enough);
    });
    expect(answered.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await roles()).toEqual({ 7: 'primary', 8: 'shadow' });
    await until(async () => (await ready('fraud/versions/8')).ready);
  });

  it('by a broken one leaves what runs running, says so, and is taken up when it is whole', async () => {
    await put('fraud/7/model.onnx', 'no model');
    await saysError('its file cannot be served: The file is not an ONNX model');
    expect((await ask()).json.model_version).toBe('7');
    expect(await ready('fraud/versions/7')).toMatchObject({
      ready: true,
      remarks: [
        expect.stringMatching(/^its file cannot be served: .*; what was loaded from the former one runs on$/),
      ],
    });
    expect(await shaOf('7')).toBe(sha256(seven));
    await put('fraud/7/model.onnx', nine);
    await until(async () => (await shaOf('7')) === sha256(nine));
    expect(await ready('fraud')).toEqual({ name: 'fraud', ready: true });
  });
});

describe('a file that is removed', () => {
  it('leaves what runs running, and says so', async () => {
    await rm(path('fraud/7'), { recursive: true });
    await saysError('its file is gone; what was loaded from it runs on');
    expect((await ask()).json.model_version).toBe('7');
    expect((await ready('fraud')).remarks).toEqual([
      'version 7: its file is gone; what was loaded from it runs on',
    ]);
    expect((await server.get('/v2/models/fraud')).json.parameters.remarks).toHaveLength(1);
    await put('fraud/7/model.onnx', seven);
    await until(async () => (await ready('fraud')).remarks === undefined);
  });

  it('with all that is in the folder of the model leaves it running', async () => {
    await rm(path('fraud'), { recursive: true });
    await saysError('its file is gone');
    await until(async () => (await ready('fraud')).remarks?.length === 2);
    const answers = await sendAll(20, ask);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  it('of a version without a role is forgotten', async () => {
    await put('fraud/deployment.yaml', 'shadows: [{version: 8}]\n');
    await put('fraud/6/model.onnx', nine);
    await until(async () => '6' in (await roles()));
    await rm(path('fraud/6'), { recursive: true });
    await until(async () => !('6' in (await roles())));
    expect(await ready('fraud')).toEqual({ name: 'fraud', ready: true });
  });
});

describe('a deployment.yaml', () => {
  it('takes effect when it is written, changed and removed', async () => {
    await put('fraud/deployment.yaml', 'shadows: [{version: 8, sample: 10%}]\ncontrol: 5%\n');
    const deployment = async () => (await server.get('/v2/models/fraud/deployment')).json;
    await until(async () => (await deployment()).control === 0.05);
    expect(await deployment()).toMatchObject({ primary: '7', shadows: [{ version: '8', sample: 0.1 }] });
    await put(
      'fraud/deployment.yaml',
      'primary: 8\nshadows: [{version: 7}]\ndynamic_batching: {max_batch_size: 1}\n',
    );
    await until(async () => (await deployment()).primary === '8');
    expect(await deployment()).toMatchObject({ shadows: [{ version: '7' }], rollback_to: '7', control: 0 });
    expect((await ask()).json.model_version).toBe('8');
    expect((await server.get('/v2/models/fraud')).json.parameters.dynamic_batching).toBe(false);
    await rm(path('fraud/deployment.yaml'));
    await until(async () => (await server.get('/v2/models/fraud')).json.parameters.dynamic_batching);
    // It says nothing any more, so nothing is changed.
    expect(await deployment()).toMatchObject({ primary: '8' });
  });

  it.each([
    ['primry: 8\n', /deployment\.yaml: \(top level\): unknown key "primry"/],
    ['primary: [\n', /deployment\.yaml is not valid YAML/],
    [
      'primary: 77\n',
      /the deployment of fraud names version 77, which is not in the repository; there are 7, 8/,
    ],
    ['features: [a]\n', /version 7 cannot be served under the new settings: the deployment names 1 features/],
  ])('that says %j is refused with the sentence, and the old settings stay', async (yaml, sentence) => {
    await put('fraud/deployment.yaml', 'shadows: [{version: 8, sample: 10%}]\n');
    const shadows = async () => (await server.get('/v2/models/fraud/deployment')).json.shadows;
    await until(async () => (await shadows())[0].sample === 0.1);
    await put('fraud/deployment.yaml', yaml);
    await saysError('the settings in the repository are not in use');
    expect((await ready('fraud')).remarks).toEqual([expect.stringMatching(sentence)]);
    expect(await shadows()).toMatchObject([{ version: '8', sample: 0.1 }]);
    expect((await ask()).json.model_version).toBe('7');
    await put('fraud/deployment.yaml', 'shadows: [{version: 8, sample: 20%}]\n');
    await until(async () => (await shadows())[0].sample === 0.2);
    expect(await ready('fraud')).toEqual({ name: 'fraud', ready: true });
  });

  it('that changes in another key undoes no promotion, unless it names another primary', async () => {
    await server.post('/v2/models/fraud/promote', {});
    await put('fraud/deployment.yaml', 'control: 5%\n');
    const deployment = async () => (await server.get('/v2/models/fraud/deployment')).json;
    await until(async () => (await deployment()).control === 0.05);
    expect((await deployment()).primary).toBe('8');
    await put('fraud/deployment.yaml', 'primary: 7\n');
    await until(async () => (await deployment()).primary === '7');
  });
});

describe('a model', () => {
  it('that appears is served, and one that was refused is when it is mended', async () => {
    await put('churn.v1.onnx', seven);
    await until(async () => (await ready('churn')).ready === true);
    expect(await roles('churn')).toEqual({ 1: 'primary' });
    await put('odd/1/model.onnx', seven);
    await put('odd/deployment.yaml', 'nonsense: 1');
    await until(async () => (await ready('odd')).reason?.includes('unknown key "nonsense"'));
    await rm(path('odd/deployment.yaml'));
    await until(async () => (await ready('odd')).ready === true);
    await put('broken/1/model.onnx', 'no model');
    await until(async () => (await ready('broken')).reason?.includes('cannot be served: The file is not'));
    await put('broken/1/model.onnx', 'no model, again');
    await put('broken/2/model.onnx', eight);
    await until(async () => (await server.get('/v2/models/broken/versions/1/ready')).status === 503);
    // Nobody is made primary since the primary is broken.
    expect((await server.get('/v2/models/broken/ready')).status).toBe(503);
    await put('broken/1/model.onnx', seven);
    await until(async () => (await ready('broken')).ready === true);
    expect(await roles('broken')).toEqual({ 1: 'primary', 2: 'shadow' });
  });
});
