import { Random } from '../../models/training/random.ts';
import { judge } from '../../src/analysis/judgement/judgement.ts';
import { mcnemarExact } from '../../src/analysis/statistics/mcnemar.ts';
import { anytimeSampleSize, connorSampleSize } from '../../src/analysis/statistics/sample-size.ts';
import { disagreementOf, drawGap, drawOutcome, PairTally, ratesOf } from './pair-tally.ts';
import { atLeast, type Finding, type Simulation } from './simulation.ts';

const alpha = 0.05;
const power = 0.8;
/** Rate of disagreement, and difference of accuracies. */
const effects = [
  [0.05, 0.02],
  [0.05, 0.01],
  [0.03, 0.005],
  [0.12, 0.02],
  [0.36, 0.15],
] as const;

type Call = 'zero left out' | 'regressed' | 'regressed among 40' | 'safe';

/** What rows with a difference of d were called by the time n of them were there, and what by a look at the n-th alone. */
function watch(random: Random, q: number, d: number, margin: number, n: number) {
  const rates = ratesOf(q, d);
  const rules = { task: 'classification', alpha, margin } as const;
  const tally = new PairTally();
  const called = new Set<Call>();
  const look = (): ReadonlySet<Call> => {
    const counts = tally.counts();
    const { status, difference } = judge(counts, null, { ...rules, threshold: 1 / alpha });
    const among = judge(counts, null, { ...rules, threshold: 40 / alpha });
    const calls = new Set<Call>();
    if (difference !== null && difference.upper < 0) calls.add('zero left out');
    if (status === 'regressed') calls.add('regressed');
    if (among.status === 'regressed') calls.add('regressed among 40');
    if (status === 'safe' || status === 'better') calls.add('safe');
    return calls;
  };
  for (;;) {
    const gap = drawGap(random, disagreementOf(rates));
    if (tally.n + gap > n) break;
    tally.n += gap;
    tally.disagreements += 1;
    tally.label(drawOutcome(random, rates));
    if (!tally.quiet) for (const call of look()) called.add(call);
  }
  tally.n = n;
  const atLast = look();
  return { tally, byThen: called.union(atLast), atLast };
}

function findingsOf(q: number, d: number, runs: number, seed: number): Finding[] {
  const planned = anytimeSampleSize(q - d * d, d, alpha, power);
  const once = connorSampleSize(q, d, alpha, power);
  const play = (difference: number, n: number) =>
    Array.from({ length: runs }, (_, run) => watch(new Random(seed + run), q, difference, d, n));
  const losing = play(-d, planned);
  const share = (count: number) => ({ count, of: runs });
  const byThen = (call: Call) => share(losing.filter(({ byThen: calls }) => calls.has(call)).length);
  const promised = (what: string, seen: Finding['seen']): Finding => ({ what, wanted: atLeast(power), seen });
  const compared = (what: string, seen: Finding['seen']): Finding => ({ what, wanted: null, seen });
  const alike = play(0, planned).filter(({ atLast }) => atLast.has('safe')).length;
  const oneLook = losing.filter(({ atLast }) => atLast.has('zero left out')).length;
  const mcnemar = play(-d, once).filter(
    ({ tally: { gains, losses } }) => mcnemarExact(gains, losses) < alpha,
  );
  return [
    promised(`${d * 100} points, ${q * 100}% differ: 0 left out by n=${planned}`, byThen('zero left out')),
    promised('… called regressed by then', byThen('regressed')),
    compared('… called regressed by then, as one of 40 segments', byThen('regressed among 40')),
    compared('… 0 left out at n, one look', share(oneLook)),
    compared('… safe at n where there is no difference, with d as margin', share(alike)),
    compared(`… McNemar p < .05, one look at n=${once}`, share(mcnemar.length)),
  ];
}

function simulate(runs: number, seed: number): Finding[] {
  return effects.flatMap(([q, d], index) => findingsOf(q, d, runs, (seed * 10 + index) * 1_000_000));
}

export const powerAtPlan: Simulation = {
  name: 'power-at-plan',
  question: 'a loss is seen by the n that readiness asks for, read after every disagreement',
  runs: 1000,
  simulate,
};
