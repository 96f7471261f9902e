import { z } from 'zod';

/** Rises when a field changes its meaning. */
export const perfSchemaVersion = 1;

const number = z.number();
const count = z.int().min(0);
/** Milliseconds; null where nothing was answered. */
const latency = number.nullable();

/** By the server's own counters, over the requests of a window. */
const serverShare = z.strictObject({
  requests: count,
  queueMicrosecondsPerRequest: number,
  computeMicrosecondsPerRequest: number,
  /** Rows that ran together; null where the server does not count runs. */
  rowsPerRun: number.nullable(),
});

const window = z.strictObject({
  seconds: number,
  /** Requests answered with 200 in it. */
  answered: count,
  requestsPerSecond: number,
  /** The percentile of the command, or the mean. */
  latencyMilliseconds: latency,
  /** Requests that became due in it (open loop) or were sent (closed loop). */
  due: count,
  /** Due and not answered at its end. */
  waiting: count,
  /** Failed requests by HTTP status, or what became of the connection. */
  errors: z.record(z.string(), count),
  generatorUtilization: number,
  generatorDelayP99Milliseconds: number,
  server: serverShare.nullable(),
  /** Microseconds; HdrHistogram V2, deflated, base64. */
  histogram: z.string(),
});

export const perfPointSchema = z.strictObject({
  batchSize: count,
  /** Null in an open loop. */
  concurrency: count.nullable(),
  /** Null in a closed loop. */
  requestRate: number.nullable(),
  /** Whether the last three windows differ by no more than the stability percentage. */
  stable: z.boolean(),
  /** Of the last three windows. */
  requestsPerSecond: number,
  inferencesPerSecond: number,
  latencyMilliseconds: latency,
  meanMilliseconds: latency,
  p50Milliseconds: latency,
  p90Milliseconds: latency,
  p95Milliseconds: latency,
  p99Milliseconds: latency,
  /** A stall that percentiles of a closed loop hide stands here. */
  maxMilliseconds: latency,
  /** Failed requests of all windows, by HTTP status or what became of the connection. */
  errors: z.record(z.string(), count),
  /** Requests that had no answer seconds after the load had ended; the histogram holds their ages. */
  unanswered: count,
  /** Open loop: fewer requests were answered than were due, so that ever more wait. */
  fellBehind: z.boolean(),
  /** What the generator itself was the limit of; null where it was not. */
  generatorLimit: z.enum(['saturated', 'stalled']).nullable(),
  generators: count,
  server: serverShare.nullable(),
  /** Of the last three windows and what was still under way after them. */
  histogram: z.string(),
  windows: z.array(window),
});

export const machineSchema = z.strictObject({
  cpuModel: z.string(),
  cpus: count,
  /** CPUs that this process may use, after affinity and quota. */
  availableCpus: count,
  memoryTotalBytes: count,
  memoryLimitBytes: count.nullable(),
  kernel: z.string(),
});

export const perfResultSchema = z.strictObject({
  schemaVersion: z.literal(perfSchemaVersion),
  /** ISO 8601. */
  measuredAt: z.string(),
  command: z.array(z.string()),
  machine: machineSchema,
  versions: z.strictObject({
    node: z.string(),
    serverName: z.string().nullable(),
    server: z.string().nullable(),
  }),
  url: z.string(),
  model: z.strictObject({ name: z.string(), version: z.string().nullable() }),
  binary: z.boolean(),
  distribution: z.enum(['constant', 'poisson']).nullable(),
  /** Of an open loop; null in a closed one. */
  connections: count.nullable(),
  /** Null for the mean. */
  percentile: number.nullable(),
  latencyThresholdMilliseconds: number.nullable(),
  stabilityPercentage: number,
  points: z.array(perfPointSchema),
  /** Index of the highest load that kept under the threshold, by batch size; null where none did or none was asked for. */
  best: z.array(z.strictObject({ batchSize: count, point: count.nullable() })).nullable(),
});

export type ServerShare = z.infer<typeof serverShare>;
export type PerfWindow = z.infer<typeof window>;
export type PerfPoint = z.infer<typeof perfPointSchema>;
export type Machine = z.infer<typeof machineSchema>;
export type PerfResult = z.infer<typeof perfResultSchema>;
