import type { DeploymentConfig } from '../config/deployment.ts';

/** Whether lanes that were started under the one settings need not be started anew under the other. */
export function isServedAlike(one: DeploymentConfig, other: DeploymentConfig): boolean {
  return JSON.stringify(ofLanes(one)) === JSON.stringify(ofLanes(other));
}

/** Without roles, which have a way of their own, and without what only reports read. */
function ofLanes({ primary: _p, shadows: _s, control: _c, price: _m, ...rest }: DeploymentConfig): object {
  return rest;
}
