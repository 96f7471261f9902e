import { monotonicMilliseconds } from '../clock.ts';
import type { Deployments } from '../deployment/deployments.ts';
import type { ReportSource } from '../deployment/report-source.ts';
import type { RoleChanges } from '../deployment/role-changes.ts';
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
}

/** The hub of a server. A model is looked up with every look, since it may be unloaded, and come back, while somebody looks on. */
export function liveHub({ deployments, roles, reports, labels, identity }: LiveHubSources): LiveHub {
  return new LiveHub({
    identity,
    subjectOf: (model, query) => {
      const { name } = deployments.known(model);
      return {
        counts: () => countsOf(deployments.deployed(name), roles.roles(name), query.shadow),
        labels: () => labels.of(name),
        make: async (id) => reports.live(deployments.deployed(name), query, id),
      };
    },
    clock: { steady: monotonicMilliseconds, wall: Date.now },
    limits: defaultLiveLimits,
  });
}
