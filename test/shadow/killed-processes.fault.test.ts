import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody } from '../support/traffic.ts';

const apart =
  'primary: 7\nshadows: [{version: 8, sample: 100%, isolation: process}]\ninterference_budget: off\n';
/** Far more than an answer takes on a busy machine, and far less than a shadow needs to come back a few times. */
const lateMs = 3000;
const kills = 2;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 1 }),
      'fraud/8/model.onnx': mlp({ seed: 2 }),
      'fraud/deployment.yaml': apart,
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Timed {
  readonly answer: Answer;
  readonly milliseconds: number;
}

/** Sends over four connections until the signal; everything that came of it. */
async function sendUntil(signal: AbortSignal): Promise<Timed[]> {
  const all: Timed[] = [];
  const connection = async (): Promise<void> => {
    while (!signal.aborted) {
      const index = all.length;
      const sent = performance.now();
      const answer = await server.post('/v2/models/fraud/infer', inferBody([featuresOf(index)]));
      all.push({ answer, milliseconds: performance.now() - sent });
    }
  };
  await Promise.all([connection(), connection(), connection(), connection()]);
  return all;
}

/** The processes that this one started, by what Linux says of all. */
async function shadowPids(): Promise<number[]> {
  const { readdir, readFile } = await import('node:fs/promises');
  const pids: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (state !== 'Z' && Number(parent) === process.pid && command.includes('process/child')) {
      pids.push(Number(entry));
    }
  }
  return pids;
}

const restarts = async (): Promise<number> =>
  total(await readMetrics(server), 'understudy_lane_restarts_total', { role: 'shadow' });

/** Until a shadow runs again, in another process than that one. */
async function another(than: number): Promise<number> {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const pid = (await shadowPids()).find((one) => one !== than);
    const running = total(await readMetrics(server), 'understudy_lane_state', {
      ...{ role: 'shadow', state: 'running' },
    });
    if (pid !== undefined && running === 1) return pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came back');
}

describe.skipIf(process.platform !== 'linux')('a shadow in a process of its own (reads /proc)', () => {
  it.each(['SIGKILL', 'SIGSEGV'] as const)(
    `that dies by %s under load, ${kills} times: no request of the primary fails or is late, and each is accounted for`,
    async (signal) => {
      const before = await server.report('fraud');
      const restartsBefore = await restarts();
      const stop = new AbortController();
      const sending = sendUntil(stop.signal);
      let pid = 0;
      for (let i = 0; i < kills; i++) {
        pid = await another(pid);
        process.kill(pid, signal);
      }
      await another(pid);
      stop.abort();
      const all = await sending;
      expect(all.length).toBeGreaterThan(20);
      expect(all.filter(({ answer }) => answer.status !== 200)).toEqual([]);
      expect(all.filter(({ milliseconds }) => milliseconds > lateMs)).toEqual([]);
      expect((await restarts()) - restartsBefore).toBe(kills);

      await server.server.settle(20_000);
      const { traffic } = await server.report('fraud');
      const sampled = traffic.sampled - before.traffic.sampled;
      const compared = traffic.compared - before.traffic.compared;
      const dropped = Object.values(traffic.dropped).reduce((sum, rows) => sum + rows, 0);
      const droppedBefore = Object.values(before.traffic.dropped).reduce((sum, rows) => sum + rows, 0);
      expect(sampled).toBe(all.length);
      // What it had when it died is an error of its own; what came while it was away was dropped.
      expect(compared + dropped - droppedBefore).toBe(sampled);
      expect(server.logged.some(({ message }) => message.includes(signal))).toBe(true);
    },
    120_000,
  );
});
