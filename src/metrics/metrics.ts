import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const version = ['model', 'version'] as const;
const lane = ['model', 'version', 'role'] as const;
const gpu = ['gpu_uuid'] as const;
const shadow = ['model', 'primary', 'shadow', 'role'] as const;

/** Every metric of the server, in one list. Triton's names where Triton has one, so that its dashboards plot them. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Sums of the gauges beside them, under names that are for counters.
  for (const name of ['handles', 'requests', 'resources']) {
    registry.removeSingleMetric(`nodejs_active_${name}_total`);
  }
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
      help: 'Requests answered by the primary with an error, by the reason (REJECTED, BACKEND or OTHER) and HTTP status',
      labelNames: [...version, 'reason', 'status'],
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
    requestMicroseconds: new Counter({
      name: 'nv_inference_request_duration_us',
      help: 'Time from the arrival of requests to their answers, microseconds, summed',
      labelNames: lane,
      registers,
    }),
    queueMicroseconds: new Counter({
      name: 'nv_inference_queue_duration_us',
      help: 'Time requests waited before their run, but for decoding, microseconds, summed',
      labelNames: lane,
      registers,
    }),
    inputMicroseconds: new Counter({
      name: 'nv_inference_compute_input_duration_us',
      help: 'Time of decoding requests, microseconds, summed',
      labelNames: lane,
      registers,
    }),
    computeMicroseconds: new Counter({
      name: 'nv_inference_compute_infer_duration_us',
      help: 'Time of the runs requests took part in, microseconds, summed over requests',
      labelNames: lane,
      registers,
    }),
    outputMicroseconds: new Counter({
      name: 'nv_inference_compute_output_duration_us',
      help: 'Time of encoding answers, microseconds, summed',
      labelNames: lane,
      registers,
    }),
    pendingRequests: new Gauge({
      name: 'nv_inference_pending_request_count',
      help: 'Requests waiting in the queue of a lane',
      labelNames: lane,
      registers,
    }),
    modelLoadSeconds: new Gauge({
      name: 'nv_model_load_duration_secs',
      help: 'How long it took to load a version and try it, seconds',
      labelNames: version,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'understudy_request_duration_seconds',
      help: 'From arrival to the end of the run, of requests answered by the primary',
      labelNames: version,
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    runSeconds: new Counter({
      name: 'understudy_lane_run_seconds_total',
      help: 'Wall time of the runs of a lane, each counted once however many requests took part',
      labelNames: lane,
      registers,
    }),
    cpuSeconds: new Counter({
      name: 'understudy_lane_cpu_seconds_total',
      help: 'CPU time of a lane since it was loaded: its threads, those of ONNX Runtime among them, and its processes',
      labelNames: lane,
      registers,
    }),
    cpuSecondsPerRow: new Gauge({
      name: 'understudy_lane_cpu_seconds_per_row',
      help: 'CPU time of a lane by the rows it inferred, since it was loaded',
      labelNames: lane,
      registers,
    }),
    modelMemoryBytes: new Gauge({
      name: 'understudy_model_memory_bytes',
      help: 'Memory of a lane: resident memory of its processes, or what the other parts come to',
      labelNames: lane,
      registers,
    }),
    laneMemoryBytes: new Gauge({
      name: 'understudy_lane_memory_bytes',
      help: 'Parts of it: load (growth of the process while it was loaded), heap (JavaScript), arena (estimate), resident (process mode)',
      labelNames: [...lane, 'part'],
      registers,
    }),
    laneGpuSeconds: new Counter({
      name: 'understudy_lane_gpu_seconds_total',
      help: 'Time that a GPU was busy with a lane, by its share of the wall time of runs there',
      labelNames: lane,
      registers,
    }),
    laneGpuUtilization: new Gauge({
      name: 'understudy_lane_gpu_utilization',
      help: 'Its share of the utilization of its GPU in the last second, 0 to 1',
      labelNames: lane,
      registers,
    }),
    laneGpuMemoryBytes: new Gauge({
      name: 'understudy_lane_gpu_memory_bytes',
      help: 'Memory of its GPU that a lane holds: exact in process mode, else estimated from growth',
      labelNames: lane,
      registers,
    }),
    laneGpuPowerWatts: new Gauge({
      name: 'understudy_lane_gpu_power_watts',
      help: 'Its share of the power of its GPU in the last second',
      labelNames: lane,
      registers,
    }),
    laneCost: new Gauge({
      name: 'understudy_lane_cost_per_1000_predictions',
      help: 'What a thousand rows of a lane cost at the price of its deployment, since it was loaded',
      labelNames: [...lane, 'currency'],
      registers,
    }),
    laneState: new Gauge({
      name: 'understudy_lane_state',
      help: '1 for the state that a lane is in, 0 for the others',
      labelNames: [...lane, 'state'],
      registers,
    }),
    laneRestarts: new Counter({
      name: 'understudy_lane_restarts_total',
      help: 'Workers of a lane that were replaced because they died or hung',
      labelNames: lane,
      registers,
    }),
    executionProvider: new Gauge({
      name: 'understudy_execution_provider',
      help: '1 for the execution provider that a lane runs on',
      labelNames: [...lane, 'provider'],
      registers,
    }),
    componentCpuSeconds: new Counter({
      name: 'understudy_component_cpu_seconds_total',
      help: 'CPU time of the parts of the server that are no lane: main, log, analysis, resources, runtime (all else)',
      labelNames: ['component'],
      registers,
    }),
    gpuUtilization: new Gauge({
      name: 'nv_gpu_utilization',
      help: 'Share of the last sample period in which the GPU was busy, 0 to 1',
      labelNames: gpu,
      registers,
    }),
    gpuMemoryTotalBytes: new Gauge({
      name: 'nv_gpu_memory_total_bytes',
      help: 'Memory of the GPU',
      labelNames: gpu,
      registers,
    }),
    gpuMemoryUsedBytes: new Gauge({
      name: 'nv_gpu_memory_used_bytes',
      help: 'Used memory of the GPU, by whomever',
      labelNames: gpu,
      registers,
    }),
    gpuPowerUsage: new Gauge({
      name: 'nv_gpu_power_usage',
      help: 'Power that the GPU draws, watts',
      labelNames: gpu,
      registers,
    }),
    gpuPowerLimit: new Gauge({
      name: 'nv_gpu_power_limit',
      help: 'The most power that the GPU is let draw, watts',
      labelNames: gpu,
      registers,
    }),
    gpuEnergy: new Counter({
      name: 'nv_energy_consumption',
      help: 'Energy that the GPU used since the server started, joules',
      labelNames: gpu,
      registers,
    }),
    cpuUtilization: new Gauge({
      name: 'nv_cpu_utilization',
      help: 'Share of all CPU time of the machine that was used in the last second, 0 to 1',
      registers,
    }),
    cpuMemoryTotalBytes: new Gauge({
      name: 'nv_cpu_memory_total_bytes',
      help: 'Memory of the machine',
      registers,
    }),
    cpuMemoryUsedBytes: new Gauge({
      name: 'nv_cpu_memory_used_bytes',
      help: 'Used memory of the machine, by whomever',
      registers,
    }),
    threadPlacementRefused: new Gauge({
      name: 'understudy_thread_placement_refused',
      help: 'Threads of a role for which the system refused a policy, a name or CPUs',
      labelNames: ['role'],
      registers,
    }),
    interference: new Gauge({
      name: 'shadow_interference_ratio',
      help: 'By how much shadows slow the primary down: estimate, and lower and upper end of its interval',
      labelNames: ['model', 'bound'],
      registers,
    }),
    interferenceP99: new Gauge({
      name: 'shadow_interference_p99_seconds',
      help: '99th percentile of the latency of the primary with shadows and without, as the governor measured it',
      labelNames: ['model', 'shadows'],
      registers,
    }),
    governorState: new Gauge({
      name: 'shadow_governor_state',
      help: '1 for the state that the governor of a model is in, 0 for the others',
      labelNames: ['model', 'state'],
      registers,
    }),
    effectiveSampleRate: new Gauge({
      name: 'shadow_effective_sample_rate',
      help: 'Share of the traffic that a lane is offered, after what the governor took away',
      labelNames: ['model', 'shadow', 'role'],
      registers,
    }),
    refusedSegments: new Gauge({
      name: 'shadow_refused_segments',
      help: 'Segments of a model that are neither recorded nor judged, since they have too many values',
      labelNames: ['model'],
      registers,
    }),
    repositoryRemarks: new Gauge({
      name: 'understudy_repository_remarks',
      help: 'Files of a model that are not served as they lie in the repository: broken, or gone while they are served',
      labelNames: ['model'],
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
    liveStreams: new Gauge({
      name: 'understudy_live_streams',
      help: 'Live streams that are open',
      registers,
    }),
    liveReportSeconds: new Counter({
      name: 'understudy_live_report_seconds_total',
      help: 'Time that went into reports for live streams, from the question to the answer of the analysis thread',
      registers,
    }),
    refusedConnections: new Counter({
      name: 'understudy_refused_connections_total',
      help: 'Connections that were hung up on since as many as may be were open',
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
