import { type Command, InvalidArgumentError, Option } from 'commander';
import { sentenceOf } from '../errors.ts';
import { parseCpuSet } from '../threads/cpu-set.ts';
import { threadRoles, type Yielding } from '../threads/thread-placement.ts';
import type { ThreadPlanOptions } from '../threads/thread-plan.ts';

/** Of the environment. */
export const adminTokenVariable = 'UNDERSTUDY_ADMIN_TOKEN';

type CpuSets = ThreadPlanOptions['cpuSets'];

/** Options that `serve` and `demo` share. */
export interface ServeFlags {
  readonly models: string;
  readonly data: string;
  readonly host: string;
  readonly httpPort: number;
  readonly bodyLimit: number;
  readonly logLevel: string;
  readonly logFormat: 'pretty' | 'json';
  readonly adminToken?: string;
  readonly adminTokenFile?: string;
  readonly adminTokenAlways?: boolean;
  readonly cpuSet?: CpuSets;
  readonly shadowPolicy: keyof typeof shadowPolicies;
}

/** How much shadows yield, in the words of the system. */
const shadowPolicies = { idle: 'idle', nice: 'niced', normal: 'never' } as const satisfies Record<
  string,
  Yielding
>;

/** Where the threads of the server are to run. */
export function threadOptions({ cpuSet, shadowPolicy }: ServeFlags): ThreadPlanOptions {
  return { cpuSets: cpuSet ?? {}, shadowYielding: shadowPolicies[shadowPolicy] };
}

export function addServeOptions(
  command: Command,
  defaults: { models: string; data: string; logLevel: string },
): Command {
  return command
    .option('--models <dir>', 'the model repository', defaults.models)
    .option('--data <dir>', 'where log, lake and roles are kept', defaults.data)
    .option(
      '--host <host>',
      'address to listen on; anything but loopback opens the server to others',
      '127.0.0.1',
    )
    .option('--http-port <port>', 'port of the HTTP server; 0 takes a free one', portNumber, 8000)
    .option('--body-limit <size>', 'largest body of a request, such as 64MiB', byteSize, 64 * 1024 * 1024)
    .addOption(
      new Option(
        '--admin-token <token>',
        'who has it may change the server from elsewhere; on a command line others on this machine can read it',
      )
        .env(adminTokenVariable)
        .conflicts('adminTokenFile'),
    )
    .option('--admin-token-file <file>', 'the same from a file')
    .option('--admin-token-always', 'callers on this machine need the token, too')
    .option(
      '--cpu-set <role=cpus>',
      `keeps the threads of a role (${threadRoles.join(', ')}) to these CPUs, such as shadow=2-3,6; may be given for several`,
      cpuSetOfRole,
    )
    .addOption(
      new Option('--shadow-policy <policy>', 'how shadows yield to the primary: SCHED_IDLE, nice 19, or not')
        .choices(Object.keys(shadowPolicies))
        .default('idle'),
    )
    .addOption(
      new Option('--log-level <level>', 'what the server says on standard error')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default(defaults.logLevel),
    )
    .addOption(
      new Option('--log-format <format>', 'json for machines, pretty for people')
        .choices(['json', 'pretty'])
        .default(process.stderr.isTTY ? 'pretty' : 'json'),
    );
}

export function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a port from 0 to 65535');
}

function cpuSetOfRole(text: string, before: CpuSets = {}): CpuSets {
  const [, role = '', cpus = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (role === '' || cpus === '') throw new InvalidArgumentError('expected ROLE=CPUS such as shadow=2-3');
  const known = threadRoles.find((one) => one === role);
  if (!known) {
    throw new InvalidArgumentError(
      `there is no role ${JSON.stringify(role)}; there are ${threadRoles.join(', ')}`,
    );
  }
  try {
    return { ...before, [known]: parseCpuSet(cpus) };
  } catch (error) {
    throw new InvalidArgumentError(sentenceOf(error));
  }
}

function byteSize(text: string): number {
  const match = /^(\d+)\s*(B|KiB|MiB|GiB)?$/.exec(text);
  const unit = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }[match?.[2] ?? 'B']!;
  const bytes = match ? Number(match[1]) * unit : 0;
  if (bytes >= 1 && bytes <= 2 * 1024 ** 3) return bytes;
  throw new InvalidArgumentError('expected a size from 1B to 2GiB, such as 64MiB');
}
