import type { Deployment } from '../deployment/deployment.ts';
import { interferenceOf } from '../deployment/interference-report.ts';
import type { RolesDocument } from '../deployment/role-changes.ts';
import type { LaneStatistics } from '../inference/lane-statistics.ts';
import type { LiveRoles, LiveStatus } from './live-status.ts';

/** But for the time and the rates, which change without anything happening. */
export type LiveCounts = Omit<LiveStatus, 'at' | 'requests_per_second' | 'compared_per_second'>;

/** @param shadow version that is looked at; null for the first shadow */
export function countsOf(deployment: Deployment, roles: RolesDocument, shadow: string | null): LiveCounts {
  const looked = shadow ?? deployment.shadowVersions[0] ?? null;
  const lane = deployment.running.find(({ version, role }) => role === 'shadow' && version === looked);
  const primary = deployment.lane?.statistics;
  const compared = lane?.lane.statistics;
  return {
    ready: deployment.lane !== null,
    roles: liveRoles(roles),
    shadow: looked,
    requests: primary ? primary.succeeded.count + primary.failed.count : 0,
    compared: compared?.succeeded.count ?? 0,
    errors: { primary: faultsOf(primary), shadow: faultsOf(compared) },
    dropped: deployment.droppedRowsOf(looked ?? ''),
    interference: interferenceOf(deployment),
  };
}

function liveRoles({ revision, primary, shadows, rollback_to }: RolesDocument): LiveRoles {
  return {
    ...{ revision, primary, rollback_to },
    shadows: shadows.map(({ version, sample, paused, state, reason, effective_sample }) => {
      return { version, sample, paused, state, reason, effective_sample };
    }),
  };
}

function faultsOf(statistics: LaneStatistics | undefined): number {
  let faults = 0;
  for (const [status, count] of statistics?.failures ?? []) if (status >= 500) faults += count;
  return faults;
}
