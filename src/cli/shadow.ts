import { Argument, Command, Option } from 'commander';
import type { WrittenShadow } from '../config/written-shadow.ts';
import { addRoleOptions, changeRoles, type RoleFlags, rolesOf } from './role-client.ts';

const actions = ['add', 'change', 'pause', 'resume', 'remove'] as const;
type Action = (typeof actions)[number];

interface ShadowFlags extends RoleFlags {
  readonly sample?: string;
  readonly isolation?: string;
  readonly deadline?: string;
  readonly memoryLimit?: string;
}

export function shadowCommand(): Command {
  const command = new Command('shadow')
    .description('add or remove a shadow, pause or resume it, or change how much of the traffic it gets')
    .addArgument(new Argument('<action>', 'what to do').choices([...actions]))
    .addArgument(new Argument('<version>', 'the shadow'));
  return addRoleOptions(command)
    .option(
      '--sample <share>',
      'with add and change: 25%, or a budget for rates by segment: budget=25%, budget=500/s',
    )
    .addOption(
      new Option('--isolation <how>', 'with add and change: where it runs').choices(['thread', 'process']),
    )
    .option('--deadline <duration>', 'with add and change: of one run, such as 10s')
    .option('--memory-limit <size>', 'with add and change: of its process, such as 2GiB')
    .addHelpText(
      'after',
      '\nExit status: 0 it is so, 1 it is not (no server, no such version, …), 2 wrong use.',
    )
    .action((action: Action, version: string, flags: ShadowFlags) => shadow(command, action, version, flags));
}

async function shadow(command: Command, action: Action, version: string, flags: ShadowFlags): Promise<void> {
  const settings = settingsOf(flags);
  const takesSettings = action === 'add' || action === 'change';
  const [strange] = takesSettings ? [] : Object.keys(settings);
  if (strange !== undefined) {
    command.error(`error: option '--${strange.replace('_', '-')}' is for add and change only`, {
      exitCode: 2,
    });
  }
  const { model, shadows, revision } = await rolesOf(flags);
  const present = shadows.find((one) => one.version === version);
  if (action === 'add' && present) {
    throw new Error(`version ${version} is a shadow of ${model} already; say change instead of add`);
  }
  if (action !== 'add' && !present) {
    const names = shadows.map((one) => one.version).join(', ') || 'none';
    throw new Error(`version ${version} is no shadow of ${model}; its shadows are ${names}`);
  }
  const others = shadows.map(writable);
  const changed = (changes: object) =>
    others.map((one) => (one.version === version ? { ...one, ...changes } : one));
  const next: Record<Action, () => object[]> = {
    add: () => [...others, { version, ...settings }],
    change: () => changed(settings),
    pause: () => changed({ paused: true }),
    resume: () => changed({ paused: false }),
    remove: () => others.filter((one) => one.version !== version),
  };
  // Under the revision that was read: what somebody else changes meanwhile is not undone.
  await changeRoles(flags, 'PUT', 'deployment', { shadows: next[action](), revision });
}

function settingsOf({ sample, isolation, deadline, memoryLimit }: ShadowFlags): Record<string, unknown> {
  const budget = sample === undefined ? null : /^budget=(.+)$/.exec(sample);
  const given = {
    ...{ sample: budget ? { budget: budget[1] } : sample, isolation, deadline },
    memory_limit: memoryLimit,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Without what the server only tells. */
function writable({
  version,
  sample,
  isolation,
  deadline,
  memory_limit,
  paused,
}: WrittenShadow): WrittenShadow {
  const limit = memory_limit === undefined ? {} : { memory_limit };
  return { version, sample, isolation, deadline, ...limit, paused };
}
