import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../native/addon.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const addon = loadAddon();
const wide = mlp({ seed: 7, hidden: 30_000 });
const body = inferBody(Array.from({ length: 64 }, (_, i) => featuresOf(i)));

async function send(server: TestServer, requests: number): Promise<void> {
  await sendAll(
    requests,
    async () => expect((await server.post('/v2/models/fraud/infer', body)).status).toBe(200),
    2,
  );
  await settled(server);
}

describe('a lane in threads', () => {
  it.skipIf(addon === null)(
    'costs what its worker and the threads of ONNX Runtime use (skipped where no addon names threads)',
    async () => {
      await using server = await startTestServer({
        models: {
          'fraud/7/model.onnx': wide,
          'fraud/8/model.onnx': mlp({ seed: 8 }),
          'fraud/deployment.yaml':
            'primary: 7\nshadows: [{version: 8, sample: 0%}]\ninstance_group: {threads: 3}\n',
        },
      });
      const clocks = () =>
        addon!
          .threadTimes()
          .filter(({ name }) => name === '7 fraud')
          .sort((a, b) => a.threadId - b.threadId)
          .map(({ cpuMicroseconds }) => cpuMicroseconds / 1e6);
      const costs = async () => (await server.report('fraud')).overall.resources!.primary!.cpu_seconds!;
      const [reportedBefore, before] = [await costs(), clocks()];
      // The worker, and at least as many as make three with it.
      expect(before.length).toBeGreaterThanOrEqual(3);
      await send(server, 40);
      const [reported, after] = [(await costs()) - reportedBefore, clocks()];
      const used = after.map((seconds, i) => seconds - before[i]!);
      const sum = used.reduce((total, seconds) => total + seconds, 0);
      expect(sum - used[0]!).toBeGreaterThan(0.01);
      expect(reported).toBeGreaterThan(sum * 0.95 - 0.01);
      expect(reported).toBeLessThan(sum * 1.05 + 0.01);
    },
  );
});

describe('a lane in a process of its own', () => {
  it('costs what that process uses, and holds its resident memory', async () => {
    await using server = await startTestServer({
      models: {
        'fraud/7/model.onnx': mlp({ seed: 7 }),
        'fraud/8/model.onnx': wide,
        'fraud/deployment.yaml': `primary: 7
shadows: [{version: 8, sample: 100%, isolation: process, deadline: 10m}]
interference_budget: off
`,
      },
    });
    await send(server, 40);
    const { primary, shadow } = (await server.report('fraud')).overall.resources!;
    const { resident_bytes } = shadow!.memory!;
    // Node alone takes more than this.
    expect(resident_bytes).toBeGreaterThan(30_000_000);
    expect(shadow!.memory_bytes).toBe(resident_bytes);
    expect(primary!.memory!.resident_bytes).toBeNull();
    expect(shadow!.cpu_ms_per_row).toBeGreaterThan(primary!.cpu_ms_per_row!);
  });
});
