import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LoadPlan, RequestRate } from '../../bench/load-plan.ts';
import { LoadRun } from '../../bench/load-run.ts';
import { quantile } from './simple-load.ts';
import { startStallingServer } from './stalling-server.ts';

const requests = [{ headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') }];
const constant = (perSecond: number): RequestRate => ({
  ...{ perSecond, distribution: 'constant', seed: 1, phase: 0 },
});
const plan = (url: string, rate: RequestRate | null, connections = 4): LoadPlan => ({
  ...{ address: `${url}/v2/models/m/infer`, requests, connections, rate },
});

/** Latencies of a load on a server that stalls for half a second in the middle, ascending. */
async function aroundAStall(rate: RequestRate | null): Promise<Float64Array> {
  await using server = await startStallingServer();
  const run = await LoadRun.start(plan(server.url, rate));
  await sleep(300);
  server.stall(500);
  await sleep(900);
  const slice = run.slice();
  const rest = await run.end(1000);
  expect(rest.unansweredMilliseconds).toHaveLength(0);
  return Float64Array.from([...slice.milliseconds, ...rest.milliseconds]).sort();
}

describe('an open loop', () => {
  it('shows a stall in the latency of every request that was due in it', async () => {
    const milliseconds = await aroundAStall(constant(200));
    // 100 of about 240 requests were due in the stall, though four connections could send only four of them.
    expect(milliseconds.length).toBeGreaterThan(200);
    expect(quantile(milliseconds, 0.99)).toBeGreaterThan(400);
    expect(quantile(milliseconds, 0.75)).toBeGreaterThan(100);
  });

  it('counts what is due whether it was sent or not', async () => {
    await using server = await startStallingServer();
    server.stall(60_000);
    const run = await LoadRun.start(plan(server.url, constant(100)));
    await sleep(500);
    const slice = run.slice();
    const rest = await run.end(100);
    expect(slice.milliseconds).toHaveLength(0);
    expect(slice.due).toBeGreaterThan(30);
    expect(slice.waiting).toBe(slice.due);
    expect(rest.unansweredMilliseconds).toHaveLength(slice.due + rest.due);
    // The oldest has waited from the begin to the end of the patience.
    expect(Math.max(...rest.unansweredMilliseconds)).toBeGreaterThan(590);
  });

  it('sends Poisson arrivals at their rate', async () => {
    await using server = await startStallingServer();
    const run = await LoadRun.start(plan(server.url, { ...constant(400), distribution: 'poisson' }));
    await sleep(1000);
    const slice = run.slice();
    await run.end(1000);
    // Five standard deviations of a Poisson count around 400.
    expect(Math.abs(slice.due - 400 * slice.seconds)).toBeLessThan(100);
  });
});

describe('a closed loop', () => {
  it('has a stall in one latency of each connection only, which its maximum tells and its 99th percentile may not', async () => {
    const milliseconds = await aroundAStall(null);
    expect(milliseconds.at(-1)).toBeGreaterThan(400);
    expect(milliseconds.filter((one) => one > 400)).toHaveLength(4);
    expect(milliseconds.length).toBeGreaterThan(500);
    expect(quantile(milliseconds, 0.99)).toBeLessThan(400);
  });
});

describe('a load', () => {
  it('keeps what failed out of the latencies and counts it by status', async () => {
    await using server = await startStallingServer();
    server.answer(503);
    const run = await LoadRun.start(plan(server.url, constant(100)));
    await sleep(200);
    const slice = run.slice();
    await run.end(1000);
    expect(slice.milliseconds).toHaveLength(0);
    expect(Object.keys(slice.errors)).toEqual(['503']);
    expect(slice.errors['503']).toBeGreaterThan(5);
  });

  it('counts requests whose connection broke, and goes on with another', async () => {
    const server = await startStallingServer();
    const run = await LoadRun.start(plan(server.url, null, 1));
    await sleep(100);
    await server[Symbol.asyncDispose]();
    await sleep(50);
    const slice = run.slice();
    const rest = await run.end(50);
    expect(Object.values(slice.errors)).toEqual([1]);
    expect(rest.unansweredMilliseconds).toHaveLength(0);
  });

  it('goes on where the server hangs up on connections that have nothing to do', async () => {
    await using server = await startStallingServer();
    const run = await LoadRun.start(plan(server.url, constant(100), 8));
    await sleep(200);
    for (let i = 0; i < 5; i++) {
      server.hangUp();
      await sleep(100);
    }
    // Then all of them are needed at once, each of them once.
    server.stall(200);
    await sleep(400);
    const slice = run.slice();
    const rest = await run.end(1000);
    expect(rest.unansweredMilliseconds).toHaveLength(0);
    const failed = Object.values(slice.errors).reduce((sum, count) => sum + count, 0);
    expect(failed).toBeLessThanOrEqual(5);
    expect(slice.milliseconds.length + rest.milliseconds.length).toBeGreaterThanOrEqual(
      slice.due + rest.due - failed,
    );
  });

  it('is refused where nobody listens', async () => {
    const server = await startStallingServer();
    await server[Symbol.asyncDispose]();
    await expect(LoadRun.start(plan(server.url, null))).rejects.toThrow('ECONNREFUSED');
  });
});
