import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const version = ['model', 'version'] as const;
const lane = ['model', 'version', 'role'] as const;
const shadow = ['model', 'primary', 'shadow', 'role'] as const;

/** Every metric of the server, in one list. Triton's names where Triton has one, so that its dashboards plot them. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requestSuccess: new Counter({
      name: 'nv_inference_request_success',
      help: 'Requests answered by the primary without error',
      labelNames: version,
      registers,
    }),
    requestFailure: new Counter({
      name: 'nv_inference_request_failure',
      help: 'Requests answered by the primary with an error, by HTTP status',
      labelNames: [...version, 'status'],
      registers,
    }),
    inferenceCount: new Counter({
      name: 'nv_inference_count',
      help: 'Rows inferred',
      labelNames: lane,
      registers,
    }),
    executionCount: new Counter({
      name: 'nv_inference_exec_count',
      help: 'Runs of the model (a batch is one)',
      labelNames: lane,
      registers,
    }),
    queueMicroseconds: new Counter({
      name: 'nv_inference_queue_duration_us',
      help: 'Time requests waited before their run, microseconds, summed',
      labelNames: lane,
      registers,
    }),
    computeMicroseconds: new Counter({
      name: 'nv_inference_compute_infer_duration_us',
      help: 'Time of the runs requests took part in, microseconds, summed over requests',
      labelNames: lane,
      registers,
    }),
    pendingRequests: new Gauge({
      name: 'nv_inference_pending_request_count',
      help: 'Requests waiting in the queue of a lane',
      labelNames: lane,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'understudy_request_duration_seconds',
      help: 'From arrival to the end of the run, of requests answered by the primary',
      labelNames: version,
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    cpuSeconds: new Counter({
      name: 'understudy_lane_cpu_seconds_total',
      help: 'CPU time of the worker threads of a lane',
      labelNames: lane,
      registers,
    }),
    modelMemoryBytes: new Gauge({
      name: 'understudy_model_memory_bytes',
      help: 'Growth of the process when the model was loaded, plus the heap of its worker',
      labelNames: lane,
      registers,
    }),
    shadowSampled: new Counter({
      name: 'shadow_sampled_rows_total',
      help: 'Rows that the sampler chose, dropped ones included',
      labelNames: shadow,
      registers,
    }),
    shadowDropped: new Counter({
      name: 'shadow_dropped_rows_total',
      help: 'Sampled rows that were never compared, by reason',
      labelNames: [...shadow, 'reason'],
      registers,
    }),
    trafficRows: new Counter({
      name: 'shadow_traffic_rows_total',
      help: 'All rows of the traffic, sampled or not',
      labelNames: shadow,
      registers,
    }),
    logDroppedRows: new Gauge({
      name: 'shadow_log_dropped_rows',
      help: 'Compared rows that the log could not keep since it started',
      registers,
    }),
    logFailedFlushes: new Gauge({
      name: 'shadow_log_failed_flushes',
      help: 'Times the log could not write since it started; what it holds is kept and tried again',
      registers,
    }),
    processCpuPercent: new Gauge({
      name: 'understudy_process_cpu_percent',
      help: 'CPU use of the whole process, percent of one core (pidusage)',
      registers,
    }),
    processMemoryBytes: new Gauge({
      name: 'understudy_process_memory_bytes',
      help: 'Resident memory of the whole process (pidusage)',
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
