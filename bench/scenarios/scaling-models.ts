import { tabularMlp } from '../models/tabular-mlp.ts';
import { startBenchServer } from '../run-scenario.ts';
import { interleave, loadOf, type Side } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import type { Case } from '../suite/scenario.ts';
import { thinned } from '../suite/suite-settings.ts';
import { temporaryRepository } from '../suite/temporary-repository.ts';

const modelCounts = [1, 2, 4, 8, 16];
const connections = 32;

export const modelsCase: Case = {
  name: 'models',
  about: 'The same requests, 32 at once, to ever more small MLPs in turn, each with a worker of its own.',
  axis: { label: 'models', scale: 'log' },
  ratios: [{ measure: 'throughput', of: 'understudy', by: 'understudy', byX: 1, wanted: null }],
  quick: false,
  async measure(bench) {
    const { seed } = bench.settings;
    await using opened = new AsyncDisposableStack();
    const sides: Side[] = [];
    for (const count of thinned(modelCounts, bench.settings)) {
      const repository = opened.use(await temporaryRepository(seed));
      const names = Array.from({ length: count }, (_, i) => `mlp-${i}`);
      for (const name of names) await repository.add({ build: tabularMlp }, name);
      const server = opened.use(await startBenchServer('./servers/repository.ts', repository.path));
      const form = { batchSize: 1, binary: false, seed };
      const loads = await Promise.all(names.map((model) => requestsTo(server.url, { ...form, model })));
      // One after the other, so that every batch of requests meets all models.
      const [first] = loads;
      const requests = first!.requests.flatMap((_, i) =>
        loads.map((load) => ({ ...load.requests[i]!, path: new URL(load.address).pathname })),
      );
      sides.push({
        ...{ subject: 'understudy', x: count, batchSize: 1, watched: server },
        loop: { kind: 'closed', concurrency: connections },
        measure: loadOf({ address: first!.address, requests, connections, rate: null }),
      });
    }
    return await interleave(bench, sides);
  },
};
