import { expect, it } from 'vitest';
import { differenceOf, logAlarmOf } from '../../../src/analysis/judgement/difference.ts';
import { effectiveDiscordant } from '../../../src/analysis/judgement/effective-counts.ts';
import { weightedMoments } from '../../../src/analysis/statistics/weighted-moments.ts';
import {
  addWeighted,
  type Indicator,
  noCounts,
  noValues,
  scaleWeighted,
} from '../../../src/analysis/statistics/weighted-sums.ts';
import { seededRandom } from '../../support/random.ts';

const noErrors = { difference: { n: 0, sum: 0, sumSquares: 0 } };

function emptySums() {
  return {
    ...{
      pairs: 0,
      labelled: 0,
      measured: 0,
      leastPi: 0.02,
      mostPi: 1,
      weight: { ...noCounts },
      squared: { ...noCounts },
    },
    ...{ sum: noValues, sumSquares: noValues, squaredSum: noValues, squaredSumSquares: noValues },
  };
}

it('the interval of unevenly sampled rows misses in at most 5% of runs in which it is watched all the time', () => {
  const runs = 80;
  let [missed, alarmed] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(1 + run * 7919);
    const [common, rare] = [emptySums(), emptySums()];
    const sizes = { common: 0, rare: 0 };
    const pairs = { n: 0, disagreements: 0, labelledDisagreements: 0, gains: 0, losses: 0 };
    let [hasMissed, hasAlarmed] = [false, false];
    for (let i = 0; i < 20_000; i++) {
      const isRare = random() < 0.02;
      sizes[isRare ? 'rare' : 'common']++;
      // The rate of what is common falls, as that of a segment which has reached its target.
      const pi = isRare ? 1 : i < 5000 ? 0.5 : 0.02;
      const outcome = random();
      if (random() >= pi) continue;
      const sums = isRare ? rare : common;
      const count = (name: Indicator) => {
        sums.weight[name] += 1 / pi;
        sums.squared[name] += 1 / pi ** 2;
      };
      pairs.n++;
      sums.pairs++;
      count('rows');
      count('mature');
      // A loss of 20 points in 2% of the traffic, made up for by a gain in the rest: no difference overall.
      const gain = isRare ? 0.05 : 0.03 + (0.2 * 0.02) / 0.98;
      if (outcome < gain + (isRare ? 0.25 : 0.03)) {
        pairs.disagreements++;
        pairs.labelledDisagreements++;
        pairs[outcome < gain ? 'gains' : 'losses']++;
        count('disagreements');
        count('labelled_disagreements');
        count(outcome < gain ? 'gains' : 'losses');
      }
      if (pairs.n % 10 > 0 || rare.pairs < 30 || common.pairs < 30) continue;
      const calibrated = addWeighted(
        scaleWeighted(common, sizes.common / common.weight.rows),
        scaleWeighted(rare, sizes.rare / rare.weight.rows),
      );
      if (effectiveDiscordant(calibrated) < 30) continue;
      const [ofCommon, ofRare] = [
        weightedMoments('classification', common),
        weightedMoments('classification', rare),
      ];
      if (ofCommon === null || ofRare === null) continue;
      const strata = [
        { size: sizes.common, ...ofCommon },
        { size: sizes.rare, ...ofRare },
      ];
      const counts = { pairs, errors: noErrors, similarity: { dissimilarity: noErrors.difference } };
      const difference = differenceOf('classification', counts, strata, 0.05);
      if (difference === null) continue;
      hasMissed ||= difference.lower > 0 || difference.upper < 0;
      hasAlarmed ||= logAlarmOf('classification', counts, strata, 0.05) >= Math.log(1 / 0.05);
    }
    if (hasMissed) missed++;
    if (hasAlarmed) alarmed++;
  }
  expect(missed).toBeLessThanOrEqual(0.05 * runs);
  expect(alarmed).toBeLessThanOrEqual(0.05 * runs);
});
