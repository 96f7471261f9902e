import { monotonicMilliseconds } from '../clock.ts';
import type { Deployments } from '../deployment/deployments.ts';
import type { ReportSource } from '../deployment/report-source.ts';
import type { RoleChanges } from '../deployment/role-changes.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ServerIdentity } from '../serving/server-identity.ts';
import type { LabelCount } from './label-count.ts';
import { defaultLiveLimits, LiveHub } from './live-hub.ts';
import { countsOf } from './status-of.ts';

export interface LiveHubSources {
  readonly deployments: Deployments;
  readonly roles: RoleChanges;
  readonly reports: ReportSource;
  readonly labels: LabelCount;
  readonly identity: ServerIdentity;
  readonly metrics: Pick<Metrics, 'liveReportSeconds'>;
}

/** The hub of a server. A model is looked up with every look, since it may be unloaded, and come back, while somebody looks on. */
export function liveHub(sources: LiveHubSources): LiveHub {
  const { deployments, roles, reports, labels, identity, metrics } = sources;
  return new LiveHub({
    identity,
    subjectOf: (model, query) => {
      const { name } = deployments.known(model);
      return {
        counts: () => countsOf(deployments.deployed(name), roles.roles(name), query.shadow),
        labels: () => labels.of(name),
        make: async (id) => {
          const beganMs = monotonicMilliseconds();
          try {
            return await reports.live(deployments.deployed(name), query, id);
          } finally {
            metrics.liveReportSeconds.inc((monotonicMilliseconds() - beganMs) / 1000);
          }
        },
      };
    },
    clock: { steady: monotonicMilliseconds, wall: Date.now },
    limits: defaultLiveLimits,
  });
}
