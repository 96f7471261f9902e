import { execFileSync, spawnSync } from 'node:child_process';
import { Counter, Gauge } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DurationHistogram } from '../../src/metrics/duration-histogram.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';

function hasPromtool(): boolean {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Checked {
  /** 0 for a text without fault, 3 for one with names that are not as Prometheus likes them, 1 for what is no such text. */
  readonly status: number | null;
  /** A name, and what is wrong with it. */
  readonly faults: readonly string[];
}

function check(text: string): Checked {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  return { status, faults: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
}

const isTritons = (fault: string): boolean => /^nv_/.test(fault);

/** Every metric with a value, since promtool passes over those without. */
async function everyMetric(): Promise<string> {
  const { registry, ...metrics } = createMetrics();
  const labelled = z.object({ labelNames: z.array(z.string()) });
  for (const metric of Object.values(metrics)) {
    const { labelNames } = labelled.parse({ ...metric });
    const labels = Object.fromEntries(labelNames.map((name) => [name, 'a']));
    if (metric instanceof Counter) (metric as Counter).inc(labels, 1);
    else if (metric instanceof Gauge) (metric as Gauge).set(labels, 1);
    else if (metric instanceof DurationHistogram) metric.labels(...labelNames.map(() => 'a')).observe(1);
  }
  return registry.metrics();
}

// Debian's package `prometheus` has it.
describe.skipIf(!hasPromtool())('promtool check metrics (skipped where there is no promtool)', () => {
  it('finds fault with no name of ours, but with those that are Triton’s', async () => {
    const { status, faults } = check(await everyMetric());
    expect(status).toBe(3);
    expect(faults.filter((fault) => !isTritons(fault))).toEqual([]);
    expect(faults.some((fault) => fault.startsWith('nv_inference_count '))).toBe(true);
  });

  it('reads what a server says after some traffic', async () => {
    await using server = await startTestServer({
      models: { 'fraud/7/model.onnx': mlp({ seed: 7 }), 'fraud/8/model.onnx': mlp({ seed: 8 }) },
    });
    await server.post('/predict/fraud', { features: [[1, 2, 3, 4]] });
    await server.post('/predict/fraud', 'no json');
    const text = (await server.get('/metrics')).bytes.toString();
    expect(text).toMatch(/^nv_inference_request_failure\{.*reason="OTHER",status="400"\} 1$/m);
    const { status, faults } = check(text);
    expect(status).toBe(3);
    expect(faults.filter((fault) => !isTritons(fault))).toEqual([]);
  });

  it('would find a fault', () => {
    expect(check('a 1\na{ 2\n').status).toBe(1);
    expect(check('# HELP x y\n# TYPE x counter\nx 1\n')).toEqual({
      status: 3,
      faults: ['x counter metrics should have "_total" suffix'],
    });
  });
});
