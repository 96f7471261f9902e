import { type DeploymentConfig, type ShadowConfig, shadowSchema } from '../config/deployment.ts';
import type { Isolation } from '../inference/worker/model-worker-options.ts';

/** What is asked of a lane that is no primary. */
export interface ShadowConditions {
  readonly isolation: Isolation;
  /** Of one run, and of a request's wait for one. */
  readonly deadlineMs: number;
  readonly memoryLimitBytes: number | null;
}

/**
 * The conditions a version runs under. The control runs under those of the first shadow, since it is there to
 * be compared with it; a shadow that no `deployment.yaml` names has the defaults.
 */
export function shadowConditions(
  { shadows = [] }: DeploymentConfig,
  version: string,
  role: 'shadow' | 'control',
): ShadowConditions {
  const named: ShadowConfig | undefined =
    role === 'control' ? shadows[0] : shadows.find((shadow) => shadow.version === version);
  const { isolation, deadline, memory_limit } = named ?? shadowSchema.parse({ version });
  return { isolation, deadlineMs: deadline, memoryLimitBytes: memory_limit ?? null };
}
