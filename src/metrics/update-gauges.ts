import type { Deployment } from '../deployment/deployment.ts';
import type { RunningLane } from '../deployment/running-lane.ts';
import type { LogStatistics } from '../log/comparison-log.ts';
import type { Governor } from '../shadow/governor.ts';
import { governorStateOf, governorStates } from '../shadow/governor-state.ts';
import { laneStates } from '../shadow/lane-status.ts';
import type { PlacementCount } from '../threads/placement-ledger.ts';
import type { Metrics } from './metrics.ts';
import { setLaneStatistics } from './set-lane-statistics.ts';
import { bringTo } from './set-resources.ts';

/** Brings what is a state rather than a sum up to date; called when the metrics are read. */
export function updateGauges(
  metrics: Metrics,
  deployments: readonly Deployment[],
  log: LogStatistics,
  placements: readonly PlacementCount[],
): void {
  metrics.logDroppedRows.set(log.droppedRows + log.refusedRows);
  metrics.logFailedFlushes.set(log.failedFlushes);
  metrics.threadPlacementRefused.reset();
  for (const { role, refused } of placements) metrics.threadPlacementRefused.inc({ role }, refused);
  metrics.laneState.reset();
  metrics.executionProvider.reset();
  metrics.modelLoadSeconds.reset();
  metrics.pendingRequests.reset();
  metrics.interference.reset();
  metrics.interferenceP99.reset();
  metrics.governorState.reset();
  metrics.effectiveSampleRate.reset();
  metrics.refusedSegments.reset();
  metrics.repositoryRemarks.reset();
  for (const deployment of deployments) {
    const { name, running, governor, sampling } = deployment;
    for (const lane of running) updateLane(metrics, name, lane);
    updateGovernor(metrics, name, running, governor);
    for (const lane of running) {
      if (lane.role === 'primary') continue;
      const labels = { model: name, shadow: lane.version, role: lane.role };
      metrics.effectiveSampleRate.set(labels, deployment.effectiveRateOf(lane));
    }
    metrics.repositoryRemarks.set({ model: name }, deployment.refusedFiles);
    metrics.refusedSegments.set({ model: name }, sampling?.refused.length ?? 0);
  }
}

function updateGovernor(
  metrics: Metrics,
  model: string,
  running: readonly RunningLane[],
  governor: Governor | null,
): void {
  const current = governorStateOf(governor, running);
  if (current === null) return;
  for (const state of governorStates) {
    metrics.governorState.set({ model, state }, state === current ? 1 : 0);
  }
  const interference = governor?.interference;
  if (!interference) return;
  for (const bound of ['estimate', 'lower', 'upper'] as const) {
    metrics.interference.set({ model, bound }, interference[bound]);
  }
  const { p99 } = interference;
  if (p99 === null) return;
  metrics.interferenceP99.set({ model, shadows: 'with' }, p99.withShadowsMs / 1000);
  metrics.interferenceP99.set({ model, shadows: 'without' }, p99.withoutShadowsMs / 1000);
}

function updateLane(
  metrics: Metrics,
  model: string,
  { version, role, group, lane, guard }: RunningLane,
): void {
  const labels = { model, version, role };
  metrics.pendingRequests.set(labels, lane.queued);
  if (role !== 'control') {
    metrics.modelLoadSeconds.set({ model, version }, group.loaded.loadMilliseconds / 1000);
  }
  metrics.executionProvider.set({ ...labels, provider: group.loaded.provider }, 1);
  // A primary is never kept from its traffic.
  const current = guard?.status.state ?? 'running';
  for (const state of laneStates) {
    metrics.laneState.set({ ...labels, state }, state === current ? 1 : 0);
  }
  setLaneStatistics(metrics, labels, lane.statistics);
  bringTo(metrics.executionCount, labels, group.counters.executions);
  bringTo(metrics.laneRestarts, labels, group.restarts);
}
