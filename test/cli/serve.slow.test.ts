import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory, until } from '../log/open-test-log.ts';
import { addon } from '../native/test-thread.ts';
import { openLogFile } from '../support/log-file.ts';
import { mlp, slow } from '../support/onnx-models.ts';
import { parsePrometheus, total } from '../support/prometheus.ts';
import { startServerProcess, understudy } from '../support/server-process.ts';
import { featuresOf, inferBody } from '../support/traffic.ts';

const addonIsMissing = addon === null;

describe('understudy serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'answers all that is in flight on %s, then ends with status 0',
    async (signal) => {
      using directory = temporaryDirectory();
      const model = join(directory.path, 'models', 'fraud');
      await mkdir(join(model, '7'), { recursive: true });
      writeFileSync(join(model, '7', 'model.onnx'), slow({ seed: 1, milliseconds: 60 }));
      writeFileSync(join(model, 'deployment.yaml'), 'dynamic_batching: {max_batch_size: 1}\n');
      await using server = await startServerProcess(directory.path);
      const requests = 20;
      const answers = Array.from({ length: requests }, async (_, i) => {
        const body = inferBody([featuresOf(i)], { id: `r${i}` });
        const response = await fetch(`${server.url}/v2/models/fraud/infer`, { method: 'POST', body });
        return [response.status, ((await response.json()) as { id: string }).id];
      });
      // All have arrived, and several still wait.
      await until(async () => {
        const metrics = parsePrometheus(await (await fetch(`${server.url}/metrics`)).text());
        const done = total(metrics, 'nv_inference_request_success');
        const waiting = total(metrics, 'nv_inference_pending_request_count');
        return waiting >= 5 && done + waiting >= requests - 1;
      });
      const ended = server.stop(signal);
      expect(await Promise.all(answers)).toEqual(answers.map((_, i) => [200, `r${i}`]));
      expect((await ended).status).toBe(0);
      await expect(fetch(`${server.url}/v2/health/live`)).rejects.toThrow();

      using log = await openLogFile(join(directory.path, 'data', 'log.duckdb'));
      const traffic = await log.query('SELECT sum(n_requests)::INTEGER AS requests FROM traffic');
      expect(traffic).toEqual([{ requests }]);
    },
  );

  it.skipIf(addonIsMissing)(
    'ends with status 0 beside a shadow in the middle of a run that does not end (skipped where no compiler built the addon)',
    async () => {
      using directory = temporaryDirectory();
      const model = join(directory.path, 'models', 'fraud');
      for (const version of ['7', '8']) await mkdir(join(model, version), { recursive: true });
      writeFileSync(join(model, '7', 'model.onnx'), mlp({ seed: 1 }));
      writeFileSync(join(model, '8', 'model.onnx'), slow({ seed: 1, milliseconds: 300_000, above: 100 }));
      writeFileSync(
        join(model, 'deployment.yaml'),
        'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n',
      );
      await using server = await startServerProcess(directory.path);
      await until(async () => {
        const response = await fetch(`${server.url}/v2/models/fraud/versions/8/ready`);
        return response.status === 200;
      });
      const body = inferBody([[1000, ...featuresOf(1).slice(1)]]);
      expect((await fetch(`${server.url}/v2/models/fraud/infer`, { method: 'POST', body })).status).toBe(200);
      const { status, stderr } = await server.stop('SIGTERM');
      expect({ status, signal: server.child.signalCode }).toEqual({ status: 0, signal: null });
      expect(stderr).toContain('ended while lanes were in the middle of a run or a load');
    },
  );

  it('says where it listens on standard output, and everything else on standard error', async () => {
    using directory = temporaryDirectory();
    await mkdir(join(directory.path, 'models'));
    writeFileSync(join(directory.path, 'models', 'v7.onnx'), mlp({ seed: 1 }));
    await using server = await startServerProcess(directory.path);
    expect((await fetch(`${server.url}/v2/models/default/ready`)).status).toBe(200);
    const { status, stdout, stderr } = await server.stop('SIGTERM');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Understudy listens on (http:\S+) and for gRPC on 127\.0\.0\.1:\d+\n$/);
    expect(stdout).toContain(` ${server.url} `);
    for (const line of stderr.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  });

  it('ends with a sentence when there is no model repository', async () => {
    using directory = temporaryDirectory();
    const { status, stdout, stderr } = await understudy(
      ...['serve', '--http-port', '0', '--models', join(directory.path, 'nowhere')],
      ...['--data', join(directory.path, 'data')],
    );
    expect(stderr).toMatch(/nowhere/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});
