import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { linearRegression, mlp, stringLabels } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, sendAll, settled } from '../support/traffic.ts';
import { block, complete, dropped, expectShape } from './report-shape.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';
const files: Readonly<Record<string, readonly [Uint8Array, Uint8Array]>> = {
  twins: [mlp({ seed: 1 }), mlp({ seed: 1 })],
  fraud: [mlp({ seed: 1 }), mlp({ seed: 2 })],
  pets: [stringLabels({ seed: 1 }), stringLabels({ seed: 2 })],
  house: [linearRegression({ weights: [1, 2, 3] }), linearRegression({ weights: [1, 2, 3.05] })],
  idle: [mlp({ seed: 1 }), mlp({ seed: 2 })],
};
const requests = 400;
const columnsOf = (model: string): number => (model === 'house' ? 3 : 4);
const countryOf = (i: number): string => (i % 4 === 0 ? 'FR' : 'DE');

interface Said {
  readonly label?: string | number;
  readonly value?: number;
  readonly confidence?: number;
}

let server: TestServer;
/** By model, what the two versions say of each request, asked of servers on which each is alone. */
const said = new Map<string, readonly (readonly [Said, Said])[]>();
const reports = new Map<string, Report>();

beforeAll(async () => {
  const names = Object.keys(files);
  server = await startTestServer({
    models: Object.fromEntries(
      names.flatMap((name) => [
        [`${name}/7/model.onnx`, files[name]![0]],
        [`${name}/8/model.onnx`, files[name]![1]],
        [`${name}/deployment.yaml`, everything],
      ]),
    ),
  });
  await using alone = await startTestServer({
    models: Object.fromEntries(
      names.flatMap((name) => files[name]!.map((file, side) => [`${name}_${side}/1/model.onnx`, file])),
    ),
  });
  for (const name of names.filter((model) => model !== 'idle')) {
    const ask = async (to: TestServer, path: string, body: object): Promise<Said> => {
      const answer = await to.post(path, body);
      expect(answer.status, answer.bytes.toString()).toBe(200);
      return answer.json.predictions[0];
    };
    const pairs = await sendAll(requests, async (i): Promise<readonly [Said, Said]> => {
      const features = { x: featuresOf(i, columnsOf(name)) };
      const segments = { country: countryOf(i) };
      await ask(server, `/predict/${name}`, { id: `r${i}`, features, segments });
      return [
        await ask(alone, `/predict/${name}_0`, { features }),
        await ask(alone, `/predict/${name}_1`, { features }),
      ];
    });
    said.set(name, pairs);
    const labels = pairs.flatMap((pair, i) =>
      isLabelled(i) ? [{ id: `r${i}`, label: truthOf(pair, i) }] : [],
    );
    expect((await server.post(`/v2/models/${name}/labels`, { labels })).json).toEqual({
      accepted: labels.length,
    });
  }
  await settled(server);
  for (const name of names) reports.set(name, await server.report(name));
});
afterAll(() => server[Symbol.asyncDispose]());

const isLabelled = (i: number): boolean => i % 5 !== 0;

/** Sometimes the primary is right, sometimes the shadow, sometimes neither. */
function truthOf([primary, shadow]: readonly [Said, Said], i: number): string | number {
  if (primary.value !== undefined) return primary.value + (i % 7) / 100;
  return [primary, primary, shadow][i % 3]?.label ?? 'none';
}

const labelsOf = (name: string) => said.get(name)!.map((pair) => pair.map(({ label }) => String(label)));
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Cohen 1960: (observed − chance) / (1 − chance). */
function kappaOf(pairs: readonly (readonly string[])[]): number {
  const share = (count: number): number => count / pairs.length;
  const of = (side: 0 | 1, label: string): number =>
    share(pairs.filter((pair) => pair[side] === label).length);
  const labels = [...new Set(pairs.flat())];
  const chance = labels.reduce((sum, label) => sum + of(0, label) * of(1, label), 0);
  return (share(pairs.filter(([p, s]) => p === s).length) - chance) / (1 - chance);
}

describe('two copies of one model', () => {
  it('agree on every row, with no flip and no difference of confidence', () => {
    const { overall, flips, traffic } = reports.get('twins')!;
    expect(traffic).toMatchObject({ requests, rows: requests, sampled: requests, compared: requests });
    expect(overall.agreement).toMatchObject({ estimate: 1, upper: 1, kappa: 1 });
    expect(overall.agreement?.lower).toBeGreaterThan(0.97);
    expect(flips).toEqual([]);
    expect(overall.confidence?.shadow_mean).toBeCloseTo(overall.confidence!.primary_mean, 6);
    expect(overall.confidence?.psi).toBeCloseTo(0, 6);
    expect(overall.accuracy).toMatchObject({ gains: 0, losses: 0, unlabelled: 0 });
  });
});

describe.each(['fraud', 'pets'])('two classifiers (%s)', (name) => {
  it('agree as often as they do when each is asked alone', () => {
    const agreed = labelsOf(name).filter(([p, s]) => p === s).length;
    expect(agreed).toBeGreaterThan(0);
    expect(agreed).toBeLessThan(requests);
    const agreement = reports.get(name)!.overall.agreement!;
    expect(agreement.estimate).toBe(agreed / requests);
    expect(agreement.lower).toBeLessThan(agreement.estimate);
    expect(agreement.upper).toBeGreaterThan(agreement.estimate);
    expect(agreement.kappa).toBeCloseTo(kappaOf(labelsOf(name)), 9);
  });

  it('have the flips counted, the most frequent first', () => {
    const flips = new Map<string, number>();
    for (const [p, s] of labelsOf(name)) {
      if (p !== s) flips.set(`${p} → ${s}`, (flips.get(`${p} → ${s}`) ?? 0) + 1);
    }
    const reported = reports.get(name)!.flips!;
    expect(new Map(reported.map(({ primary, shadow, n }) => [`${primary} → ${shadow}`, n]))).toEqual(flips);
    expect(reported.map(({ n }) => n)).toEqual(reported.map(({ n }) => n).sort((a, b) => b - a));
  });

  it('have their confidences averaged', () => {
    const confidence = reports.get(name)!.overall.confidence!;
    const means = [0, 1].map((side) => mean(said.get(name)!.map((pair) => pair[side as 0 | 1].confidence!)));
    expect(confidence.primary_mean).toBeCloseTo(means[0]!, 5);
    expect(confidence.shadow_mean).toBeCloseTo(means[1]!, 5);
    expect(confidence.histogram.primary.reduce((sum, n) => sum + n, 0)).toBe(requests);
    expect(confidence.histogram.shadow.reduce((sum, n) => sum + n, 0)).toBe(requests);
  });

  it.each(['overall', 'country=FR', 'country=DE'])(
    'are as often right as counting by hand says: %s',
    (where) => {
      const report = reports.get(name)!;
      const isIn = (i: number): boolean => where === 'overall' || `country=${countryOf(i)}` === where;
      const block =
        where === 'overall'
          ? report.overall
          : report.segments.find(({ segment: { column, value } }) => `${column}=${value}` === where)!.block;
      let [primary, shadow, gains, losses, labelled, unlabelled, n] = [0, 0, 0, 0, 0, 0, 0];
      for (const [i, pair] of said.get(name)!.entries()) {
        if (!isIn(i)) continue;
        n++;
        const [p, s] = pair.map(({ label }) => label);
        if (!isLabelled(i)) {
          if (p !== s) unlabelled++;
          continue;
        }
        labelled++;
        const truth = truthOf(pair, i);
        if (p === truth) primary++;
        if (s === truth) shadow++;
        if (p !== truth && s === truth) gains++;
        if (p === truth && s !== truth) losses++;
      }
      expect(gains).toBeGreaterThan(0);
      expect(losses).toBeGreaterThan(0);
      expect(block.accuracy).toMatchObject({ n, labelled, gains, losses, unlabelled });
      expect(block.accuracy?.primary).toBeCloseTo(primary / labelled, 12);
      expect(block.accuracy?.shadow).toBeCloseTo(shadow / labelled, 12);
      expect(block.accuracy?.bounds.lower).toBeCloseTo((gains - losses - unlabelled) / n, 12);
      expect(block.accuracy?.bounds.upper).toBeCloseTo((gains - losses + unlabelled) / n, 12);
      expect(block.error).toBeNull();
    },
  );
});

describe('two regressions', () => {
  it('are compared by value, within a tolerance, and by their errors', () => {
    const { task, overall, flips } = reports.get('house')!;
    expect(task).toBe('regression');
    expect(flips).toBeNull();
    const pairs = said.get('house')!.map((pair) => pair.map(({ value }) => value!) as [number, number]);
    const agreed = pairs.filter(([p, s]) => Math.abs(p - s) <= 1e-6 + 0.01 * Math.abs(p)).length;
    expect(agreed).toBeGreaterThan(0);
    expect(overall.agreement?.estimate).toBe(agreed / requests);
    const errors = said.get('house')!.flatMap((pair, i) => {
      const truth = Number(truthOf(pair, i));
      return isLabelled(i) ? [[truth - pair[0].value!, truth - pair[1].value!]] : [];
    });
    const side = (index: number): number[] => errors.map((both) => Math.abs(both[index]!));
    const rootMeanSquare = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => value ** 2)));
    expect(overall.error).toMatchObject({ n: errors.length });
    expect(overall.error?.mae_primary).toBeCloseTo(mean(side(0)), 6);
    expect(overall.error?.mae_shadow).toBeCloseTo(mean(side(1)), 6);
    expect(overall.error?.rmse_primary).toBeCloseTo(rootMeanSquare(side(0)), 6);
    expect(overall.error?.rmse_shadow).toBeCloseTo(rootMeanSquare(side(1)), 6);
    expect(overall.error?.difference?.estimate).toBeCloseTo(mean(side(1)) - mean(side(0)), 6);
    expect(overall).toMatchObject({ accuracy: null, calibration: null, confidence: null });
  });
});

describe('the verdict on little evidence', () => {
  it('is to keep shadowing, and says how much is missing', () => {
    const { verdict, readiness } = reports.get('twins')!;
    expect(verdict.decision).toBe('keep_shadowing');
    expect(verdict.reasons.join('\n')).toContain('country=FR has 100 of 10,000 compared rows');
    expect(readiness).toMatchObject({
      ready: false,
      samples: {
        ready: false,
        target: 10_000,
        smallest: { segment: { column: 'country', value: 'FR' }, n: 100 },
      },
      coverage: { ready: false, cycle_days: 7 },
    });
  });

  it('is to keep shadowing where there was no traffic at all', () => {
    expect(reports.get('idle')!.verdict).toEqual({
      decision: 'keep_shadowing',
      reasons: ['No request has been compared yet, so nothing is known of v8.'],
    });
  });
});

describe('the report object', () => {
  it.each(Object.keys(files))(
    'of %s has every key of the design, null where there is nothing to say',
    (name) => {
      expectShape(reports.get(name), complete, name);
    },
  );

  it('of a model without any traffic has nothing but nulls and zeros to tell', () => {
    const { overall, window, traffic, segments, readiness } = reports.get('idle')!;
    expect(window).toEqual({ from: null, to: null });
    expect(traffic).toEqual({
      ...{ requests: 0, rows: 0, sampled: 0, compared: 0, dropped },
      errors: { primary: 0, shadow: 0 },
    });
    expect(overall).toMatchObject({
      ...{ n: 0, agreement: null, confidence: null, accuracy: null, calibration: null },
      ...{ error: null, errors: null, latency_ms: null },
    });
    expect(overall.resources?.primary?.memory_bytes).toBeGreaterThan(0);
    expect(segments).toEqual([]);
    expect(readiness.samples.smallest).toEqual({ segment: null, n: 0 });
  });

  it('of classifiers with labels leaves out nothing but the control and what other tasks have', () => {
    const { overall } = reports.get('fraud')!;
    expect(Object.keys(block).filter((key) => overall[key as keyof typeof overall] === null)).toEqual([
      'similarity',
      'error',
    ]);
    expect(overall.latency_ms?.primary?.p50).toBeGreaterThan(0);
    expect(overall.latency_ms?.ratio?.against).toBe('primary');
    expect(overall.resources?.shadow?.cpu_ms_per_row).toBeGreaterThan(0);
  });
});
