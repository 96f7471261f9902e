import { coverageOfMeans } from './coverage-of-means.ts';
import { coverageUnderDrift } from './coverage-under-drift.ts';
import { falseAlarms } from './false-alarms.ts';
import { falsePromotions } from './false-promotions.ts';
import { falseRejections } from './false-rejections.ts';
import { lateLabels } from './late-labels.ts';
import { maskedRegression } from './masked-regression.ts';
import { powerAtPlan } from './power-at-plan.ts';
import { repeatedEntities } from './repeated-entities.ts';
import type { Simulation } from './simulation.ts';
import { timeToDetection } from './time-to-detection.ts';
import { weighting } from './weighting.ts';

/** In the order in which people doubt. */
export const simulations: readonly Simulation[] = [
  falseAlarms,
  falseRejections,
  falsePromotions,
  maskedRegression,
  timeToDetection,
  powerAtPlan,
  coverageUnderDrift,
  coverageOfMeans,
  lateLabels,
  repeatedEntities,
  weighting,
];
