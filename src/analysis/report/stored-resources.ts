import type { Query, Row } from '../../log/comparison-log.ts';
import { serverAsModel } from '../../log/resource-row.ts';
import { numberIn, optionalNumberIn, textIn } from '../rows/row-fields.ts';
import type { MeasuredResources, VersionResources } from './request.ts';

/**
 * What versions cost, from the log's table of resources instead of from clocks that run: sums over all that it
 * holds, of all servers whose logs these are; memory, GPU memory and the price are those of the last row.
 */
export async function storedResources(
  query: Query,
  model: string,
  primaryVersion: string,
  shadowVersion: string,
): Promise<MeasuredResources> {
  const rows = await query(
    `SELECT model, version, role, component, sum(cpu_us) AS cpu_us, sum(n_rows) AS n_rows,
       sum(n_executions) AS n_executions, sum(interval_ms) AS interval_ms,
       sum(gpu_us) AS gpu_us, sum(gpu_mj) AS gpu_mj,
       arg_max(cpu_us / interval_ms, ts) AS last_cpu,
       ${['memory_bytes', 'load_bytes', 'heap_bytes', 'arena_bytes', 'resident_bytes', 'gpu_memory_bytes']
         .concat('cost_per_1000', 'currency')
         .map((column) => `arg_max(${column}, ts) AS ${column}`)
         .join(', ')}
     FROM resources WHERE model IN ($model, $server) GROUP BY model, version, role, component
     ORDER BY component`,
    { model, server: serverAsModel },
  );
  const lane = (role: string, version: string): VersionResources | null => {
    const row = rows.find((one) => one.model === model && one.role === role && one.version === version);
    return row === undefined ? null : resourcesIn(row);
  };
  const server = rows.find(({ role }) => role === 'process');
  return {
    primary: lane('primary', primaryVersion),
    shadow: lane('shadow', shadowVersion),
    control: lane('control', primaryVersion),
    process:
      server === undefined
        ? null
        : {
            // Microseconds per millisecond are thousandths of a core.
            cpuPercent: numberIn(server, 'last_cpu') / 10,
            cpuSeconds: numberIn(server, 'cpu_us') / 1e6,
            memoryBytes: numberIn(server, 'memory_bytes'),
          },
    components: rows
      .filter(({ role }) => role === 'component')
      .map((row) => ({ component: textIn(row, 'component'), cpuSeconds: numberIn(row, 'cpu_us') / 1e6 })),
  };
}

function resourcesIn(row: Row): VersionResources {
  const [rows, runs] = [numberIn(row, 'n_rows'), numberIn(row, 'n_executions')];
  const cpuMicroseconds = numberIn(row, 'cpu_us');
  const intervalMs = numberIn(row, 'interval_ms');
  const [gpuMicroseconds, gpuMillijoules] = [
    optionalNumberIn(row, 'gpu_us'),
    optionalNumberIn(row, 'gpu_mj'),
  ];
  const price = optionalNumberIn(row, 'cost_per_1000');
  return {
    cpuSeconds: cpuMicroseconds / 1e6,
    cpuMsPerRow: rows === 0 ? null : cpuMicroseconds / 1000 / rows,
    rowsPerRun: runs === 0 ? null : rows / runs,
    memoryBytes: numberIn(row, 'memory_bytes'),
    memory: {
      load_bytes: numberIn(row, 'load_bytes'),
      heap_bytes: numberIn(row, 'heap_bytes'),
      arena_bytes: optionalNumberIn(row, 'arena_bytes'),
      resident_bytes: optionalNumberIn(row, 'resident_bytes'),
    },
    gpuUtilization: gpuMicroseconds === null || intervalMs === 0 ? null : gpuMicroseconds / 1000 / intervalMs,
    gpuMemoryBytes: optionalNumberIn(row, 'gpu_memory_bytes'),
    gpuPowerWatts: gpuMillijoules === null || intervalMs === 0 ? null : gpuMillijoules / intervalMs,
    costPer1000: price === null ? null : { amount: price, currency: textIn(row, 'currency') },
  };
}
