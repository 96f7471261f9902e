import type { DeviceArbiters } from '../inference/device-arbiter/arbiters.ts';
import type { ComparisonLog } from '../log/comparison-log.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { PlacedThread } from '../threads/thread-placement.ts';
import type { ThreadPlan } from '../threads/thread-plan.ts';

/** The parts a deployment is put together from. */
export interface DeploymentParts {
  readonly log: ComparisonLog;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly threads: ThreadPlan;
  readonly arbiters: DeviceArbiters;
  readonly onPlaced: (placed: PlacedThread) => void;
  /** Distinguishes this start of this server from all others. */
  readonly instance: string;
}
