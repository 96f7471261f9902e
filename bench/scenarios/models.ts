import { runPerf } from '../perf/run-perf.ts';
import { startBenchServer } from '../run-scenario.ts';
import { ResourceProbe } from '../suite/resource-probe.ts';
import type { Bench, Case, CaseFindings, Scenario } from '../suite/scenario.ts';
import type { ResourceSample, SuitePoint } from '../suite/suite-result.ts';
import type { SuiteSettings } from '../suite/suite-settings.ts';
import { benchCandidates, type ModelCandidate, userCandidates } from './model-candidates.ts';
import { type ServedVariant, servedVariants, variantText } from './served-variants.ts';

/** Throughput and latency of each model against load, by batch size and by how it is served. */
export const models: Scenario = {
  name: 'models',
  title: 'Models',
  about:
    'Each model alone, with its worker: throughput and latency against load, by rows of a request, execution provider, instances and threads. Your own files are measured with --models.',
  async cases(settings) {
    const { directory } = settings.models;
    const candidates = directory === null ? benchCandidates() : await userCandidates(directory);
    return candidates.flatMap((candidate) =>
      servedVariants(settings.models).map((variant) => modelCase(candidate, variant, settings)),
    );
  },
};

function modelCase(candidate: ModelCandidate, variant: ServedVariant, settings: SuiteSettings): Case {
  const { load } = settings.models.sweep;
  return {
    name: `${candidate.name}-${variantText(variant, settings.models)}`,
    about: `${candidate.about}, on ${variant.provider}, ${variant.instances} × ${variant.threads} threads; ${settings.models.sweep.binary ? 'binary' : 'JSON'}.`,
    axis:
      load.kind === 'concurrency'
        ? { label: 'requests at once', scale: 'log' }
        : { label: 'requests per second', scale: 'linear' },
    ...{ ratios: [], quick: candidate.quick },
    measure: (bench) => sweepModel(bench, candidate, variant),
  };
}

async function sweepModel(
  bench: Bench,
  candidate: ModelCandidate,
  variant: ServedVariant,
): Promise<CaseFindings> {
  const { seed, models: chosen } = bench.settings;
  await using repository = await candidate.prepare(variant, seed);
  await using server = await startBenchServer('./servers/repository.ts', repository.path);
  const samples: Promise<ResourceSample>[] = [];
  const probe = await ResourceProbe.start(server, performance.now());
  const { sweep } = chosen;
  const result = await runPerf(
    {
      ...sweep,
      // What the user says of a model's inputs goes before what is known of it.
      inputs: {
        ...sweep.inputs,
        shapes: new Map([...candidate.shapes, ...sweep.inputs.shapes]),
        ranges: new Map([...candidate.ranges, ...sweep.inputs.ranges]),
      },
      ...{ model: candidate.model, version: null, url: server.url },
      metricsUrl: `${server.url}/metrics`,
    },
    [],
    new Date(),
    {
      window: (batchSize, value, _window, index) => {
        bench.tell(`${batchSize} rows, ${sweep.load.kind} ${value}, window ${index}`);
        samples.push((samples.at(-1) ?? Promise.resolve()).then(() => probe.sample()));
      },
      point: () => {},
    },
  );
  const points = result.points.map(
    (point): SuitePoint => ({
      ...point,
      subject: point.batchSize === 1 ? '1 row' : `${point.batchSize} rows`,
      x: point.concurrency ?? point.requestRate,
    }),
  );
  const best = (result.best ?? []).map(({ batchSize, point }) => {
    const found = point === null ? undefined : result.points[point];
    return found
      ? [
          batchSize,
          found.concurrency ?? found.requestRate,
          Math.round(found.inferencesPerSecond),
          found.latencyMilliseconds,
        ]
      : [batchSize, null, null, null];
  });
  return {
    points,
    resources: [{ subject: candidate.name, samples: await Promise.all(samples) }],
    tables:
      best.length === 0
        ? []
        : [
            {
              title: `The highest load that kept under ${sweep.latencyThresholdMilliseconds} ms`,
              head: [
                'rows',
                sweep.load.kind,
                'rows/s',
                `${sweep.percentile === null ? 'mean' : `p${sweep.percentile}`}, ms`,
              ],
              rows: best,
              note: '',
            },
          ],
  };
}
