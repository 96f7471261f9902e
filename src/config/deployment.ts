import { z } from 'zod';
import { durationMs, share, version } from './quantities.ts';

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

const executionProviders = ['auto', 'cpu', 'cuda', 'tensorrt'] as const;

const shadow = z.strictObject({
  version,
  sample: share.default(0.25),
  isolation: z.enum(['thread']).default('thread'),
});

/** `deployment.yaml` of a model, with everything that was left out filled in. Same names as in the file. */
export const deploymentSchema = z.strictObject({
  primary: version.optional(),
  shadows: z.array(shadow).max(8).optional(),
  control: share.default(0),
  task: z.enum(['auto', 'classification', 'regression']).default('auto'),
  outputs: z
    .strictObject({
      label: z.string().optional(),
      scores: z.string().optional(),
      score_kind: z.enum(['probabilities', 'logits', 'binary']).optional(),
      value: z.string().optional(),
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
  /** Regression: two values agree when |p − s| ≤ absolute + relative · |p|. */
  tolerance: z
    .strictObject({
      absolute: z.number().nonnegative().default(1e-6),
      relative: z.number().nonnegative().default(0.01),
    })
    .prefault({}),
  instance_group: z
    .strictObject({
      count: z.number().int().min(1).max(64).default(1),
      execution_provider: z.enum(executionProviders).default('auto'),
      device: z.number().int().nonnegative().default(0),
      threads: z.number().int().min(1).max(256).default(1),
    })
    .prefault({}),
  dynamic_batching: z
    .strictObject({
      max_batch_size: z.number().int().min(1).max(65_536).default(64),
      max_queue_delay_microseconds: z.number().int().min(0).max(10_000_000).default(0),
      max_queue_size: z.number().int().min(1).max(1_000_000).default(1024),
    })
    .prefault({}),
  capture: z.enum(['none', 'disagreements', 'all']).default('none'),
});

export type DeploymentConfig = z.output<typeof deploymentSchema>;
export type SegmentSource = z.output<typeof segmentSource>;
export type ExecutionProvider = (typeof executionProviders)[number];
