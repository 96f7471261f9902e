import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { mlp } from '../support/onnx-models.ts';
import { startServerProcess } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url));

describe('a server that is probed', () => {
  it('answers the probes of Kubernetes, and its metrics are where they are scraped', async () => {
    await using server = await startTestServer({ models: { 'v1.onnx': mlp() } });
    const statefulSet = parse(readFileSync(file('kubernetes/base/statefulset.yaml'), 'utf8'));
    const [container] = statefulSet.spec.template.spec.containers;
    const monitor = parse(readFileSync(file('kubernetes/overlays/prometheus/service-monitor.yaml'), 'utf8'));
    const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
    const paths = [...probes.map((probe) => probe.httpGet.path), monitor.spec.endpoints[0].path];
    for (const path of paths) expect([path, (await server.get(path)).status]).toEqual([path, 200]);
  });

  it('is healthy to the image while it is there, and not when it is gone', async () => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, 'models'));
    const server = await startServerProcess(directory.path);
    const health = () =>
      spawnSync(process.execPath, [file('docker/health.ts')], {
        env: { ...process.env, HEALTH_URL: `${server.url}/v2/health/ready` },
        encoding: 'utf8',
      });
    expect(health()).toMatchObject({ status: 0, stdout: '' });
    await server.stop();
    expect(health()).toMatchObject({ status: 1, stdout: expect.stringContaining(server.url) });
  });
});
