import { expect } from 'vitest';

const interval = { estimate: 0, lower: 0, upper: 0 };
const rate = { rate: 0, lower: 0, upper: 0 };
const calibration = { ece: 0, brier: 0, curve: [{ n: 0, confidence: 0, right: 0, lower: 0, upper: 0 }] };
const gate = { ready: 0, progress: 0, eta: 0 };
const quantiles = { p50: 0, p90: 0, p99: 0, compute_p50: 0, compute_p90: 0, compute_p99: 0, queue_p50: 0 };
const cost = {
  ...{ cpu_seconds: 0, cpu_ms_per_row: 0, rows_per_run: 0, memory_bytes: 0 },
  memory: { load_bytes: 0, heap_bytes: 0, arena_bytes: 0, resident_bytes: 0 },
  ...{ gpu_utilization: 0, gpu_memory_bytes: 0, gpu_power_watts: 0 },
  cost_per_1000: { amount: 0, currency: 0 },
};
export const block = {
  n: 0,
  agreement: { ...interval, kappa: 0 },
  confidence: {
    ...{
      primary_mean: 0,
      shadow_mean: 0,
      difference: interval,
      psi: 0,
      js_distance: 0,
      ks: 0,
      wasserstein: 0,
    },
    histogram: { edges: [], primary: [], shadow: [] },
  },
  similarity: {
    ...{ measure: 0, k: 0, n: 0, mean: 0, lower: 0, upper: 0 },
    lengths: { primary: 0, shadow: 0 },
  },
  accuracy: {
    ...{ n: 0, labelled: 0, primary: 0, shadow: 0, difference: interval, gains: 0, losses: 0, unlabelled: 0 },
    ...{ bounds: { lower: 0, upper: 0 }, mcnemar_p: 0, anytime_p: 0 },
  },
  calibration: { primary: calibration, shadow: calibration },
  error: {
    ...{ n: 0, mae_primary: 0, mae_shadow: 0, rmse_primary: 0, rmse_shadow: 0, difference: interval },
    ...{ gains: 0, losses: 0 },
  },
  errors: { primary: rate, shadow: rate },
  latency_ms: {
    ...{ primary: quantiles, shadow: quantiles, control: quantiles },
    ratio: { ...interval, against: 0 },
  },
  resources: {
    ...{ primary: cost, shadow: cost, control: cost },
    process: { cpu_percent: 0, cpu_seconds: 0, memory_bytes: 0 },
    server_components: [{ component: 0, cpu_seconds: 0 }],
  },
};
export const dropped = { queue_full: 0, deadline: 0, stalled: 0, breaker: 0, budget: 0 };
/** The keys of the report object; numbers stand for any value that is no object. */
export const complete = {
  ...{ model: 0, primary: 0, shadow: 0, task: 0, generated_at: 0, window: { from: 0, to: 0 } },
  traffic: {
    ...{ requests: 0, rows: 0, sampled: 0, compared: 0, dropped, errors: { primary: 0, shadow: 0 } },
  },
  overall: block,
  segments: [
    {
      ...{ segment: { column: 0, value: 0 }, traffic_share: 0, block, status: 0 },
      evidence: { e_value: 0, threshold: 0, discovery: 0 },
    },
  ],
  ...{
    segments_omitted: 0,
    refused_segments: [{ column: 0, sentence: 0 }],
    rows_of_repeated_entities: 0,
    flips: [{ primary: 0, shadow: 0, n: 0 }],
  },
  slices: [
    {
      ...{ conditions: [{ column: 0, value: 0 }], traffic_share: 0, n: 0, gains: 0, losses: 0, lift: 0 },
      ...{ difference: interval, status: 0, evidence: { e_value: 0, threshold: 0, discovery: 0 } },
      found: { at: 0, pairs: 0, n: 0, lift: 0, score: 0 },
    },
  ],
  slice_search: { columns: [], checkpoints: [{ pairs: 0, at: 0 }], omitted: 0, left_out: [] },
  readiness: {
    ...{ ready: 0, margin: 0, alpha: 0, eta: 0 },
    samples: { ...gate, target: 0, smallest: { segment: { column: 0, value: 0 }, n: 0 } },
    power: { ...gate, power: 0, disagreement: 0, needed: 0, single_look_needed: 0, have: 0 },
    coverage: { ...gate, days: 0, cycle_days: 0, hours_of_week: 0 },
    labels: { ...gate, matured: 0, labelled: 0, fraction: 0 },
  },
  verdict: { decision: 0, reasons: [] },
  sampling: {
    ...{ kind: 0, budget: { amount: 0, unit: 0 }, share: 0, rates_omitted: 0 },
    rates: [{ segment: { column: 0, value: 0 }, rate: 0, compared: 0 }],
  },
  interference: {
    ...{ state: 0, estimate: 0, lower: 0, upper: 0, budget: 0, pairs: 0, effective_sample: 0 },
    ...{ p99_ms: { with_shadows: 0, without_shadows: 0 }, discarded: { busy: 0, few: 0 } },
  },
  lanes: [
    {
      ...{ version: 0, role: 0, state: 0, since: 0, reason: 0, execution_provider: 0 },
      ...{
        provider_remarks: [],
        restarts: 0,
        files: [{ file: 0, sha256: 0 }],
      },
    },
  ],
};

/** Every object has exactly the keys that the shape has; null may stand for any of them. */
export function expectShape(value: unknown, shape: unknown, path: string): void {
  if (value === null) return;
  if (Array.isArray(shape)) {
    expect(Array.isArray(value), path).toBe(true);
    for (const [i, item] of (value as unknown[]).entries()) {
      if (shape.length > 0) expectShape(item, shape[0], `${path}[${i}]`);
    }
    return;
  }
  if (typeof shape !== 'object' || shape === null) {
    expect(typeof value, path).not.toBe('object');
    return;
  }
  expect(Object.keys(value as object).sort(), path).toEqual(Object.keys(shape).sort());
  for (const [key, inner] of Object.entries(shape)) {
    expectShape((value as Record<string, unknown>)[key], inner, `${path}.${key}`);
  }
}
