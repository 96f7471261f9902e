import { openTabs } from '../live-tabs.ts';
import { type BenchServer, startBenchServer } from '../run-scenario.ts';
import type { BenchServerOptions } from '../servers/understudy.ts';
import { interleave, loadOf, type Side } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import type { Bench, Case, CaseFindings } from '../suite/scenario.ts';

const connections = 32;
const tabs = 5;
const options: BenchServerOptions = { sample: '25%' };

const subjects = {
  alone: { closed: 'nobody looks, closed loop', open: 'nobody looks, open loop' },
  watched: { closed: 'dashboards open, closed loop', open: 'dashboards open, open loop' },
} as const;
type Which = keyof typeof subjects;

/** What it costs that people look: two servers that do the same, of which one is watched. */
export const watchedCase: Case = {
  name: 'watched',
  about: `A healthy shadow at 25% with ${tabs} dashboards open, beside the same with none.`,
  ...{ axis: null, quick: false },
  ratios: [
    {
      ...{ measure: 'throughput', of: subjects.watched.closed, by: subjects.alone.closed },
      wanted: { atLeast: 0.95 },
    },
    { measure: 'p50', of: subjects.watched.open, by: subjects.alone.open, wanted: null },
    { measure: 'p99', of: subjects.watched.open, by: subjects.alone.open, wanted: { atMost: 1.1 } },
  ],
  measure,
};

async function measure(bench: Bench): Promise<CaseFindings> {
  await using opened = new AsyncDisposableStack();
  const start = async () =>
    opened.use(await startBenchServer('./servers/understudy.ts', JSON.stringify(options)));
  const servers: Record<Which, BenchServer> = { alone: await start(), watched: await start() };
  const load = await requestsTo(servers.alone.url, {
    ...{ model: 'mlp', batchSize: 1, binary: false, seed: bench.settings.seed },
  });
  const addressOf = (which: Which) => `${servers[which].url}/v2/models/mlp/infer`;
  const plan = (which: Which, rate: number | null) => ({
    ...{ address: addressOf(which), requests: load.requests, connections },
    rate: rate === null ? null : { perSecond: rate, distribution: 'constant' as const, seed: 1, phase: 0 },
  });
  bench.tell('what goes through');
  servers.watched.pause();
  const { slice } = await bench.generator.measure(plan('alone', null), bench.settings.warmUpSeconds);
  servers.watched.resume();
  const rate = Math.max(1, Math.round(slice.milliseconds.length / slice.seconds / 4));
  const seen = opened.use(await openTabs(servers.watched.url, 'mlp', tabs));
  const sideOf = (which: Which, loop: 'closed' | 'open'): Side => {
    const other = servers[which === 'alone' ? 'watched' : 'alone'];
    return {
      ...{ subject: subjects[which][loop], x: null, batchSize: 1, watched: servers[which] },
      loop:
        loop === 'closed'
          ? { kind: 'closed', concurrency: connections }
          : { kind: 'open', requestRate: rate },
      ...{ enter: () => other.pause(), leave: () => other.resume() },
      measure: loadOf(plan(which, loop === 'closed' ? null : rate)),
    };
  };
  const before = { reports: seen.reports, bytes: seen.bytes };
  const measured = await interleave(bench, [
    ...[sideOf('alone', 'closed'), sideOf('alone', 'open')],
    ...[sideOf('watched', 'closed'), sideOf('watched', 'open')],
  ]);
  const kibibytes = Math.round((seen.bytes - before.bytes) / 1024);
  return {
    ...measured,
    tables: [
      {
        title: 'What the dashboards were sent',
        head: ['reports of each', 'KiB of all'],
        rows: [[((seen.reports - before.reports) / tabs).toFixed(1), kibibytes.toLocaleString('en-US')]],
        note: 'Reports are made at the priority of the analysis, which yields; a busy machine makes fewer of them.',
      },
    ],
  };
}
