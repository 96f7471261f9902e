import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { AdminDoor } from '../doors/admin-door.ts';
import type { Logger } from '../logger.ts';
import { mostGrpcConnections } from '../serving/connection-budget.ts';
import { limitConnections } from '../serving/connection-limit.ts';
import type { RepositoryControl } from '../serving/repository-control.ts';
import type { ServerIdentity } from '../serving/server-identity.ts';
import type { TlsContent } from '../serving/tls-files.ts';
import { type HalfMessageLimits, HalfMessages } from './half-messages.ts';
import { healthDefinition, healthImplementation } from './health-service.ts';
import type { InferDoor } from './infer-call.ts';
import { InferenceService, serviceDefinition } from './inference-service.ts';
import { modelCalls } from './model-calls.ts';
import { RenewableCredentials } from './renewable-credentials.ts';
import { checkCaller, repositoryCalls } from './repository-calls.ts';

export interface GrpcParts extends InferDoor {
  readonly identity: ServerIdentity;
  readonly state: { readonly isReady: boolean };
  readonly logger: Logger;
  /** Of one message, unpacked. */
  readonly bodyLimitBytes: number;
  /** Null for plain connections. */
  readonly tls: TlsContent | null;
  readonly repository: RepositoryControl;
  readonly adminDoor: AdminDoor;
  /** Connections at once. */
  readonly maxConnections: number;
  readonly refusedConnections: { inc(): void };
  readonly limits: HalfMessageLimits;
}

/** The gRPC door. It frames messages and moves bytes; those of an inference are not decoded on this thread. */
export interface GrpcServer {
  /** Rejects as `net.Server.listen` does. */
  listen(address: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /** Answers what was taken, refuses what still comes, and resolves when every connection is closed. */
  close(): Promise<void>;
  /** Connections that begin from now on get this certificate; does nothing where there was none. */
  renew(content: TlsContent): void;
}

const mostCallsPerConnection = 256;
/** A connection on which nothing is asked for so long is closed. */
const idleMs = 300_000;
/** A client that is silent is asked for a sign of life this often, and given up if none comes. */
const pingEveryMs = 60_000;
const pingTimeoutMs = 20_000;
/** For the first byte on a new connection. */
const firstByteMs = 30_000;
/** How long a client may take to let its connection go when the server closes; longer than lanes take to drain. */
const closeGraceMs = 15_000;

export function createGrpcServer(parts: GrpcParts): GrpcServer {
  const { table, identity, state, logger, bodyLimitBytes, tls, repository, adminDoor } = parts;
  const server = new Server({
    // What is larger, packed or unpacked, is refused by the library in the words that all gRPC servers use.
    'grpc.enable_channelz': 0,
    'grpc.max_receive_message_length': bodyLimitBytes,
    'grpc.max_concurrent_streams': mostCallsPerConnection,
    'grpc.max_connection_idle_ms': idleMs,
    'grpc.keepalive_time_ms': pingEveryMs,
    'grpc.keepalive_timeout_ms': pingTimeoutMs,
  });
  const onDefect = (error: unknown): void => logger.error({ err: error }, 'a gRPC call failed in the server');
  const service = new InferenceService(parts, onDefect);
  server.addService(healthDefinition, healthImplementation(state, onDefect));
  server.addService(
    serviceDefinition(),
    service.implementation(modelCalls(table, identity, state), repositoryCalls(repository), (call) =>
      checkCaller(adminDoor, call),
    ),
  );
  // A listener of our own, so that connections are bounded and none outlives the server.
  const credentials = tls === null ? null : new RenewableCredentials(tls);
  const door = server.createConnectionInjector(credentials ?? ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const timer = setTimeout(() => {
      if (socket.bytesRead === 0) socket.destroy();
    }, firstByteMs);
    socket.once('close', () => {
      clearTimeout(timer);
      sockets.delete(socket);
    });
    door.injectConnection(socket);
  });
  limitConnections(
    listener,
    parts.maxConnections,
    `${mostGrpcConnections} for gRPC`,
    logger,
    parts.refusedConnections,
  );
  const halfMessages = new HalfMessages(
    { ...parts.limits, receivingBytes: Math.max(parts.limits.receivingBytes, bodyLimitBytes) },
    ({ session }) => session?.socket.localPort === (listener.address() as AddressInfo | null)?.port,
  );
  return {
    async listen({ host, port }) {
      listener.listen({ host, port });
      await once(listener, 'listening');
      // Of a connection that could not be accepted: others can.
      listener.on('error', (error) => logger.error({ err: error }, 'a gRPC connection was not accepted'));
      return listener.address() as AddressInfo;
    },
    renew: (content) => credentials?.renew(content),
    async close() {
      service.close();
      const closed = once(listener, 'close');
      listener.close();
      // One that never said anything has nothing to be told.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      door.drain(closeGraceMs);
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, closeGraceMs);
      await closed;
      clearTimeout(timer);
      door.destroy();
      halfMessages[Symbol.dispose]();
    },
  };
}
