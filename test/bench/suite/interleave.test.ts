import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadGenerator } from '../../../bench/load-generator.ts';
import type { LoadSlice } from '../../../bench/load-plan.ts';
import { suiteCommand } from '../../../bench/suite/flags.ts';
import { interleave, loadOf, type Side } from '../../../bench/suite/interleave.ts';
import type { Bench } from '../../../bench/suite/scenario.ts';
import type { SuiteSettings } from '../../../bench/suite/suite-settings.ts';
import { type StallingServer, startStallingServer } from '../stalling-server.ts';

let server: StallingServer;
let generator: LoadGenerator;
let settings: SuiteSettings;
beforeAll(async () => {
  server = await startStallingServer();
  generator = new LoadGenerator();
  await suiteCommand(async (options) => {
    settings = options.settings;
  }).parseAsync(['--quick', '--seconds', '0.1', '--rounds', '2'], { from: 'user' });
});
afterAll(async () => {
  generator[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const bench = (): Bench => ({ settings, generator, tell: () => {} });
const side = (subject: string, measure: Side['measure']): Side => ({
  ...{ subject, x: null, batchSize: 2, watched: null, measure },
  loop: { kind: 'closed', concurrency: 2 },
});
const slice = (milliseconds: readonly number[], seconds: number): LoadSlice => ({
  ...{ seconds, milliseconds: Float64Array.from(milliseconds), errors: {}, due: milliseconds.length },
  ...{ waiting: 0, unansweredMilliseconds: new Float64Array() },
  generator: { utilization: 0.1, delayP99Milliseconds: 0 },
});

describe('sides that are compared', () => {
  it('take turns, every other round the other way round, after a warm-up that does not count', async () => {
    const order: string[] = [];
    const recorded = (subject: string) =>
      side(subject, async (_bench, seconds) => {
        order.push(`${subject} ${seconds}`);
        return { slice: slice([1, 3], 0.5), rest: [] };
      });
    const { points } = await interleave(bench(), [recorded('a'), recorded('b')], 7);
    expect(order).toEqual(['a 7', 'b 7', 'b 0.1', 'a 0.1', 'a 0.1', 'b 0.1']);
    expect(points.map(({ subject, windows }) => [subject, windows.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    expect(points[0]).toMatchObject({ requestsPerSecond: 4, inferencesPerSecond: 8 });
    expect(points[0]!.maxMilliseconds).toBeCloseTo(3, 2);
  });

  it('are entered and left around each round, also where one fails', async () => {
    const seen: string[] = [];
    const failing = side('a', async () => {
      throw new Error('nobody listens');
    });
    const sides = [{ ...failing, enter: () => seen.push('enter'), leave: () => seen.push('leave') }];
    await expect(interleave(bench(), sides)).rejects.toThrow('nobody listens');
    expect(seen).toEqual(['enter', 'leave']);
  });

  it('send real load to a server, and look at what it used', async () => {
    const requests = [{ headers: {}, body: Buffer.from('{}') }];
    const load = loadOf({
      ...{ address: `${server.url}/v2/models/m/infer`, requests, connections: 2, rate: null },
    });
    const watched = { url: server.url, pid: process.pid };
    const { points, resources } = await interleave(bench(), [{ ...side('stalling', load), watched }]);
    expect(points[0]).toMatchObject({ errors: {}, concurrency: 2, unanswered: 0 });
    expect(points[0]!.requestsPerSecond).toBeGreaterThan(50);
    expect(resources[0]!.samples).toHaveLength(2);
    const [use] = resources[0]!.samples[0]!.roles;
    expect(use).toMatchObject({ role: 'process', gpuPercent: null });
    expect(use!.memoryBytes).toBeGreaterThan(1e6);
  });
});
