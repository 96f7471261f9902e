import { Command } from 'commander';
import { createLogger } from '../logger.ts';
import { startServer } from '../server.ts';
import { exitOnSignal } from './exit-on-signal.ts';
import { addServeOptions, grpcPortOf, type ServeFlags, threadOptions, tlsOption } from './server-options.ts';

export function serveCommand(): Command {
  const command = new Command('serve').description('serve the models of a repository and shadow them');
  return addServeOptions(command, { models: 'models', data: 'data', logLevel: 'info' }).action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const logger = createLogger(flags.logLevel, flags.logFormat);
  const server = await startServer({
    ...flags,
    ...{ grpcPort: grpcPortOf(flags), bodyLimitBytes: flags.bodyLimit },
    ...{ otlpEndpoint: flags.otlpEndpoint ?? null, threads: threadOptions(flags), logger },
    ...{ limits: { maxConnections: flags.maxConnections }, ...tlsOption(flags) },
  });
  exitOnSignal(server, logger);
  await server.ready;
  // On standard output, for scripts that asked for a free port.
  const grpc = server.grpcAddress === null ? '' : ` and for gRPC on ${server.grpcAddress}`;
  process.stdout.write(`Understudy listens on ${server.url}${grpc}\n`);
}
