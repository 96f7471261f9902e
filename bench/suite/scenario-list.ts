import { ceilings } from '../scenarios/ceilings.ts';
import { models } from '../scenarios/models.ts';
import { peers } from '../scenarios/peers.ts';
import { scaling } from '../scenarios/scaling.ts';
import { shadow } from '../scenarios/shadow.ts';
import type { Scenario } from './scenario.ts';

/** In the order in which they run. A new scenario is a file in `bench/scenarios/` and a line here. */
export const scenarios: readonly Scenario[] = [ceilings, peers, shadow, scaling, models];
