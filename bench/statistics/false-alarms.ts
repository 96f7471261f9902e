import { Random } from '../../models/training/random.ts';
import { eBenjaminiHochberg } from '../../src/analysis/statistics/e-benjamini-hochberg.ts';
import { finiteExp } from '../../src/analysis/statistics/loss-alarm.ts';
import { atMost, type Finding, type Simulation } from './simulation.ts';
import { type Call, watchSegment } from './watched-segment.ts';

const segments = 40;
const alpha = 0.05;
/** 5% of rows differ, and neither version is right more often. */
const rates = { gain: 0.02, loss: 0.02, draw: 0.01 };

interface Labels {
  readonly shareIn: (segment: number) => number;
  readonly waiting: number;
}

/** Labels at once, and all of them. */
const prompt: Labels = { shareIn: () => 1, waiting: 0 };
const late: Labels = { shareIn: () => 0.3, waiting: 200 };
const uneven: Labels = { shareIn: (segment) => [0.05, 0.3, 1][segment % 3]!, waiting: 50 };

function watchAll(labels: Labels, runs: number, seed: number) {
  let [listed, watched] = [0, 0];
  const runsWith = new Map<Call, number>();
  const segmentsWith = new Map<Call, number>();
  const count = (into: Map<Call, number>, call: Call) => into.set(call, (into.get(call) ?? 0) + 1);
  for (let run = 0; run < runs; run += 1) {
    const random = new Random(seed + run);
    const called = new Set<Call>();
    const eValues: number[] = [];
    for (let segment = 0; segment < segments; segment += 1) {
      const labelShare = labels.shareIn(segment);
      const { calls, last } = watchSegment(random, {
        ...{ rates, rows: 20_000, labelShare, waiting: labels.waiting, segments, alpha },
      });
      for (const call of calls) {
        count(segmentsWith, call);
        called.add(call);
      }
      eValues.push(finiteExp(last.logEValue));
      watched += 1;
    }
    for (const call of called) count(runsWith, call);
    if (eBenjaminiHochberg(eValues, alpha).length > 0) listed += 1;
  }
  return {
    inAnySegment: (call: Call) => ({ count: runsWith.get(call) ?? 0, of: runs }),
    inOneSegment: (call: Call) => ({ count: segmentsWith.get(call) ?? 0, of: watched }),
    listed: { count: listed, of: runs },
  };
}

function simulate(runs: number, seed: number): Finding[] {
  const all = watchAll(prompt, runs, seed * 1_000_000);
  // Fewer labels, fewer looks: half as often is enough to see whether something goes wrong.
  const few = Math.ceil(runs / 2);
  const some = watchAll(late, few, seed * 1_000_000 + runs);
  const differing = watchAll(uneven, few, seed * 1_000_000 + 2 * runs);
  const compared = (what: string, seen: Finding['seen']): Finding => ({ what, wanted: null, seen });
  const promised = (what: string, seen: Finding['seen']): Finding => ({ what, wanted: atMost(alpha), seen });
  return [
    promised('any of 40 segments regressed (E ≥ K/α)', all.inAnySegment('regressed')),
    promised('any of 40 segments better', all.inAnySegment('better')),
    compared('any, with its interval above 0', all.inAnySegment('interval above 0')),
    promised('e-BH lists any segment, at the end', all.listed),
    compared('any, with E ≥ 20 in each', all.inAnySegment('e-value alone')),
    compared('any, with McNemar p < .05 in each', all.inAnySegment('mcnemar')),
    promised('one segment, or all rows, alone regressed', all.inOneSegment('regressed alone')),
    promised('one segment, or all rows, alone better', all.inOneSegment('better alone')),
    compared('one alone, McNemar p < .05', all.inOneSegment('mcnemar')),
    promised('any regressed, 30% labelled, 200 waiting', some.inAnySegment('regressed')),
    promised('any better, 30% labelled, 200 waiting', some.inAnySegment('better')),
    promised('any regressed, 5%, 30% or 100% labelled', differing.inAnySegment('regressed')),
    promised('any better, 5%, 30% or 100% labelled', differing.inAnySegment('better')),
  ];
}

export const falseAlarms: Simulation = {
  name: 'false-alarms',
  question: '40 segments of 20,000 rows without a difference, read after every labelled disagreement',
  runs: 400,
  simulate,
};
