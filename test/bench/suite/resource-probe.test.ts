import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ResourceProbe } from '../../../bench/suite/resource-probe.ts';
import { mlp } from '../../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: { 'm/7/model.onnx': mlp({ inputs: 4 }), 'm/8/model.onnx': mlp({ inputs: 4 }) },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('what a server used between two moments', () => {
  it('is told for all of it and for each role, and a second sample is of the time since the first', async () => {
    const probe = await ResourceProbe.start({ url: server.url, pid: process.pid }, performance.now());
    const first = await probe.sample();
    const second = await probe.sample();
    const roles = second.roles.map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['process', 'primary', 'shadow']));
    expect(second.seconds - first.seconds).toBeCloseTo(second.spanSeconds, 6);
    for (const { cpuPercent } of second.roles) expect(cpuPercent).toBeGreaterThanOrEqual(0);
  });

  it('is empty where there is neither a process nor metrics', async () => {
    const probe = await ResourceProbe.start({ url: 'http://127.0.0.1:9', pid: 2 ** 22 + 1 }, 0);
    expect((await probe.sample()).roles).toEqual([]);
  });
});
