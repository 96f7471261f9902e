import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ArbiterStatistics } from '../../src/inference/device-arbiter/arbiter.ts';
import { DeviceArbiters } from '../../src/inference/device-arbiter/arbiters.ts';
import type { Role } from '../../src/inference/serving-table.ts';
import { mlp } from '../support/onnx-models.ts';
import { featuresOf } from '../support/traffic.ts';
import type { LaneErrand, LaneResult } from './webgpu-thread.ts';

/** A process of many WebGPU lanes at once: what would end it ends no test. Prints what came of it as JSON. */
export interface LanesResult {
  readonly lanes: readonly LaneResult[];
  readonly statistics: ArbiterStatistics;
}

const roles: readonly Role[] = ['primary', 'shadow', 'control'];
const columns = 4;
const arbiters = new DeviceArbiters();
const lanes = [1, 2].flatMap((seed) => roles.map((role) => ({ seed, role })));
const results = await Promise.all(
  lanes.map(async ({ seed, role }, i) => {
    const errand: LaneErrand = {
      model: mlp({ seed }),
      placement: {
        ...{ executionProvider: 'webgpu', device: 0, threads: 1 },
        arbiter: arbiters.for('webgpu', 0, role),
      },
      rows: Float32Array.from(Array.from({ length: 1 + i }, (_, row) => featuresOf(row, columns)).flat()),
      columns,
      sessions: Number(process.argv[2] ?? 3),
      runs: Number(process.argv[3] ?? 40),
    };
    const worker = new Worker(new URL('./webgpu-thread.ts', import.meta.url), { workerData: errand });
    const [result] = (await once(worker, 'message')) as [LaneResult];
    return result;
  }),
);
const printed: LanesResult = { lanes: results, statistics: arbiters.statistics[0]! };
process.stdout.write(JSON.stringify(printed));
