import type { InterferenceReport } from '../analysis/report/report.ts';
import { governorStateOf } from '../shadow/governor-state.ts';
import type { Deployment } from './deployment.ts';

/** By how much shadows slow the primary down; null where nothing is compared with it. */
export function interferenceOf({ governor, running, config }: Deployment): InterferenceReport | null {
  const state = governorStateOf(governor, running);
  if (state === null) return null;
  const { interference_budget: budget } = config;
  const { estimate = null, lower = null, upper = null, p99 = null } = governor?.interference ?? {};
  return {
    ...{ state, estimate, lower, upper, budget: budget === 'off' ? null : budget },
    ...{ pairs: governor?.pairs ?? 0, effective_sample: governor?.share ?? 1 },
    p99_ms: p99 && { with_shadows: p99.withShadowsMs, without_shadows: p99.withoutShadowsMs },
    discarded: governor?.discardedBlocks ?? { busy: 0, few: 0 },
  };
}
