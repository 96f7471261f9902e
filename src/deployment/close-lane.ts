import { UnderstudyError } from '../errors.ts';
import type { DeploymentParts } from './deployment-parts.ts';
import type { RunningLane } from './running-lane.ts';

/** How long the run of a lane may take to end. */
const closeGraceMs = 10_000;

/**
 * Answers what a primary has queued, forgets what is only mirrored, and releases the workers.
 *
 * @returns false when it had to be left behind with a run that does not end: ending its worker would abort the process
 */
export async function closeLane(
  { version, role, lane, group, guard }: RunningLane,
  model: string,
  { logger, threads }: Pick<DeploymentParts, 'logger' | 'threads'>,
): Promise<boolean> {
  guard?.[Symbol.dispose]();
  if (role !== 'primary') lane.discardQueue(new UnderstudyError('SHUTTING_DOWN', 'the lane is closing'));
  const drained = await lane.drain(closeGraceMs);
  if (!drained) guard?.abandonRuns();
  if (drained || guard) await group.close();
  if ((drained || guard) && group.leftBehind === 0) {
    threads.release(role, model, version);
    return true;
  }
  logger.warn({ model, version, role }, 'its worker still runs and is left behind');
  // It has a run that is never given up, and ends with it.
  if (!guard) void lane.drain(Number.POSITIVE_INFINITY).then(() => group.close());
  return false;
}
