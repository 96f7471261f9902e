import { type Command, Option } from 'commander';
import { readAdminToken } from '../doors/read-admin-token.ts';
import { adminTokenVariable } from './server-options.ts';

export interface AdminFlags {
  readonly adminToken?: string;
  readonly adminTokenFile?: string;
}

export function addAdminOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--admin-token <token>', 'of the server, where it asks for one')
        .env(adminTokenVariable)
        .conflicts('adminTokenFile'),
    )
    .option('--admin-token-file <file>', 'the same from a file');
}

/** @throws with a sentence where the token cannot be used */
export async function adminHeaders(flags: AdminFlags): Promise<Record<string, string>> {
  const token = await readAdminToken(flags);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
