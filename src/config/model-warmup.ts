import { z } from 'zod';
import { type Datatype, datatypes } from '../protocol/datatype.ts';

const datatypeNames = Object.keys(datatypes) as Datatype[];
const ways = ['zero_data', 'random_data', 'input_data_file'] as const;
const oneWay = `expected one of ${ways.join(', ')}`;
const said = z.literal(true, { error: 'expected true, or nothing' }).optional();

/** What one input of a sample holds; dims are those of one row, or of the whole tensor. */
const warmupInput = z
  .strictObject({
    data_type: z.enum(datatypeNames).optional(),
    dims: z.array(z.number().int().nonnegative()).max(16).optional(),
    zero_data: said,
    random_data: said,
    /** In the folder `warmup/` of the model. */
    input_data_file: z.string().min(1).optional(),
  })
  .refine((input) => ways.filter((way) => input[way] !== undefined).length === 1, oneWay);

const runs = 'expected a number of runs from 1 to 1000';

const warmupSample = z.strictObject({
  name: z.string().min(1).max(128),
  /** So many rows, all alike. */
  batch_size: z.number().int().min(1).max(65_536).default(1),
  count: z.number({ error: runs }).int(runs).min(1, runs).max(1_000, runs).default(1),
  inputs: z.record(z.string(), warmupInput),
});

/** What a version is run on before it counts as ready; Triton's `model_warmup`, in its names. */
export const modelWarmup = z
  .array(warmupSample)
  .max(64)
  .refine(
    (samples) => new Set(samples.map(({ name }) => name)).size === samples.length,
    'expected names that differ',
  );

export type WarmupSample = z.output<typeof warmupSample>;
export type WarmupInput = z.output<typeof warmupInput>;
