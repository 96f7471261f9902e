import { Argument, Command } from 'commander';
import type { Report } from '../analysis/report/report.ts';
import { gateExitCode, gateText } from './report-gate.ts';
import { addRoleOptions, changeRoles, type RoleFlags, rolesOf, urlOf } from './role-client.ts';
import { ask } from './server-client.ts';

interface PromoteFlags extends RoleFlags {
  readonly gate?: boolean;
}

export function promoteCommand(): Command {
  const command = new Command('promote')
    .description('make a shadow primary; the primary becomes its shadow, and no request fails')
    .addArgument(new Argument('[version]', 'the version; the only shadow when left out'));
  return addRoleOptions(command)
    .option('--gate', 'only if the verdict of its report is promote')
    .addHelpText(
      'after',
      `
Exit status: 0 it is primary, 1 it is not (no server, no such version, it cannot be loaded, …), 2 wrong use;
with --gate also 3 the verdict is keep_shadowing, 4 it is reject.`,
    )
    .action(promote);
}

export function rollbackCommand(): Command {
  const command = new Command('rollback').description(
    'take the last promotion back: the version that was primary before is so again',
  );
  return addRoleOptions(command)
    .addHelpText(
      'after',
      '\nExit status: 0 it is primary again, 1 it is not (no server, nothing to take back, …), 2 wrong use.',
    )
    .action((flags: RoleFlags) => changeRoles(flags, 'POST', 'rollback', {}));
}

async function promote(version: string | undefined, flags: PromoteFlags): Promise<void> {
  if (!flags.gate) {
    await changeRoles(flags, 'POST', 'promote', { version: version ?? null });
    return;
  }
  // Under its revision: what was judged is what is promoted, whoever changes roles meanwhile.
  const { model, shadows, revision } = await rolesOf(flags);
  const names = shadows.map((shadow) => shadow.version);
  if (version === undefined && names.length !== 1) {
    throw new Error(
      names.length === 0
        ? `model ${model} has no shadow to promote`
        : `say which shadow: ${names.join(', ')}`,
    );
  }
  const judged = version ?? names[0]!;
  const url = new URL(await urlOf(flags, 'report'));
  url.searchParams.set('shadow', judged);
  const report = (await ask(url.href)) as Report;
  const exitCode = gateExitCode(report);
  process.stderr.write(gateText(report));
  if (exitCode !== 0) process.exitCode = exitCode;
  else await changeRoles(flags, 'POST', 'promote', { version: judged, revision });
}
