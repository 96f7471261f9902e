import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pidusage from 'pidusage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAddon } from '../../native/addon.ts';
import type { Report } from '../../src/analysis/report/report.ts';
import { askElsewhere, filesUnder, openTestLog, temporaryDirectory } from '../log/open-test-log.ts';
import { slow } from '../support/onnx-models.ts';
import { parsePrometheus, type Sample, total } from '../support/prometheus.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { featuresOf, inferBody, sendAll } from '../support/traffic.ts';

const directory = temporaryDirectory();
const requests = 150;
const files = {
  'fraud/7/model.onnx': slow({ seed: 7, milliseconds: 4 }),
  'fraud/8/model.onnx': slow({ seed: 8, milliseconds: 16 }),
  'fraud/deployment.yaml': `primary: 7
shadows: [{version: 8, sample: 100%, deadline: 10m}]
control: 100%
interference_budget: off
price: {currency: EUR, cpu_hour: 0.05}
dynamic_batching: {max_batch_size: 1}
`,
};

let server: ServerProcess;
let before: Sample[];
let after: Sample[];
let report: Report;
/** CPU of the whole process while the requests ran, by pidusage. */
let processSeconds: number;

/** Asked for seldom, since reading them costs CPU, too. */
async function metricsOnce(condition: (samples: readonly Sample[]) => boolean): Promise<Sample[]> {
  for (;;) {
    const samples = parsePrometheus(await (await fetch(`${server.url}/metrics`)).text());
    if (condition(samples)) return samples;
    await setTimeout(250);
  }
}

async function cpuSeconds(): Promise<number> {
  return (await pidusage(server.child.pid!)).ctime / 1000;
}

function gained(name: string, labels: Record<string, string> = {}): number {
  return total(after, name, labels) - total(before, name, labels);
}

const lanes = 'understudy_lane_cpu_seconds_total';
const parts = 'understudy_component_cpu_seconds_total';

beforeAll(async () => {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory.path, 'models', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  server = await startServerProcess(directory.path);
  // The shadow and the control load after the primary; what they did not see would be missing below.
  before = await metricsOnce(
    (samples) => total(samples, 'understudy_lane_state', { state: 'running' }) === 3,
  );
  const start = await cpuSeconds();
  await sendAll(
    requests,
    async (i) => {
      const body = inferBody([featuresOf(i)]);
      const response = await fetch(`${server.url}/v2/models/fraud/infer`, { method: 'POST', body });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    },
    2,
  );
  after = await metricsOnce((samples) =>
    ['shadow', 'control'].every((role) => total(samples, 'nv_inference_count', { role }) === requests),
  );
  processSeconds = (await cpuSeconds()) - start;
  report = (await (await fetch(`${server.url}/v2/models/fraud/report`)).json()) as Report;
}, 240_000);

afterAll(async () => {
  await server.stop();
  directory[Symbol.dispose]();
});

describe.skipIf(process.platform !== 'linux' || loadAddon() === null)(
  'what the lanes and the components of a server under load cost (skipped where no addon names threads)',
  () => {
    it('comes to what the process cost, by pidusage', () => {
      const sum = gained(lanes) + gained(parts);
      expect(sum).toBeGreaterThan(processSeconds * 0.9);
      expect(sum).toBeLessThan(processSeconds * 1.1);
    });

    it('is mostly the models, where these are heavy', () => {
      expect(gained(lanes)).toBeGreaterThan(processSeconds * 0.5);
    });

    it('tells every component apart', () => {
      for (const component of ['main', 'log', 'resources', 'runtime']) {
        expect(gained(parts, { component }), component).toBeGreaterThan(0);
      }
    });
  },
);

describe('the report of a server under load', () => {
  it('says that the model which works four times as much costs more, for each row and each thousand', () => {
    const { primary, shadow, control } = report.overall.resources!;
    expect(shadow!.cpu_ms_per_row!).toBeGreaterThan(2 * control!.cpu_ms_per_row!);
    expect(shadow!.cpu_seconds).toBeCloseTo((shadow!.cpu_ms_per_row! * requests) / 1000, 1);
    expect(primary!.cpu_ms_per_row).toBeGreaterThan(0);
    for (const { cpu_ms_per_row, cost_per_1000 } of [primary!, shadow!, control!]) {
      // 1,000 rows of so many milliseconds are as many seconds.
      expect(cost_per_1000).toEqual({
        amount: expect.closeTo((cpu_ms_per_row! * 0.05) / 3600, 12),
        currency: 'EUR',
      });
    }
  });

  it('says what memory is made of, and nothing of GPUs where none is used', () => {
    const { shadow, process, server_components } = report.overall.resources!;
    const { load_bytes, heap_bytes, arena_bytes, resident_bytes } = shadow!.memory!;
    expect(shadow!.memory_bytes).toBe(load_bytes + heap_bytes + (arena_bytes ?? 0));
    expect(heap_bytes).toBeGreaterThan(1_000_000);
    expect(resident_bytes).toBeNull();
    expect(shadow).toMatchObject({ gpu_utilization: null, gpu_memory_bytes: null, gpu_power_watts: null });
    expect(process!.cpu_seconds).toBeGreaterThan(shadow!.cpu_seconds!);
    expect(process!.memory_bytes).toBeGreaterThan(10_000_000);
    expect(server_components!.map(({ component }) => component)).toEqual(
      process && ['main', 'log', 'analysis', 'resources', 'runtime'],
    );
  });

  it('lists what runs, and where', () => {
    expect(report.lanes).toMatchObject([
      { version: '7', role: 'primary', state: 'running', execution_provider: 'cpu', restarts: 0 },
      { version: '8', role: 'shadow', state: 'running', reason: null, execution_provider: 'cpu' },
      { version: '7', role: 'control', state: 'running' },
    ]);
  });
});

describe('the lake of a server that was stopped', () => {
  it('has a row for each second and lane, and for the server, that add up to what the metrics said', async () => {
    await server.stop();
    {
      await using opened = await openTestLog(join(directory.path, 'data'), {
        now: () => Date.now() + 3 * 3_600_000,
      });
      await opened.log.exportClosedHours();
    }
    const lake = join(directory.path, 'data', 'lake', 'resources');
    const models = new Set(filesUnder(lake).map((path) => path.split('/')[0]));
    expect(models).toEqual(new Set(['model=_server', 'model=fraud']));
    const parquet = `read_parquet('${lake}/*/*/*/*.parquet', hive_partitioning = true)`;
    const sums = await askElsewhere(
      `SELECT version, role, sum(n_rows)::INTEGER AS rows, sum(cpu_us) / 1e6 AS cpu, count(*)::INTEGER AS seconds,
         max(cost_per_1000) > 0 AND any_value(currency) = 'EUR' AS priced
       FROM ${parquet} WHERE model = 'fraud' GROUP BY ALL ORDER BY role`,
    );
    expect(sums.map(({ version, role, rows, priced }) => ({ version, role, rows, priced }))).toEqual([
      { version: '7', role: 'control', rows: requests, priced: true },
      { version: '7', role: 'primary', rows: requests, priced: true },
      { version: '8', role: 'shadow', rows: requests, priced: true },
    ]);
    for (const { role, cpu, seconds } of sums) {
      const cost = report.overall.resources![role as 'primary' | 'shadow' | 'control']!;
      expect(cpu).toBeGreaterThanOrEqual(cost.cpu_seconds! * 0.99);
      expect(seconds).toBeGreaterThan(1);
    }
    const [whole] = await askElsewhere(
      `SELECT sum(cpu_us) FILTER (role = 'process') / 1e6 AS process, sum(cpu_us) FILTER (role = 'component') / 1e6 AS parts
       FROM ${parquet} WHERE model = '_server'`,
    );
    expect(whole!.process).toBeGreaterThanOrEqual(processSeconds * 0.9);
    expect(whole!.parts).toBeGreaterThan(0);
    expect(whole!.parts).toBeLessThan(whole!.process as number);
  });
});
