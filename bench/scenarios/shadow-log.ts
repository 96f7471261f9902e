import { metricLines, sumOf } from '../metrics-text.ts';
import { type BenchServer, startBenchServer } from '../run-scenario.ts';
import type { BenchServerOptions } from '../servers/understudy.ts';
import { interleave, loadOf, type Side } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import type { Bench, Case, CaseFindings } from '../suite/scenario.ts';

const rowsPerRequest = 128;
/** Requests per second of the open loop: 55,040 comparisons per second, where 50,000 are to cost the primary nothing. */
const requestRate = 430;
const connections = 16;

const servers = {
  'no shadow': { sample: 'off' },
  'comparisons discarded': { sample: '100%', log: 'discarded' },
  'comparisons logged': { sample: '100%', log: 'kept' },
} as const satisfies Record<string, BenchServerOptions>;
type Kind = keyof typeof servers;

const subject = (kind: Kind, loop: 'closed' | 'open'): string => `${kind}, ${loop} loop`;

/**
 * What logging costs beyond comparing: against a server that shadows and compares the same and sends it to a thread that forgets
 * it, so that the only difference is what the log does.
 */
export const logCase: Case = {
  name: 'log',
  about: `Everything shadowed and logged, ${rowsPerRequest} rows a request, binary; beside the same without keeping what was compared, and beside no shadow.`,
  ...{ axis: null, quick: true },
  ratios: [
    {
      ...{ measure: 'throughput', wanted: { atLeast: 0.95 } },
      ...{ of: subject('comparisons logged', 'closed'), by: subject('comparisons discarded', 'closed') },
    },
    {
      ...{ measure: 'p99', wanted: { atMost: 1.1 } },
      ...{ of: subject('comparisons logged', 'open'), by: subject('comparisons discarded', 'open') },
    },
    {
      ...{ measure: 'throughput', wanted: null },
      ...{ of: subject('comparisons logged', 'closed'), by: subject('no shadow', 'closed') },
    },
    {
      ...{ measure: 'p99', wanted: null },
      ...{ of: subject('comparisons logged', 'open'), by: subject('no shadow', 'open') },
    },
  ],
  measure,
};

interface Counted {
  rows: number;
  seconds: number;
}

async function measure(bench: Bench): Promise<CaseFindings> {
  await using opened = new AsyncDisposableStack();
  const started = new Map<Kind, BenchServer>();
  for (const kind of Object.keys(servers) as Kind[]) {
    const server = await startBenchServer('./servers/understudy.ts', JSON.stringify(servers[kind]));
    started.set(kind, opened.use(server));
  }
  const all = [...started.values()];
  const compared = new Map<string, Counted>();
  const sides: Side[] = [];
  for (const [kind, server] of started) {
    const others = all.filter((one) => one !== server);
    const load = await requestsTo(server.url, {
      ...{ model: 'mlp', batchSize: rowsPerRequest, binary: true, seed: bench.settings.seed },
    });
    for (const loop of ['closed', 'open'] as const) {
      const name = subject(kind, loop);
      const send = loadOf({
        ...{ ...load, connections },
        rate:
          loop === 'closed' ? null : { perSecond: requestRate, distribution: 'constant', seed: 1, phase: 0 },
      });
      sides.push({
        ...{ subject: name, x: null, batchSize: rowsPerRequest, watched: server },
        loop:
          loop === 'closed' ? { kind: 'closed', concurrency: connections } : { kind: 'open', requestRate },
        enter: () => others.map((other) => other.pause()),
        leave: () => others.map((other) => other.resume()),
        async measure(...given) {
          const before = { rows: await rowsOfShadow(server.url), at: performance.now() };
          const round = await send(...given);
          const known = compared.get(name) ?? { rows: 0, seconds: 0 };
          compared.set(name, {
            rows: known.rows + (await rowsOfShadow(server.url)) - before.rows,
            seconds: known.seconds + (performance.now() - before.at) / 1000,
          });
          return round;
        },
      });
    }
  }
  const measured = await interleave(bench, sides);
  const lost = await metricOf(started.get('comparisons logged')!.url, 'shadow_log_dropped_rows');
  const rows = [...compared]
    .filter(([name]) => !name.startsWith('no shadow'))
    .map(([name, { rows, seconds }]) => [name, Math.round(rows / seconds).toLocaleString('en-US')]);
  return {
    ...measured,
    tables: [
      {
        title: 'Comparisons per second',
        head: ['', 'compared/s'],
        rows,
        note: `The log lost ${lost} rows of what it was sent. In a closed loop the primary leaves a shadow only what it does not need itself.`,
      },
    ],
  };
}

function rowsOfShadow(url: string): Promise<number> {
  return metricOf(url, 'nv_inference_count', { role: 'shadow' });
}

async function metricOf(url: string, name: string, labels: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  return sumOf(metricLines(await response.text(), name), name, labels);
}
