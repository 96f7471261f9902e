import type { SamplingReport } from '../analysis/report/sampling.ts';
import type { SampleBudget } from '../config/sample.ts';
import { segmentOf } from '../shadow/segment-key.ts';
import type { Deployment } from './deployment.ts';

const listedRates = 100;

/** Null where the shadow does not run. */
export function samplingReport(deployment: Deployment, shadowVersion: string): SamplingReport | null {
  const lane = deployment.running.find(({ version, role }) => version === shadowVersion && role === 'shadow');
  if (!lane) return null;
  const share = deployment.effectiveRateOf(lane);
  const rates = deployment.sampling?.ratesOf(shadowVersion) ?? null;
  if (rates === null) return { kind: 'uniform', budget: null, share, rates: null, rates_omitted: 0 };
  const all = rates.rates;
  const listed = all.slice(0, listedRates);
  return {
    kind: 'by_segment',
    budget: budgetReport(rates.budget),
    share,
    rates: listed.map(({ key, rate, compared }) => ({ segment: segmentOf(key), rate, compared })),
    rates_omitted: all.length - listed.length,
  };
}

function budgetReport(budget: SampleBudget): SamplingReport['budget'] {
  return budget.kind === 'share'
    ? { amount: budget.share, unit: 'share' }
    : { amount: budget.rowsPerSecond, unit: 'rows_per_second' };
}
