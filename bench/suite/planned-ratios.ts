import { decodeHistogram, latencyAt } from '../perf/histogram.ts';
import type { RatioPlan } from './scenario.ts';
import type { Measure, Ratio, SuitePoint } from './suite-result.ts';

const percentiles: Readonly<Record<Exclude<Measure, 'throughput' | 'memory'>, number | null>> = {
  mean: null,
  p50: 50,
  p90: 90,
  p99: 99,
  'p99.9': 99.9,
};

/** At each place on the axis where there are points of both; a point is not compared with itself. */
export function plannedRatios(points: readonly SuitePoint[], plans: readonly RatioPlan[]): Ratio[] {
  return plans.flatMap((plan) =>
    points
      .filter(({ subject }) => subject === plan.of)
      .flatMap((point) => {
        const base = points.find(({ subject, x }) => subject === plan.by && x === (plan.byX ?? point.x));
        return base === undefined || base === point ? [] : [ratioOf(plan, point, base)];
      }),
  );
}

function ratioOf({ measure, of, by, byX, wanted }: RatioPlan, point: SuitePoint, base: SuitePoint): Ratio {
  const rounds = point.windows.flatMap((window, i) => {
    const other = base.windows[i];
    const ratio =
      other && divided(figure(measure, window, point.batchSize), figure(measure, other, base.batchSize));
    return typeof ratio === 'number' ? [ratio] : [];
  });
  const failed = [point, base].find((one) => Object.keys(one.errors).length > 0 || one.unanswered > 0);
  const limited = [point, base].find((one) => one.generatorLimit !== null);
  const value = divided(figure(measure, point, point.batchSize), figure(measure, base, base.batchSize));
  return {
    ...{ measure, of, wanted, rounds, x: point.x },
    by: byX === undefined ? by : `${by} at ${byX}`,
    value: failed ? null : value,
    doubt: failed
      ? `requests to ${failed.subject} failed`
      : limited
        ? `with ${limited.subject} the generator was ${limited.generatorLimit}`
        : null,
  };
}

function figure(
  measure: Measure,
  { requestsPerSecond, histogram }: { readonly requestsPerSecond: number; readonly histogram: string },
  batchSize: number,
): number | null {
  if (measure === 'throughput') return requestsPerSecond * batchSize;
  if (measure === 'memory') return null;
  return latencyAt(decodeHistogram(histogram), percentiles[measure]);
}

function divided(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}
