import { z } from 'zod';
import { modelWarmup } from './model-warmup.ts';
import { byteSize, durationMs, share, version } from './quantities.ts';
import { sample } from './sample.ts';

/** A segment taken from the request as it is (`{}`), or derived from an input. */
const segmentSource = z
  .strictObject({
    /** Name of the model input the value is read from; without it the value comes with the request. */
    input: z.string().optional(),
    /** Column of a `[N, F]` input. */
    column: z.number().int().nonnegative().optional(),
    /** Ascending edges: values fall into `<30`, `30-45`, `45-65`, `>=65`. */
    bins: z
      .array(z.number())
      .min(1)
      .refine(
        (edges) => edges.every((edge, i) => i === 0 || edge > edges[i - 1]!),
        'expected ascending edges',
      )
      .optional(),
  })
  .refine(
    ({ input, column, bins }) => input !== undefined || (column === undefined && bins === undefined),
    'column and bins say how an input is read: name it with input',
  );

export const executionProviders = ['auto', 'cpu', 'cuda', 'tensorrt', 'webgpu'] as const;

/** One entry of `shadows`. */
export const shadowSchema = z
  .strictObject({
    version,
    sample: sample.default(0.25),
    /** Whether its worker is a thread of the server or a process of its own, which may crash alone. */
    isolation: z.enum(['thread', 'process']).default('thread'),
    /** A run that takes longer is logged as a timeout, and its lane is stalled until it ends or is replaced. */
    deadline: durationMs.prefault('10s'),
    /** Of all memory of its process; one that exceeds it is ended and replaced. */
    memory_limit: byteSize.optional(),
    /** Whether it is loaded, but gets nothing. */
    paused: z.boolean({ error: 'expected true or false' }).default(false),
  })
  .refine(({ isolation, memory_limit }) => memory_limit === undefined || isolation === 'process', {
    // A thread's heap can be limited, but V8 often ends the whole process when it is reached.
    message: 'a memory limit needs isolation: process, since a thread shares the memory of the server',
    path: ['memory_limit'],
  });

const depth = 'expected a whole number from 1 to 100';
const anHour = 'expected a price of an hour, a number such as 0.05';
const hourlyPrice = z.number({ error: anHour }).nonnegative(anHour).default(0);

export const maxShadows = 8;

/** `deployment.yaml` of a model, with everything that was left out filled in. Same names as in the file. */
export const deploymentSchema = z.strictObject({
  primary: version.optional(),
  shadows: z.array(shadowSchema).max(maxShadows).optional(),
  control: share.default(0),
  /** By how much shadows may slow the primary down before fewer requests are mirrored; `off` measures nothing. */
  interference_budget: z
    .union([z.literal('off'), share], { error: 'expected a share such as 5%, or off' })
    .default(0.05),
  /** So many failures of a shadow in a row, and it is left alone for a while. */
  breaker: z.strictObject({ failures: z.number().int().min(1).default(100) }).prefault({}),
  /** What an hour of a CPU core and of a GPU costs, for the cost of a thousand predictions. */
  price: z
    .strictObject({
      currency: z.string().min(1).max(8).default('USD'),
      cpu_hour: hourlyPrice,
      gpu_hour: hourlyPrice,
    })
    .optional(),
  task: z.enum(['auto', 'classification', 'regression', 'embedding', 'ranking']).default('auto'),
  outputs: z
    .strictObject({
      label: z.string().optional(),
      scores: z.string().optional(),
      score_kind: z.enum(['probabilities', 'logits', 'binary']).optional(),
      value: z.string().optional(),
      embedding: z.string().optional(),
      /** Ids of ranked items, best first. */
      items: z.string().optional(),
      /** So many of the first items of a ranking count. */
      k: z.number({ error: depth }).int(depth).min(1, depth).max(100, depth).optional(),
    })
    .prefault({}),
  /** Names of the columns of a single `[N, F]` input, for `/predict`. */
  features: z.array(z.string().min(1)).min(1).optional(),
  segments: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'a segment name is lower case: [a-z][a-z0-9_]*'),
      segmentSource,
    )
    .prefault({}),
  readiness: z
    .strictObject({
      samples_per_segment: z.number().int().positive().default(10_000),
      cycle: durationMs.prefault('7d'),
      label_maturity: durationMs.prefault('0s'),
      margin: z.number().positive().max(1).default(0.01),
      alpha: z.number().positive().max(0.5).default(0.05),
    })
    .prefault({}),
  /** When two outcomes that are no classes agree. */
  tolerance: z
    .strictObject({
      /** Regression: |p − s| ≤ absolute + relative · |p|. */
      absolute: z.number().nonnegative().default(1e-6),
      relative: z.number().nonnegative().default(0.01),
      /** Embedding: the cosine similarity is at least this. */
      cosine: z.number().positive().max(1).default(0.99),
      /** Ranking: overlap@k is at least this. */
      overlap: z.number().positive().max(1).default(1),
    })
    .prefault({}),
  instance_group: z
    .strictObject({
      count: z.number().int().min(1).max(64).default(1),
      execution_provider: z.enum(executionProviders).default('auto'),
      device: z.number().int().nonnegative().default(0),
      /** ONNX Runtime's threads of each instance; `auto` is as many as this process may use. */
      threads: z
        .union([z.literal('auto'), z.number().int().min(1).max(256)], {
          error: 'expected a number of threads from 1 to 256, or auto',
        })
        .default(1),
    })
    .prefault({}),
  dynamic_batching: z
    .strictObject({
      max_batch_size: z.number().int().min(1).max(65_536).default(64),
      max_queue_delay_microseconds: z.number().int().min(0).max(10_000_000).default(0),
      max_queue_size: z.number().int().min(1).max(1_000_000).default(1024),
      /** A request may ask for a priority from 1, the first to be served, to this one. */
      priority_levels: z.number().int().min(1).max(100).default(10),
      /** Of a request that asks for none; the middle one when left out. */
      default_priority_level: z.number().int().min(1).optional(),
    })
    .refine(
      ({ priority_levels, default_priority_level: level }) => level === undefined || level <= priority_levels,
      {
        message: 'expected a level that is there: at most priority_levels',
        path: ['default_priority_level'],
      },
    )
    .prefault({}),
  model_warmup: modelWarmup.optional(),
  capture: z.enum(['none', 'disagreements', 'all']).default('none'),
});

export type DeploymentConfig = z.output<typeof deploymentSchema>;
export type SegmentSource = z.output<typeof segmentSource>;
export type ShadowConfig = z.output<typeof shadowSchema>;
export type ExecutionProvider = (typeof executionProviders)[number];

export function defaultPriorityLevel({
  priority_levels,
  default_priority_level,
}: DeploymentConfig['dynamic_batching']): number {
  return default_priority_level ?? Math.ceil(priority_levels / 2);
}
