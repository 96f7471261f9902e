import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { understudy } from '../support/server-process.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      ...{ 'fraud/7/model.onnx': mlp({ seed: 7 }), 'fraud/8/model.onnx': mlp({ seed: 8 }) },
      ...{ 'fraud/9/model.onnx': mlp({ seed: 9 }), 'fraud/10/model.onnx': 'no model' },
      'fraud/deployment.yaml': 'primary: 7\nshadows: [{version: 8}]\ninterference_budget: off\n',
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const run = (...args: readonly string[]) => understudy(...args, '--url', server.url);
const shadowRuns = () =>
  until(async () => {
    const { json } = await server.get('/v2/models/fraud/deployment');
    return json.shadows.every(({ state }: { state: string }) => state === 'running');
  });

describe('understudy promote and rollback', () => {
  it('make a shadow primary, and the former primary again, and say what is what then', async () => {
    const promoted = await run('promote', '--by', 'alice', '--reason', 'better');
    await shadowRuns();
    expect(promoted).toMatchObject({ status: 0, stderr: '' });
    expect(promoted.stdout).toMatch(
      /^fraud: v8 is primary\n {2}v7 is a shadow \(thread\), gets \S+, \w+\n {2}a rollback would make v7 primary\n/,
    );
    const again = await run('promote', '8', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ primary: '8', changed: false });
    expect(again).toMatchObject({ status: 0, stderr: 'Nothing had to be changed.\n' });
    const back = await run('rollback', '--json');
    expect(JSON.parse(back.stdout)).toMatchObject({ primary: '7', changed: true, rollback_to: null });
  });

  it('exit with 1 where that cannot be done, with the sentence of the server', async () => {
    expect(await run('rollback')).toMatchObject({
      ...{ status: 1, stdout: '' },
      stderr: expect.stringMatching(
        /^the server answered 409: there is no promotion of model fraud to take back/,
      ),
    });
    const broken = await run('promote', '10');
    expect(broken).toMatchObject({ status: 1, stdout: '' });
    expect(broken.stderr).toMatch(/version 10 of model fraud cannot be primary \(version 7 goes on\)/);
  });

  it('with --gate exits as the report does, and promotes nothing that is not ready', async () => {
    const { status, stdout, stderr } = await run('promote', '--gate');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(/KEEP SHADOWING {2}fraud {2}v7 → v8\n {2}- /);
    expect((await server.get('/v2/models/fraud/deployment')).json.primary).toBe('7');
  });
});

describe('understudy shadow', () => {
  const shadows = async () => (await server.get('/v2/models/fraud/deployment')).json.shadows;

  it('adds a shadow, changes it, pauses, resumes and removes it', async () => {
    expect(await run('shadow', 'add', '9', '--sample', '10%', '--isolation', 'process')).toMatchObject({
      status: 0,
    });
    await shadowRuns();
    expect(await shadows()).toMatchObject([
      { version: '8' },
      { version: '9', sample: 0.1, isolation: 'process' },
    ]);
    const changed = await run('shadow', 'change', '9', '--sample', 'budget=500/s');
    expect(changed).toMatchObject({ status: 0, stderr: '' });
    expect((await shadows())[1]).toMatchObject({
      sample: { budget: '500/s', least: 0.01 },
      isolation: 'process',
    });
    const paused = await run('shadow', 'pause', '9');
    expect(paused.stdout).toContain('  v9 is a shadow (process), paused, running\n');
    expect(JSON.parse((await run('shadow', 'resume', '9', '--json')).stdout).shadows[1].paused).toBe(false);
    expect((await run('shadow', 'remove', '9')).status).toBe(0);
    expect(await shadows()).toMatchObject([{ version: '8' }]);
  });

  it.each([
    [['add', '8'], 'version 8 is a shadow of fraud already; say change instead of add\n'],
    [['pause', '9'], 'version 9 is no shadow of fraud; its shadows are 8\n'],
    [['change', '8', '--sample', 'much'], /^the server answered 400: shadows\[0\]\.sample: expected a share/],
  ])('refuses %j with status 1', async (args, sentence) => {
    const { status, stdout, stderr } = await run('shadow', ...args);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});

describe('understudy roles', () => {
  it('says which version is what', async () => {
    const { stdout, stderr, status } = await run('roles');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^fraud: v7 is primary\n {2}v8 is a shadow \(thread\), gets 25.0%, running\n/);
    expect(JSON.parse((await run('roles', '--json')).stdout)).toMatchObject({ primary: '7' });
  });

  it('with --audit says who changed them', async () => {
    const { stdout } = await run('roles', '--audit', '100');
    expect(stdout).toMatch(/ {2}promote {2}v7 \+ v8 → v8 \+ v7 {2}by alice, 127\.0\.0\.1\n {2}better\n/);
    expect(stdout).toMatch(/ {2}configure {2}v7 \+ v8 {2}by the server\n$/);
    expect(JSON.parse((await run('roles', '--audit', '--json')).stdout)).toHaveLength(8);
  });
});
