import { Random } from '../../models/training/random.ts';
import { judge } from '../../src/analysis/judgement/judgement.ts';
import { stratify } from '../../src/analysis/judgement/stratify.ts';
import { evenSums } from '../../test/support/even-sums.ts';
import { ratesOf } from './pair-tally.ts';
import { pooled, SampledStratum, type StratumPlan, trueDifference } from './sampled-stratum.ts';
import { atMost, type Finding, type Simulation } from './simulation.ts';

const alpha = 0.05;
const margin = 0.01;
const looksEvery = 500;
const rules = { task: 'classification', alpha, margin, threshold: 1 / alpha } as const;

interface Scenario {
  readonly name: string;
  readonly traffic: number;
  readonly plans: readonly StratumPlan[];
}

const scenarios: readonly Scenario[] = [
  {
    name: 'the worse 10% sampled 10 times as often',
    traffic: 60_000,
    plans: [
      { share: 0.9, pi: 0.05, labelShare: 1, rates: ratesOf(0.04, 0.02) },
      { share: 0.1, pi: 0.5, labelShare: 1, rates: ratesOf(0.25, -0.15) },
    ],
  },
  {
    name: 'the even 5% sampled 100 times as often',
    traffic: 60_000,
    plans: [
      { share: 0.95, pi: 0.01, labelShare: 1, rates: ratesOf(0.01, -0.01) },
      { share: 0.05, pi: 1, labelShare: 1, rates: ratesOf(0.1, 0) },
    ],
  },
  {
    name: 'the all but equal 5% sampled 100 times as often',
    traffic: 60_000,
    plans: [
      { share: 0.95, pi: 0.01, labelShare: 1, rates: ratesOf(0.012, -0.012) },
      { share: 0.05, pi: 1, labelShare: 1, rates: ratesOf(0.001, 0) },
    ],
  },
  {
    name: 'the better 10% sampled 20 times as often',
    traffic: 60_000,
    plans: [
      { share: 0.9, pi: 0.05, labelShare: 1, rates: ratesOf(0.06, -0.04) },
      { share: 0.1, pi: 1, labelShare: 1, rates: ratesOf(0.2, 0.1) },
    ],
  },
  {
    name: 'all labels of the worse half, a fifth of the better',
    traffic: 20_000,
    plans: [
      { share: 0.5, pi: 1, labelShare: 1, rates: ratesOf(0.1, -0.04) },
      { share: 0.5, pi: 1, labelShare: 0.2, rates: ratesOf(0.1, 0.04) },
    ],
  },
];

type Method = 'weighted' | 'pooled';
const methods: readonly Method[] = ['weighted', 'pooled'];

interface Seen {
  /** At the end; null where there was no interval yet. */
  readonly estimate: number | null;
  /** Whether the interval ever left the truth out. */
  readonly missed: boolean;
  readonly regressed: boolean;
  /** Or better. */
  readonly safe: boolean;
}

function play(random: Random, { traffic, plans }: Scenario): Readonly<Record<Method, Seen>> {
  const truth = trueDifference(plans);
  const strata = plans.map((plan) => new SampledStratum(plan));
  const nothing = { estimate: null, missed: false, regressed: false, safe: false };
  const seen: Record<Method, Seen> = { weighted: nothing, pooled: nothing };
  for (let row = 1; row <= traffic; row += 1) {
    let place = random.uniform();
    const stratum = strata.find(({ plan }) => {
      place -= plan.share;
      return place < 0;
    });
    (stratum ?? strata[0])?.serve(random);
    if (row % looksEvery !== 0) continue;
    const counts = pooled(strata).counts();
    const parts = strata.map(({ plan, size, tally }) => ({ size, sums: evenSums(tally.counts(), plan.pi) }));
    for (const method of methods) {
      const weights = method === 'weighted' ? stratify('classification', parts, counts) : null;
      const { status, difference } = judge(counts, weights, rules);
      const { estimate, missed, regressed, safe } = seen[method];
      const misses = difference !== null && (difference.lower > truth || difference.upper < truth);
      seen[method] = {
        estimate: difference?.estimate ?? estimate,
        missed: missed || misses,
        regressed: regressed || status === 'regressed',
        safe: safe || status === 'safe' || status === 'better',
      };
    }
  }
  return seen;
}

function points(value: number): string {
  return `${(value * 100).toFixed(2)} points`;
}

function findingsOf(scenario: Scenario, runs: number, seed: number): Finding[] {
  const truth = trueDifference(scenario.plans);
  const played = Array.from({ length: runs }, (_, run) => play(new Random(seed + run), scenario));
  return methods.flatMap((method): Finding[] => {
    const finding = (what: string, call: 'missed' | 'regressed' | 'safe'): Finding => ({
      what: `… ${method}: ${what}`,
      wanted: method === 'weighted' ? atMost(alpha) : null,
      seen: { count: played.filter((seen) => seen[method][call]).length, of: runs },
    });
    const estimates = played.flatMap((seen) => seen[method].estimate ?? []);
    const mean = estimates.reduce((sum, estimate) => sum + estimate, 0) / estimates.length;
    return [
      {
        what: `${scenario.name}: ${points(truth)}, ${method} on average`,
        wanted: null,
        seen: estimates.length === 0 ? 'no interval yet' : points(mean),
      },
      finding('interval ever leaves it out', 'missed'),
      ...(truth >= 0 ? [finding('wrongly called regressed', 'regressed')] : []),
      ...(truth <= -margin ? [finding('wrongly called safe or better', 'safe')] : []),
      ...(truth < 0 ? [{ ...finding('rightly called regressed', 'regressed'), wanted: null }] : []),
    ];
  });
}

function simulate(runs: number, seed: number): Finding[] {
  return scenarios.flatMap((scenario, index) => findingsOf(scenario, runs, (seed * 10 + index) * 1_000_000));
}

export const weighting: Simulation = {
  name: 'weighting',
  question: 'parts of the traffic sampled or labelled unequally: weighted by traffic, and pooled',
  runs: 200,
  simulate,
};
