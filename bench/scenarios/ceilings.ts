import { type BenchModel, benchModels } from '../models/catalogue.ts';
import { usualTable } from '../models/embedding-table.ts';
import { startBenchServer } from '../run-scenario.ts';
import { interleave, loadOf } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import type { Bench, Case, CaseFindings, Scenario } from '../suite/scenario.ts';
import { temporaryRepository } from '../suite/temporary-repository.ts';
import { startBareLoop } from './bare-loop.ts';

/** How close serving comes to what is possible: to a route that only echoes, and to a loop that only runs the model. */
export const ceilings: Scenario = {
  name: 'ceilings',
  title: 'Ceilings',
  about:
    'Requests served, against what cannot be beaten: a fastify route that parses and echoes the same JSON, and a loop that does nothing but run the model.',
  cases: () => [
    {
      name: 'mlp-json',
      about: 'A small MLP, JSON, 1 row, 32 requests at once, beside a fastify route that parses and echoes.',
      ...{ axis: null, quick: true },
      ratios: [{ measure: 'throughput', of: 'understudy', by: 'fastify echo', wanted: { atLeast: 0.8 } }],
      measure: (bench) => besideEcho(bench, 32),
    },
    bareLoopCase('resnet50-binary', {
      ...{ model: 'resnet50', batchSize: 1, binary: true, concurrency: 2, wanted: 0.97, quick: false },
    }),
    bareLoopCase('bert-mini-binary', {
      ...{ model: 'bert-mini', batchSize: 1, binary: true, concurrency: 2, wanted: 0.97, quick: true },
    }),
    bareLoopCase('mlp-64-rows-binary', {
      ...{ model: 'tabular-mlp', batchSize: 64, binary: true, concurrency: 32, wanted: null, quick: true },
    }),
    bareLoopCase('mlp-64-rows-json', {
      ...{ model: 'tabular-mlp', batchSize: 64, binary: false, concurrency: 32, wanted: null, quick: false },
    }),
  ],
};

async function besideEcho(bench: Bench, connections: number): Promise<CaseFindings> {
  await using echo = await startBenchServer('./servers/echo.ts');
  await using understudy = await startBenchServer(
    './servers/understudy.ts',
    JSON.stringify({ sample: 'off' }),
  );
  const form = { model: 'mlp', batchSize: 1, binary: false, seed: bench.settings.seed };
  const { address, requests } = await requestsTo(understudy.url, form);
  const sides = [
    { subject: 'fastify echo', server: echo, watched: { url: null, pid: echo.pid } },
    { subject: 'understudy', server: understudy, watched: understudy },
  ];
  return await interleave(
    bench,
    sides.map(({ subject, server, watched }) => ({
      ...{ subject, x: null, batchSize: 1, watched },
      loop: { kind: 'closed', concurrency: connections },
      measure: loadOf({
        address: address.replace(understudy.url, server.url),
        ...{ requests, connections, rate: null },
      }),
    })),
  );
}

interface BareLoopCase {
  /** Of the bench's models. */
  readonly model: string;
  readonly batchSize: number;
  readonly binary: boolean;
  /**
   * Two: while one request runs another waits, so the worker never does, and each runs alone as in the loop. Small runs need more,
   * since there is more than a run's time between an answer and the next request.
   */
  readonly concurrency: number;
  readonly wanted: number | null;
  readonly quick: boolean;
}

function bareLoopCase(name: string, options: BareLoopCase): Case {
  const { model, batchSize, binary, concurrency, wanted, quick } = options;
  const form = `${binary ? 'binary' : 'JSON'}, ${batchSize === 1 ? '1 row' : `${batchSize} rows`}`;
  return {
    name,
    about: `${model}, ${form}, ${concurrency} requests at once, beside a loop on the same session that does nothing else.`,
    ...{ axis: null, quick },
    ratios: [
      {
        ...{ measure: 'throughput', of: 'understudy', by: 'bare loop' },
        wanted: wanted === null ? null : { atLeast: wanted },
      },
    ],
    measure: (bench) => besideBareLoop(bench, options),
  };
}

async function besideBareLoop(
  bench: Bench,
  { model: name, batchSize, binary, concurrency }: BareLoopCase,
): Promise<CaseFindings> {
  const { seed } = bench.settings;
  const model = modelNamed(name);
  await using repository = await temporaryRepository(seed);
  // One thread each, which is the server's default.
  const path = await repository.add(model, name, 'instance_group: {execution_provider: cpu, threads: 1}\n');
  await using loop = await startBareLoop({
    ...{ path, batchSize, threads: 1, seed },
    ...{ shapes: [...model.shapes], ranges: [...model.ranges] },
  });
  await using server = await startBenchServer('./servers/repository.ts', repository.path);
  const { shapes, ranges } = model;
  const load = await requestsTo(server.url, { model: name, batchSize, binary, seed, shapes, ranges });
  return await interleave(bench, [
    loop.side,
    {
      ...{ subject: 'understudy', x: null, batchSize, watched: server },
      loop: { kind: 'closed', concurrency },
      measure: loadOf({ ...load, connections: concurrency, rate: null }),
    },
  ]);
}

function modelNamed(name: string): BenchModel {
  return benchModels(usualTable).find((model) => model.name === name)!;
}
