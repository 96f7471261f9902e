import { Command, InvalidArgumentError } from 'commander';
import type { RoleChange } from '../repository/role-change.ts';
import { type AdminFlags, addAdminOptions, adminHeaders } from './admin-flags.ts';
import { rolesOf, urlOf } from './role-client.ts';
import { changesText, rolesText } from './roles-text.ts';
import { addServerOptions, ask, type ServerFlags } from './server-client.ts';

interface RolesFlags extends ServerFlags, AdminFlags {
  readonly audit?: number | true;
  readonly json?: boolean;
}

export function rolesCommand(): Command {
  const command = new Command('roles').description('which version is what, and who changed it');
  return addAdminOptions(addServerOptions(command))
    .option(
      '--audit [n]',
      'the last changes instead: who, when and why; 20 of them when left out',
      changeCount,
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit status: 0 printed, 1 not (no server, no such model), 2 wrong use.')
    .action(roles);
}

async function roles(flags: RolesFlags): Promise<void> {
  if (flags.audit === undefined) {
    const document = await rolesOf(flags);
    process.stdout.write(flags.json ? `${JSON.stringify(document, null, 2)}\n` : rolesText(document));
    return;
  }
  const url = new URL(await urlOf(flags, 'audit'));
  url.searchParams.set('limit', String(flags.audit === true ? 20 : flags.audit));
  const { changes } = (await ask(url.href, { headers: await adminHeaders(flags) })) as {
    readonly changes: readonly RoleChange[];
  };
  process.stdout.write(flags.json ? `${JSON.stringify(changes, null, 2)}\n` : changesText(changes));
}

function changeCount(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 1000) return count;
  throw new InvalidArgumentError('expected a whole number from 1 to 1000');
}
