import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../config/quantities.ts';
import { sentenceOf } from '../errors.ts';
import { defaultHttpLimits } from '../http/http-limits.ts';
import type { TlsFiles } from '../serving/tls-files.ts';
import { parseCpuSet } from '../threads/cpu-set.ts';
import { threadRoles, type Yielding } from '../threads/thread-placement.ts';
import type { ThreadPlanOptions } from '../threads/thread-plan.ts';

/** Of the environment. */
export const adminTokenVariable = 'UNDERSTUDY_ADMIN_TOKEN';

type CpuSets = ThreadPlanOptions['cpuSets'];

/** Options that `serve` and `demo` share. */
export interface ServeFlags {
  readonly models: string;
  readonly watchInterval: string;
  readonly data: string;
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort?: number | 'off';
  readonly bodyLimit: number;
  readonly otlpEndpoint?: string;
  readonly maxConnections: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly drainDelay: string;
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

/** The files of a server that speaks HTTPS. @throws with a sentence where one is given without the other */
export function tlsOption({ tlsCert, tlsKey }: ServeFlags): { readonly tls?: TlsFiles } {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new Error('--tls-cert and --tls-key belong together: give both, or neither for plain HTTP');
  }
  return { tls: { certificate: tlsCert, key: tlsKey } };
}

/** Null for never. */
export function watchIntervalMs({ watchInterval: text }: ServeFlags): number | null {
  return text === 'off' ? null : durationMs.parse(text);
}

function watchInterval(text: string): string {
  if (text === 'off') return text;
  const milliseconds = durationMs.safeParse(text).data ?? 0;
  if (milliseconds >= 10 && milliseconds <= 3_600_000) return text;
  throw new InvalidArgumentError('expected a time from 10ms to 1h, such as 500ms or 1m, or off');
}

function drainDelay(text: string): string {
  const milliseconds = durationMs.safeParse(text).data ?? -1;
  if (milliseconds >= 0 && milliseconds <= 600_000) return text;
  throw new InvalidArgumentError('expected a time up to 10m, such as 5s');
}

export function addServeOptions(
  command: Command,
  defaults: { models: string; data: string; logLevel: string },
): Command {
  return command
    .option('--models <dir>', 'the model repository', defaults.models)
    .option(
      '--watch-interval <time>',
      'how often the repository is looked at for changes, such as 500ms or 1m; off for never',
      watchInterval,
      '2s',
    )
    .option('--data <dir>', 'where log, lake and roles are kept', defaults.data)
    .option(
      '--host <host>',
      'address to listen on; anything but loopback opens the server to others',
      '127.0.0.1',
    )
    .option('--http-port <port>', 'port of the HTTP server; 0 takes a free one', portNumber, 8000)
    .option(
      '--grpc-port <port>',
      'port of the gRPC server; 0 takes a free one, off listens on none; 8001 if left out, or a free one beside --http-port 0',
      grpcPort,
    )
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
      '--otlp-endpoint <url>',
      'where traces are sent, OTLP over HTTP, such as http://localhost:4318; the OTEL_* variables decide if left out',
      httpUrl,
    )
    .option(
      '--max-connections <number>',
      'connections at once; fewer where the system grants fewer open files',
      connectionCount,
      defaultHttpLimits.maxConnections,
    )
    .option('--tls-cert <file>', 'certificate in PEM form: the server speaks HTTPS; needs --tls-key')
    .option('--tls-key <file>', 'private key of the certificate, in PEM form')
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
    .option(
      '--drain-delay <time>',
      'how long it answers on after SIGTERM, not ready any more and closing connections, so that balancers send clients elsewhere',
      drainDelay,
      '0s',
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

export function grpcPort(text: string): number | 'off' {
  if (text === 'off') return 'off';
  if (/^\d+$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError('expected a port from 0 to 65535, or off');
}

const usualGrpcPort = 8001;

/** Where gRPC listens; null for nowhere. Who lets the system choose one port is not to meet a taken one at the other. */
export function grpcPortOf({
  httpPort,
  grpcPort: asked,
}: Pick<ServeFlags, 'httpPort' | 'grpcPort'>): number | null {
  if (asked === 'off') return null;
  return asked ?? (httpPort === 0 ? 0 : usualGrpcPort);
}

function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return text;
  throw new InvalidArgumentError('expected a URL such as http://localhost:4318');
}

function connectionCount(text: string): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new InvalidArgumentError('expected a whole number from 1 to 9999999');
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
