import { readAvailableCpus } from '../../src/threads/available-cpus.ts';
import { bert } from '../models/bert.ts';
import { bertMini } from '../models/bert-size.ts';
import { startBenchServer } from '../run-scenario.ts';
import { interleave, loadOf, type Side } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import type { Case } from '../suite/scenario.ts';
import { temporaryRepository } from '../suite/temporary-repository.ts';

/** Requests at once for each worker: one that runs, and one that waits for it to be done. */
const requestsPerWorker = 2;
const tokens = new Map([
  ['input_ids', [128]],
  ['attention_mask', [128]],
]);

export const workersCase: Case = {
  name: 'workers',
  about: 'BERT-mini, binary, 1 row, with ever more instances of a thread each, up to the CPUs there are.',
  axis: { label: 'instances', scale: 'linear' },
  ratios: [{ measure: 'throughput', of: 'understudy', by: 'understudy', byX: 1, wanted: null }],
  quick: false,
  async measure(bench) {
    const { seed } = bench.settings;
    await using opened = new AsyncDisposableStack();
    const sides: Side[] = [];
    for (const count of doublings(readAvailableCpus().count)) {
      const repository = opened.use(await temporaryRepository(seed));
      await repository.add(
        { build: (weights) => bert(weights, bertMini) },
        'bert-mini',
        `instance_group: {count: ${count}, threads: 1, execution_provider: cpu}\n`,
      );
      const server = opened.use(await startBenchServer('./servers/repository.ts', repository.path));
      const form = { model: 'bert-mini', batchSize: 1, binary: true, seed, shapes: tokens };
      const load = await requestsTo(server.url, form);
      const connections = requestsPerWorker * count;
      sides.push({
        ...{ subject: 'understudy', x: count, batchSize: 1, watched: server },
        loop: { kind: 'closed', concurrency: connections },
        measure: loadOf({ ...load, connections, rate: null }),
      });
    }
    return await interleave(bench, sides);
  },
};

/** 1, 2, 4, … and the last itself. */
function doublings(last: number): number[] {
  const counts: number[] = [];
  for (let count = 1; count < last; count *= 2) counts.push(count);
  return [...counts, last];
}
