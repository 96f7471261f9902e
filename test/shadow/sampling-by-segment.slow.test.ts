import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { samplingPosition } from '../../src/shadow/sampler.ts';
import { openLogFile } from '../support/log-file.ts';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, sendAll, settled } from '../support/traffic.ts';

const rest = `segments: {country: {}}
readiness: {samples_per_segment: 1000000, cycle: 10m}
interference_budget: off
`;
const models = {
  'budgeted/7/model.onnx': mlp({ seed: 1 }),
  'budgeted/8/model.onnx': mlp({ seed: 2 }),
  'budgeted/deployment.yaml': `primary: 7\nshadows: [{version: 8, sample: {budget: 25%}}]\n${rest}`,
  // The same models and requests, with every row compared: the truth.
  'whole/7/model.onnx': mlp({ seed: 1 }),
  'whole/8/model.onnx': mlp({ seed: 2 }),
  'whole/deployment.yaml': `primary: 7\nshadows: [{version: 8, sample: 100%}]\n${rest}`,
};
const requests = 3000;
/** So many come before any rate is known. */
const early = 600;
/** The first one after the restart is of Brazil. */
const afterwards = 10;
const countryOf = (i: number) => (i % 50 === 0 ? 'BR' : 'DE');

let directory: string;
let budgeted: Report;
let whole: Report;
let again: Report | undefined;
let effectiveRate: number;
let rows: { readonly i: number; readonly pi: number }[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-budget-'));
  {
    await using server = await startTestServer({ models, directory });
    await send(server, 0, early);
    await setTimeout(1500);
    await send(server, early, requests);
    await settled(server);
    budgeted = await server.report('budgeted');
    whole = await server.report('whole');
    effectiveRate = total(await readMetrics(server), 'shadow_effective_sample_rate', { model: 'budgeted' });
  }
  {
    using log = await openLogFile(join(directory, 'data', 'log.duckdb'));
    const logged = await log.query("SELECT request_id, pi FROM comparisons WHERE model = 'budgeted'");
    rows = logged.map((row) => ({ i: Number(String(row.request_id).slice(1)), pi: Number(row.pi) }));
  }
  await using server = await startTestServer({ models: {}, directory });
  for (let tries = 0; again === undefined || (again.sampling?.rates?.length === 0 && tries < 100); tries++) {
    await send(server, requests, requests + afterwards);
    await setTimeout(100);
    again = await server.report('budgeted');
  }
}, 120_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Plays requests to both models, and says what is true: in Brazil the primary is right, elsewhere it is not. */
async function send(server: TestServer, from: number, to: number): Promise<void> {
  const labels = await sendAll(to - from, async (k) => {
    const i = from + k;
    const body = { id: `r${i}`, features: { x: featuresOf(i) }, segments: { country: countryOf(i) } };
    const [answer] = await Promise.all(
      ['whole', 'budgeted'].map((model) => server.post(`/predict/${model}`, body)),
    );
    expect(answer?.status).toBe(200);
    const label = Number(answer?.json.predictions[0].label);
    return { id: `r${i}`, label: String(countryOf(i) === 'BR' ? label : 1 - label) };
  });
  for (const model of ['whole', 'budgeted']) await server.post(`/v2/models/${model}/labels`, { labels });
}

const shareOf = (country: string, from: number) => {
  const sent = Array.from({ length: requests - from }, (_, k) => from + k).filter(
    (i) => countryOf(i) === country,
  );
  return rows.filter(({ i }) => i >= from && countryOf(i) === country).length / sent.length;
};

describe('a shadow with a budget of 25%', () => {
  it('gets all of the rare segment once it is known, and of the other what is left', () => {
    expect(shareOf('BR', early)).toBe(1);
    expect(shareOf('DE', early)).toBeLessThan(0.25);
    expect(shareOf('DE', early)).toBeGreaterThan(0.15);
  });

  it('stays within it', () => {
    const { rows: all, sampled } = budgeted.traffic;
    expect(all).toBe(requests);
    // Three standard deviations of what the hash makes of it.
    expect(sampled / all).toBeLessThan(0.25 + 3 * Math.sqrt((0.25 * 0.75) / all));
    expect(sampled / all).toBeGreaterThan(0.15);
  });

  it('logs with every row the probability it was sampled with', () => {
    for (const { i, pi } of rows) expect(samplingPosition('budgeted', `r${i}`)).toBeLessThan(pi);
    const late = rows.filter(({ i }) => i >= early + 100);
    expect(new Set(late.filter(({ i }) => countryOf(i) === 'BR').map(({ pi }) => pi))).toEqual(new Set([1]));
    // What a lower rate would have had is there at each higher one, too.
    const least = Math.min(...rows.map(({ pi }) => pi));
    const compared = new Set(rows.map(({ i }) => i));
    for (let i = 0; i < requests; i++) {
      if (samplingPosition('budgeted', `r${i}`) < least) expect(compared.has(i)).toBe(true);
    }
  });

  it('is judged for all traffic, not for its sample', () => {
    const truth = whole.overall.accuracy?.difference?.estimate ?? Number.NaN;
    const { difference, gains = 0, losses = 0, n = 1 } = budgeted.overall.accuracy ?? {};
    const half = (difference?.upper ?? 0) - (difference?.estimate ?? 0);
    // The interval is that of all looks: a half is some three standard errors.
    expect(Math.abs((difference?.estimate ?? Number.NaN) - truth)).toBeLessThan(half);
    expect((gains - losses) / n).toBeLessThan(truth - 0.01);
    expect(Math.abs((difference?.estimate ?? 0) - truth)).toBeLessThan(
      Math.abs((gains - losses) / n - truth),
    );
    const agreement = budgeted.overall.agreement;
    expect(agreement?.lower).toBeLessThan(whole.overall.agreement?.estimate ?? 0);
    expect(agreement?.upper).toBeGreaterThan(whole.overall.agreement?.estimate ?? 1);
    const [primary, shadow] = [budgeted.overall.accuracy?.primary, budgeted.overall.accuracy?.shadow];
    expect((shadow ?? 0) - (primary ?? 0)).toBeCloseTo(difference?.estimate ?? 0, 2);
  });

  it('shows its rates in the report, and what they come to in a metric', () => {
    const { sampling } = budgeted;
    expect(sampling).toMatchObject({ kind: 'by_segment', budget: { amount: 0.25, unit: 'share' } });
    expect(sampling?.rates?.map(({ segment }) => segment.value)).toEqual(['BR', 'DE']);
    expect(sampling?.rates?.[0]).toMatchObject({ rate: 1 });
    expect(effectiveRate).toBeLessThanOrEqual(0.25);
    expect(effectiveRate).toBeGreaterThan(0);
    expect(whole.sampling).toMatchObject({ kind: 'uniform', share: 1, budget: null, rates: null });
  });

  it('goes on after a restart from what the log knows', () => {
    const comparedIn = (value: string) =>
      again?.sampling?.rates?.find(({ segment }) => segment.value === value)?.compared;
    const logged = (value: string) => rows.filter(({ i }) => countryOf(i) === value).length;
    for (const value of ['BR', 'DE']) {
      expect(comparedIn(value)).toBeGreaterThanOrEqual(logged(value));
      expect(comparedIn(value)).toBeLessThan(logged(value) + 200);
    }
  });
});
