import type { ChangedRoles, RolesDocument } from '../../../src/deployment/role-changes.ts';
import { adminHeaders } from './admin-token.ts';
import { ask, modelPath } from './ask.ts';

export type { ChangedRoles, RolesDocument };

export type RoleShadow = RolesDocument['shadows'][number];

/** Who changes roles and why, for the audit log. */
export interface Attribution {
  readonly by: string | null;
  readonly reason: string | null;
}

/** One change of roles, as the server takes it. */
export type RoleCall =
  | { readonly route: 'promote'; readonly version: string }
  | { readonly route: 'rollback' }
  /** The whole list of shadows. */
  | { readonly route: 'deployment'; readonly shadows: readonly WritableShadow[] };

export type WritableShadow = Omit<RoleShadow, 'state' | 'reason' | 'effective_sample' | 'sample'> & {
  readonly sample: RoleShadow['sample'] | string | { readonly budget: string };
};

export function rolesOf(model: string): Promise<RolesDocument> {
  return ask<RolesDocument>(modelPath(model, 'deployment'));
}

/**
 * Under the revision that was seen: what somebody else changes meanwhile is not undone.
 *
 * @throws Refusal, with 401 where the admin token is wanted
 */
export function changeRoles(
  model: string,
  { route, ...change }: RoleCall,
  who: Attribution,
  revision: number,
): Promise<ChangedRoles> {
  return ask<ChangedRoles>(modelPath(model, route), {
    method: route === 'deployment' ? 'PUT' : 'POST',
    headers: { 'content-type': 'application/json', ...adminHeaders() },
    body: JSON.stringify({ ...change, ...who, revision }),
  });
}

/** A shadow without what the server only tells, so that it can be sent back. */
export function writable({
  state: _state,
  reason: _reason,
  effective_sample: _sample,
  ...rest
}: RoleShadow): WritableShadow {
  return rest;
}
