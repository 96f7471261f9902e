import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { ChangedRoles, RolesDocument } from '../deployment/role-changes.ts';
import { type AdminFlags, addAdminOptions, adminHeaders } from './admin-flags.ts';
import { rolesText } from './roles-text.ts';
import { addServerOptions, ask, modelOf, type ServerFlags } from './server-client.ts';

export interface RoleFlags extends ServerFlags, AdminFlags {
  readonly reason?: string;
  readonly by?: string;
  readonly json?: boolean;
}

export function addRoleOptions(command: Command): Command {
  return addAdminOptions(addServerOptions(command))
    .option('--reason <text>', 'why, for the audit log')
    .option('--by <name>', 'who, for the audit log; the name of your account when left out')
    .option('--json', 'print the roles as they are then as JSON');
}

export async function rolesOf(flags: ServerFlags): Promise<RolesDocument> {
  return (await ask(await urlOf(flags, 'deployment'))) as RolesDocument;
}

/**
 * Sends a change with who and why, and prints what became of it.
 *
 * @throws with the server's own sentence when it refuses
 */
export async function changeRoles(
  flags: RoleFlags,
  method: 'POST' | 'PUT',
  path: 'promote' | 'rollback' | 'deployment',
  change: object,
): Promise<void> {
  const { by = accountName(), reason = null } = flags;
  const body = JSON.stringify({ ...change, by, reason });
  const roles = (await ask(await urlOf(flags, path), {
    method,
    body,
    headers: await adminHeaders(flags),
  })) as ChangedRoles;
  process.stdout.write(flags.json ? `${JSON.stringify(roles, null, 2)}\n` : rolesText(roles));
  if (!roles.changed) process.stderr.write('Nothing had to be changed.\n');
  if (roles.pinned) {
    const { version, requests, last } = roles.pinned;
    process.stderr.write(
      `${requests} requests named version ${version}, the last at ${last}: those are refused now. Let their clients name no version.\n`,
    );
  }
  if (!roles.drained) {
    process.stderr.write('Requests that were taken before still run on the former primary, and take long.\n');
  }
}

export async function urlOf(flags: ServerFlags, path: string): Promise<string> {
  return new URL(`/v2/models/${encodeURIComponent(await modelOf(flags))}/${path}`, flags.url).href;
}

/** Null where the system has none for this user, as in some containers. */
function accountName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
