import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadGenerator } from '../../bench/load-generator.ts';
import { quantile, runLoad } from './simple-load.ts';
import { type StallingServer, startStallingServer } from './stalling-server.ts';

let server: StallingServer;
let generator: LoadGenerator;
beforeAll(async () => {
  server = await startStallingServer();
  generator = new LoadGenerator();
});
afterAll(async () => {
  generator[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const order = () => ({
  address: `${server.url}/v2/models/m/infer`,
  body: '{}',
  seconds: 0.5,
  connections: 2,
});

describe('a generator of load', () => {
  it('tells how much goes through a closed loop', async () => {
    const { requestsPerSecond, failed, milliseconds } = await runLoad(generator, { ...order(), rate: 0 });
    expect(failed).toBe(0);
    expect(requestsPerSecond).toBeGreaterThan(100);
    expect(milliseconds.length).toBeGreaterThanOrEqual(Math.floor(requestsPerSecond * 0.5));
    expect(milliseconds).toEqual(Float64Array.from(milliseconds).sort());
  });

  it('tells latencies at a rate, with those of a stall', async () => {
    const ordered = runLoad(generator, { ...order(), rate: 200 });
    await sleep(600);
    server.stall(300);
    const { requestsPerSecond, milliseconds } = await ordered;
    expect(requestsPerSecond).toBeLessThan(300);
    expect(quantile(milliseconds, 0.99)).toBeGreaterThan(200);
  });

  it('counts what failed', async () => {
    server.answer(500);
    const { failed } = await runLoad(generator, { ...order(), rate: 100 });
    server.answer(200);
    expect(failed).toBeGreaterThan(20);
  });

  it('says when nobody listens, and can go on', async () => {
    const nobody = { ...order(), address: 'http://127.0.0.1:9/v2/models/m/infer', rate: 0 };
    await expect(runLoad(generator, nobody)).rejects.toThrow('ECONNREFUSED');
    expect((await runLoad(generator, { ...order(), rate: 0 })).failed).toBe(0);
  });

  it('that has ended between two orders is not waited for', async () => {
    const ended = new LoadGenerator();
    await runLoad(ended, { ...order(), rate: 100 });
    ended[Symbol.dispose]();
    await sleep(200);
    await expect(ended.slice()).rejects.toThrow('the load generator ended with');
  });
});
