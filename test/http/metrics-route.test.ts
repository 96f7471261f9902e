import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { parsePrometheus, readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/8/model.onnx': mlp({ seed: 8 }),
      'fraud/deployment.yaml': 'shadows: [{version: 8, sample: 100%}]',
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('/metrics', () => {
  it('is Prometheus text in which every metric is described', async () => {
    const { status, headers, bytes } = await server.get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = bytes.toString();
    const samples = parsePrometheus(text);
    expect(samples.length).toBeGreaterThan(20);
    for (const { name } of samples) {
      const family = name.replace(/_(bucket|sum|count)$/, '');
      expect(text.includes(`# TYPE ${name} `) || text.includes(`# TYPE ${family} `), name).toBe(true);
    }
  });

  it('has the names that dashboards made for Triton plot', async () => {
    await server.post('/predict/fraud', { features: [[1, 2, 3, 4]] });
    await server.post('/predict/fraud', 'no json');
    await server.server.settle(10_000);
    await server.server.flush();
    // The machine is measured once a second.
    let samples = await readMetrics(server);
    while (!samples.some(({ name }) => name === 'nv_cpu_utilization')) samples = await readMetrics(server);
    const names = new Set(samples.map(({ name }) => name));
    for (const name of [
      ...['request_success', 'request_failure', 'count', 'exec_count', 'pending_request_count'],
      ...['request_duration_us', 'queue_duration_us', 'compute_input_duration_us'],
      ...['compute_infer_duration_us', 'compute_output_duration_us'],
    ]) {
      expect(names).toContain(`nv_inference_${name}`);
    }
    for (const name of [
      'cpu_utilization',
      'cpu_memory_total_bytes',
      'cpu_memory_used_bytes',
      'model_load_duration_secs',
    ]) {
      expect(names).toContain(`nv_${name}`);
    }
    expect(total(samples, 'nv_cpu_utilization')).toBeGreaterThan(0);
    expect(total(samples, 'nv_cpu_utilization')).toBeLessThanOrEqual(1);
    expect(total(samples, 'nv_cpu_memory_used_bytes')).toBeLessThan(
      total(samples, 'nv_cpu_memory_total_bytes'),
    );
    expect(total(samples, 'nv_model_load_duration_secs', { version: '7' })).toBeGreaterThan(0);
  });

  it('has nothing that no page describes', async () => {
    const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const text = (await server.get('/metrics')).bytes.toString();
    const families = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!);
    expect(families.length).toBeGreaterThan(50);
    // Those two kinds are prom-client's own.
    const undescribed = families.filter(
      (name) => !/^(process|nodejs)_/.test(name) && !page.includes(`| \`${name}\` |`),
    );
    expect(undescribed).toEqual([]);
  });

  it('counts requests, rows and runs by model, version and role', async () => {
    const before = await readMetrics(server);
    const features = [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
    ];
    for (let i = 0; i < 5; i++) await server.post('/predict/fraud', { features });
    await server.post('/predict/fraud', 'no json');
    await server.server.settle(10_000);
    await server.server.flush();
    const after = await readMetrics(server);
    const gained = (name: string, labels: Record<string, string>): number =>
      total(after, name, { model: 'fraud', ...labels }) - total(before, name, { model: 'fraud', ...labels });

    const primary = { version: '7', role: 'primary' };
    const shadow = { version: '8', role: 'shadow' };
    expect(gained('nv_inference_request_success', { version: '7' })).toBe(5);
    expect(gained('nv_inference_request_failure', { version: '7', status: '400' })).toBe(1);
    expect(gained('nv_inference_count', primary)).toBe(10);
    expect(gained('nv_inference_exec_count', primary)).toBe(5);
    expect(gained('understudy_request_duration_seconds_count', { version: '7' })).toBe(5);
    expect(gained('nv_inference_compute_infer_duration_us', primary)).toBeGreaterThan(0);
    expect(gained('nv_inference_compute_input_duration_us', primary)).toBeGreaterThan(0);
    expect(gained('nv_inference_compute_output_duration_us', primary)).toBeGreaterThan(0);
    expect(gained('nv_inference_request_duration_us', primary)).toBeGreaterThan(
      gained('nv_inference_compute_infer_duration_us', primary),
    );
    expect(gained('nv_inference_queue_duration_us', primary)).toBeGreaterThan(0);
    expect(total(after, 'nv_inference_pending_request_count', primary)).toBe(0);

    // The shadow saw what could be read, and nothing of it counts as a request that was answered.
    expect(gained('nv_inference_count', shadow)).toBe(10);
    expect(gained('nv_inference_request_success', { version: '8' })).toBe(0);
    expect(gained('shadow_sampled_rows_total', { shadow: '8' })).toBe(10);
    expect(gained('shadow_traffic_rows_total', { shadow: '8' })).toBe(10);
    expect(gained('shadow_dropped_rows_total', { shadow: '8' })).toBe(0);
  });

  it('knows what the lanes and the process cost', async () => {
    const samples = await readMetrics(server);
    expect(total(samples, 'understudy_lane_cpu_seconds_total', { role: 'primary' })).toBeGreaterThan(0);
    expect(total(samples, 'understudy_model_memory_bytes', { role: 'shadow' })).toBeGreaterThan(0);
    expect(total(samples, 'understudy_process_memory_bytes')).toBeGreaterThan(10_000_000);
  });
});
