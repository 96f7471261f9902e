import { z } from 'zod';
import { machineSchema, perfPointSchema } from '../perf/perf-result.ts';

/** Rises when a field changes its meaning. */
export const suiteSchemaVersion = 1;

const number = z.number();

/** `throughput` is in rows per second; the others are latencies. */
export const measures = ['throughput', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'memory'] as const;

/** Which way a ratio is to lie from its target. */
const wanted = z.union([z.strictObject({ atLeast: number }), z.strictObject({ atMost: number })]);

const ratio = z.strictObject({
  measure: z.enum(measures),
  /** Subjects of the points that it is made of. */
  of: z.string(),
  by: z.string(),
  /** Where both stand on the axis of their case; null where it has none. */
  x: number.nullable(),
  /** Of all rounds together; null where there is none. */
  value: number.nullable(),
  /** What to mistrust it for, or why there is none; null where nothing. */
  doubt: z.string().nullable(),
  /** Of each round: how far they lie apart is the noise. */
  rounds: z.array(number),
  wanted: wanted.nullable(),
});

const roleUse = z.strictObject({
  /** `primary`, `shadow` or `control` for a lane; else a part of the server, `process` for all of it, or `gpu 0`. */
  role: z.string(),
  /** Of one core. */
  cpuPercent: number.nullable(),
  memoryBytes: number.nullable(),
  gpuPercent: number.nullable(),
  gpuMemoryBytes: number.nullable(),
});

const resources = z.strictObject({
  subject: z.string(),
  samples: z.array(
    z.strictObject({
      /** Since the case began, at the end of what the sample is of. */
      seconds: number,
      spanSeconds: number,
      roles: z.array(roleUse),
    }),
  ),
});

const table = z.strictObject({
  title: z.string(),
  head: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), number, z.null()]))),
  /** How to read it; may be empty. */
  note: z.string(),
});

const axis = z.strictObject({ label: z.string(), scale: z.enum(['linear', 'log']) });

/** A point whose windows are the rounds in which it was measured. */
const point = perfPointSchema.extend({
  subject: z.string(),
  /** On the axis of its case; null where it has none. */
  x: number.nullable(),
});

export const caseResultSchema = z.strictObject({
  name: z.string(),
  about: z.string(),
  axis: axis.nullable(),
  points: z.array(point),
  ratios: z.array(ratio),
  resources: z.array(resources),
  tables: z.array(table),
  seconds: number,
  /** Why there is nothing, in a sentence; null where there is. */
  failure: z.string().nullable(),
});

export const suiteResultSchema = z.strictObject({
  schemaVersion: z.literal(suiteSchemaVersion),
  suite: z.literal('understudy'),
  /** ISO 8601. */
  measuredAt: z.string(),
  command: z.array(z.string()),
  machine: machineSchema.extend({ gpus: z.array(z.string()) }),
  versions: z.strictObject({
    node: z.string(),
    onnxRuntime: z.string(),
    understudy: z.string(),
    /** Null outside of a checkout; `-dirty` at its end where files were changed. */
    commit: z.string().nullable(),
  }),
  settings: z.strictObject({ seconds: number, rounds: z.int(), warmUpSeconds: number, quick: z.boolean() }),
  scenarios: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      about: z.string(),
      cases: z.array(caseResultSchema),
    }),
  ),
});

export type Measure = (typeof measures)[number];
export type Wanted = z.infer<typeof wanted>;
export type Ratio = z.infer<typeof ratio>;
export type RoleUse = z.infer<typeof roleUse>;
export type Resources = z.infer<typeof resources>;
export type ResourceSample = Resources['samples'][number];
export type ResultTable = z.infer<typeof table>;
export type Axis = z.infer<typeof axis>;
export type SuitePoint = z.infer<typeof point>;
export type CaseResult = z.infer<typeof caseResultSchema>;
export type SuiteResult = z.infer<typeof suiteResultSchema>;
export type ScenarioResult = SuiteResult['scenarios'][number];
