import { startBenchServer } from '../run-scenario.ts';
import { interleave, loadOf, type Side } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import type { Case } from '../suite/scenario.ts';
import { thinned } from '../suite/suite-settings.ts';

const kibibytes = [1, 16, 128, 1024, 4096, 16 * 1024];
/** Rows by which the size of one is known. */
const sampleRows = 64;
const connections = 2;

export const bodySizeCase: Case = {
  name: 'body-size',
  about: 'A small MLP, 2 requests at once, of ever larger bodies up to 16 MiB, as JSON and as bytes.',
  axis: { label: 'KiB of a body', scale: 'log' },
  ...{ ratios: [], quick: false },
  async measure(bench) {
    await using server = await startBenchServer('./servers/understudy.ts', JSON.stringify({ sample: 'off' }));
    const { seed } = bench.settings;
    const sides: Side[] = [];
    const bodies: (readonly [string, number, number, string])[] = [];
    for (const x of thinned(kibibytes, bench.settings)) {
      for (const binary of [false, true]) {
        const form = { model: 'mlp', binary, seed };
        const sample = await requestsTo(server.url, { ...form, batchSize: sampleRows });
        const bytesPerRow = sample.requests[0]!.body.length / sampleRows;
        const batchSize = Math.max(1, Math.round((x * 1024) / bytesPerRow));
        const load = await requestsTo(server.url, { ...form, batchSize });
        const subject = binary ? 'binary' : 'JSON';
        bodies.push([subject, x, batchSize, (load.requests[0]!.body.length / 1024).toFixed(1)]);
        sides.push({
          ...{ subject, x, batchSize, watched: server },
          loop: { kind: 'closed', concurrency: connections },
          measure: loadOf({ ...load, connections, rate: null }),
        });
      }
    }
    const { points, resources } = await interleave(bench, sides, 0.5);
    return {
      ...{ points, resources },
      tables: [
        {
          title: 'Throughput of bytes',
          head: ['', 'KiB wanted', 'rows', 'KiB of the body', 'MiB/s'],
          rows: bodies.map((body, i) => [
            ...body,
            ((points[i]!.requestsPerSecond * Number(body[3])) / 1024).toFixed(1),
          ]),
          note: 'Of request bodies; the model runs on all of their rows.',
        },
      ],
    };
  },
};
