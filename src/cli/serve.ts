import { Command } from 'commander';
import { durationMs } from '../config/quantities.ts';
import { readAdminToken } from '../doors/read-admin-token.ts';
import { createLogger } from '../logger.ts';
import { startServer } from '../server.ts';
import { exitOnSignal } from './exit-on-signal.ts';
import {
  addServeOptions,
  grpcPortOf,
  type ServeFlags,
  threadOptions,
  tlsOption,
  watchIntervalMs,
} from './server-options.ts';

export function serveCommand(): Command {
  const command = new Command('serve').description('serve the models of a repository and shadow them');
  return addServeOptions(command, { models: 'models', data: 'data', logLevel: 'info' }).action(serve);
}

async function serve(flags: ServeFlags, command: Command): Promise<void> {
  const logger = createLogger(flags.logLevel, flags.logFormat);
  const token = await readAdminToken(flags);
  const always = flags.adminTokenAlways ?? false;
  if (always && token === null) command.error('error: --admin-token-always needs a token', { exitCode: 2 });
  const server = await startServer({
    ...flags,
    ...{ grpcPort: grpcPortOf(flags), bodyLimitBytes: flags.bodyLimit },
    ...{ otlpEndpoint: flags.otlpEndpoint ?? null, threads: threadOptions(flags), logger },
    ...{ limits: { maxConnections: flags.maxConnections }, ...tlsOption(flags) },
    ...{ admin: { token, always }, watchIntervalMs: watchIntervalMs(flags) },
  });
  exitOnSignal(server, logger, durationMs.parse(flags.drainDelay));
  await server.ready;
  // On standard output, for scripts that asked for a free port.
  const grpc = server.grpcAddress === null ? '' : ` and for gRPC on ${server.grpcAddress}`;
  process.stdout.write(`Understudy listens on ${server.url}${grpc}\n`);
}
