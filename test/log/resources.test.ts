import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askElsewhere, filesUnder, openTestLog, temporaryDirectory, until } from './open-test-log.ts';
import { batchOf, fourOClock, hourMs, resourceRowOf, trafficOf } from './sample-records.ts';

const lane = resourceRowOf();
const server = resourceRowOf({
  ...{ model: '_server', version: null, role: 'process', rows: null, executions: null, totalRows: null },
});

describe('what models cost', () => {
  it('is queried as it was posted, once it is flushed', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const port = opened.log.openResourcePort();
    port.postMessage([lane, server]);
    await opened.log.flush();
    expect(await opened.log.query('FROM resources ORDER BY model DESC')).toEqual([
      {
        ...{ ts: '2026-11-23T04:00:00.000Z', model: 'fraud', version: '8', role: 'shadow', component: null },
        ...{ interval_ms: 1000, n_rows: 20, n_executions: 5, cpu_us: 1500.5, queue_us: 30, compute_us: 900 },
        ...{ gpu_us: 250, gpu_mj: 12.5, total_rows: 40, total_cpu_us: 3000 },
        ...{ memory_bytes: 90, load_bytes: 60, heap_bytes: 20, arena_bytes: 10, resident_bytes: null },
        ...{ gpu_index: 0, gpu_utilization: 0.25, gpu_memory_bytes: 5_000_000_000, gpu_power_watts: 61.5 },
        ...{ cost_per_1000: 0.002, currency: 'EUR' },
      },
      expect.objectContaining({ model: '_server', version: null, role: 'process', n_rows: null }),
    ]);
    port.close();
  });

  it('goes to Parquet beside the other records, in a tree that hive readers know', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const port = opened.log.openResourcePort();
    for (let second = 0; second < 10; second++) {
      const timestampMs = fourOClock + hourMs - 5000 + second * 1000;
      port.postMessage([
        { ...lane, timestampMs },
        { ...server, timestampMs },
      ]);
    }
    opened.log.append(batchOf());
    opened.log.countTraffic([trafficOf()]);
    expect(await opened.log.exportClosedHours()).toEqual({ files: 6, rows: 22 });
    const lake = join(directory.path, 'lake');
    expect(filesUnder(join(lake, 'resources')).map((path) => path.replace(/part.*/, ''))).toEqual([
      'model=_server/dt=2026-11-23/hr=04/',
      'model=_server/dt=2026-11-23/hr=05/',
      'model=fraud/dt=2026-11-23/hr=04/',
      'model=fraud/dt=2026-11-23/hr=05/',
    ]);
    const parquet = `read_parquet('${lake}/resources/*/*/*/*.parquet', hive_partitioning = true, union_by_name = true)`;
    expect(
      await askElsewhere(
        `SELECT hr::VARCHAR AS hr, sum(n_rows)::INTEGER AS rows, sum(cpu_us) AS cpu, any_value(gpu_memory_bytes) AS gpu
         FROM ${parquet} WHERE model = 'fraud' AND dt = '2026-11-23' GROUP BY hr ORDER BY hr`,
      ),
    ).toEqual([
      { hr: '04', rows: 100, cpu: 7502.5, gpu: 5_000_000_000n },
      { hr: '05', rows: 100, cpu: 7502.5, gpu: 5_000_000_000n },
    ]);
    // The views read the files in place of the rows.
    expect(await opened.log.query('SELECT count(*) AS n FROM resources')).toEqual([{ n: 20 }]);
    port.close();
  });

  it('does not wait for late rows: an hour that is over is exported at the next check', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path, { exportCheckIntervalMs: 50 });
    const port = opened.log.openResourcePort();
    port.postMessage([lane]);
    opened.log.append(batchOf());
    await opened.log.flush();
    await until(() => filesUnder(join(directory.path, 'lake')).some((path) => path.endsWith('.parquet')));
    expect(filesUnder(join(directory.path, 'lake')).map((path) => path.split('/')[0])).toEqual(['resources']);
    port.close();
  });

  it('is bounded while nothing can be written, and a number that is none costs no other row', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const port = opened.log.openResourcePort();
    const many = Array.from({ length: 60_000 }, () => lane);
    port.postMessage(many);
    port.postMessage([...many, { ...lane, memoryBytes: Number.NaN }]);
    await opened.log.flush();
    expect(await opened.log.statistics()).toMatchObject({ droppedResources: 20_001 });
    expect(
      await opened.log.query('SELECT count(*) AS n, count(memory_bytes) AS known FROM resources'),
    ).toEqual([{ n: 100_000, known: 99_999 }]);
    port.close();
  });
});
