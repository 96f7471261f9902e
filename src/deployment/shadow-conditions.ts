import { type ShadowConfig, shadowSchema } from '../config/deployment.ts';
import type { Isolation } from '../inference/worker/model-worker-options.ts';
import type { Roles } from '../repository/roles.ts';

/** What is asked of a lane that is no primary. */
export interface ShadowConditions {
  readonly isolation: Isolation;
  /** Of one run, and of a request's wait for one. */
  readonly deadlineMs: number;
  readonly memoryLimitBytes: number | null;
}

/** The conditions that a shadow runs under. */
export function shadowConditions({ isolation, deadline, memory_limit }: ShadowConfig): ShadowConditions {
  return { isolation, deadlineMs: deadline, memoryLimitBytes: memory_limit ?? null };
}

/** The control runs under those of the first shadow, since it is there to be compared with it. */
export function controlConditions({ primary, shadows }: Roles): ShadowConditions {
  return shadowConditions(shadows[0] ?? shadowSchema.parse({ version: primary }));
}
