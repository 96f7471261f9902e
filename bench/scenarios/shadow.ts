import { comparedShare } from '../compared-share.ts';
import type { LoadRequest } from '../load-plan.ts';
import { features } from '../models/tabular-mlp.ts';
import { type BenchServer, startBenchServer } from '../run-scenario.ts';
import type { BenchServerOptions } from '../servers/understudy.ts';
import { hangsAbove } from '../shadows.ts';
import { interleave, loadOf, type Side } from '../suite/interleave.ts';
import type { Bench, Case, CaseFindings, RatioPlan, Scenario } from '../suite/scenario.ts';
import { logCase } from './shadow-log.ts';
import { watchedCase } from './shadow-watched.ts';

const connections = 32;
const subjects = {
  off: { closed: 'no shadow, closed loop', open: 'no shadow, open loop' },
  on: { closed: 'shadow, closed loop', open: 'shadow, open loop' },
} as const;

/** What a shadow costs its primary, whatever it does: each case a ratio to a server without one, measured in turn with it. */
export const shadow: Scenario = {
  name: 'shadow',
  title: 'Isolation',
  about:
    'What a shadow costs its primary, whatever it does: throughput in a closed loop, and latencies at a quarter of it in an open one, as ratios to a server without a shadow, which is measured in turn with it. The governor is off, since it would mend what is to be seen.',
  cases: () => [
    isolationCase('off', 'No shadow on either side: how far two measurements of the same differ.', 'off', {}),
    isolationCase('healthy-25', 'A shadow as large as the primary, at 25%.', '25%', {}),
    isolationCase('healthy-100', 'The same at 100%.', '100%', {}, true),
    isolationCase('healthy-100-niced', 'The same at nice 19.', '100%', { yielding: 'niced' }),
    isolationCase('healthy-100-normal', 'The same at no lower priority.', '100%', { yielding: 'never' }),
    isolationCase('heavy', 'A shadow of twenty times the work.', '100%', { shadow: 'heavy' }),
    isolationCase('heavy-niced', 'The same at nice 19.', '100%', { shadow: 'heavy', yielding: 'niced' }),
    isolationCase('saturated', 'A shadow that is busy without end.', '100%', { shadow: 'saturated' }),
    isolationCase('hung', 'A shadow whose runs never end.', '100%', { shadow: 'hung' }),
    isolationCase('throwing', 'A shadow that fails on every row.', '100%', { shadow: 'throwing' }),
    ...(['healthy', 'heavy', 'saturated', 'hung', 'throwing'] as const).map((kind) =>
      isolationCase(`process-${kind}`, `A ${kind} shadow, in a process of its own.`, '100%', {
        ...{ shadow: kind, isolation: 'process' },
      }),
    ),
    isolationCase('process-healthy-25', 'A healthy one there, at 25%.', '25%', { isolation: 'process' }),
    logCase,
    watchedCase,
  ],
};

/** Of every case, whatever the shadow does. */
const ratios: readonly RatioPlan[] = [
  {
    ...{ measure: 'throughput', of: subjects.on.closed, by: subjects.off.closed },
    wanted: { atLeast: 0.95 },
  },
  { measure: 'p50', of: subjects.on.open, by: subjects.off.open, wanted: null },
  { measure: 'p99', of: subjects.on.open, by: subjects.off.open, wanted: { atMost: 1.1 } },
  { measure: 'p99.9', of: subjects.on.open, by: subjects.off.open, wanted: null },
];

function isolationCase(
  name: string,
  about: string,
  sample: string,
  options: Omit<BenchServerOptions, 'sample'>,
  quick = false,
): Case {
  return {
    ...{ name, about, axis: null, quick },
    // Two servers without a shadow are no case of one: they say how much noise there is.
    ratios: sample === 'off' ? ratios.map((ratio) => ({ ...ratio, wanted: null })) : ratios,
    measure: (bench) => isolation(bench, { ...options, sample }),
  };
}

async function isolation(bench: Bench, options: BenchServerOptions): Promise<CaseFindings> {
  await using off = await startUnderstudy({ sample: 'off' });
  await using on = await startUnderstudy(options);
  const load = (server: BenchServer, rate: number | null) => ({
    address: `${server.url}/v2/models/mlp/infer`,
    ...{ requests: [hangingRequest()], connections },
    rate: rate === null ? null : { perSecond: rate, distribution: 'constant' as const, seed: 1, phase: 0 },
  });
  bench.tell('what goes through without a shadow');
  on.pause();
  const { slice } = await bench.generator.measure(load(off, null), bench.settings.warmUpSeconds);
  on.resume();
  // The same for both, so that latencies are compared at one load.
  const rate = Math.max(1, Math.round(slice.milliseconds.length / slice.seconds / 4));
  const sideOf = (which: 'off' | 'on', loop: 'closed' | 'open'): Side => {
    const server = which === 'off' ? off : on;
    return {
      ...{ subject: subjects[which][loop], x: null, batchSize: 1, watched: server },
      loop:
        loop === 'closed'
          ? { kind: 'closed', concurrency: connections }
          : { kind: 'open', requestRate: rate },
      // What the shadow still has to do, without end where it hangs, belongs to its own side.
      ...(which === 'off' ? { enter: () => on.pause(), leave: () => on.resume() } : {}),
      measure: loadOf(load(server, loop === 'closed' ? null : rate)),
    };
  };
  const { points, resources } = await interleave(bench, [
    ...[sideOf('off', 'closed'), sideOf('off', 'open')],
    ...[sideOf('on', 'closed'), sideOf('on', 'open')],
  ]);
  const share = await comparedShare(on.url);
  return {
    ...{ points, resources },
    tables:
      share === null
        ? []
        : [
            {
              title: 'What the shadow got to',
              head: ['share of the sampled rows that it ran'],
              rows: [[`${(100 * share).toFixed(0)}%`]],
              note: 'One that starves costs nothing.',
            },
          ],
  };
}

function startUnderstudy(options: BenchServerOptions): Promise<BenchServer> {
  return startBenchServer('./servers/understudy.ts', JSON.stringify(options));
}

/** The same for all: one of which the hanging shadow hangs. */
function hangingRequest(): LoadRequest {
  const rest = Array.from({ length: features - 1 }, (_, i) => Math.round(Math.sin(i + 2) * 1e4) / 1e4);
  const data = [hangsAbove + 900, ...rest];
  return {
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(
      JSON.stringify({ inputs: [{ name: 'x', shape: [1, features], datatype: 'FP32', data }] }),
    ),
  };
}
