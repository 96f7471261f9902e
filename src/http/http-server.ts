import type { IncomingMessage } from 'node:http';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { AdminDoor } from '../doors/admin-door.ts';
import type { ServingTable } from '../inference/serving-table.ts';
import type { Logger } from '../logger.ts';
import type { RepositoryControl } from '../serving/repository-control.ts';
import type { ServerIdentity } from '../serving/server-identity.ts';
import type { TlsContent } from '../serving/tls-files.ts';
import type { Tracing } from '../tracing/request-trace.ts';
import { adminOnly } from './admin-only.ts';
import { readBody } from './body.ts';
import { answerClientError } from './client-error.ts';
import { closeGracefully } from './closing.ts';
import { limitConnections } from './connection-limit.ts';
import { dashboardRoutes } from './dashboard-routes.ts';
import { answerFrameworkError, replyWithErrors } from './error-reply.ts';
import { type EvidenceSource, evidenceRoutes } from './evidence-routes.ts';
import { Expander } from './expander.ts';
import { healthRoutes } from './health-routes.ts';
import { connectionsWithin, descriptorLimit, type HttpLimits } from './http-limits.ts';
import { inferRoutes } from './infer-routes.ts';
import { type LiveSource, liveRoute } from './live-route.ts';
import { loadRoutes } from './load-routes.ts';
import { metadataRoutes } from './metadata-routes.ts';
import { type MetricsSource, metricsRoute } from './metrics-route.ts';
import { packReplies } from './packed-reply.ts';
import { Receiving } from './receiving.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { type RoleSource, roleRoutes } from './role-routes.ts';
import { serverIndex } from './server-index.ts';

export interface HttpParts {
  readonly table: ServingTable;
  readonly evidence: EvidenceSource;
  readonly live: LiveSource;
  readonly roles: RoleSource;
  readonly repository: RepositoryControl;
  readonly adminDoor: AdminDoor;
  readonly metrics: MetricsSource;
  /** Folder of the built dashboard, whether it is there or not. */
  readonly dashboard: string;
  readonly identity: ServerIdentity;
  readonly state: { readonly isReady: boolean };
  readonly logger: Logger;
  readonly bodyLimitBytes: number;
  /** Null where nobody wants traces. */
  readonly tracing: Tracing | null;
  readonly limits: HttpLimits;
  readonly refusedConnections: { inc(): void };
  /** Null for plain HTTP. */
  readonly tls: TlsContent | null;
}

/** The HTTP door. It frames requests and moves bytes; no body is parsed on this thread. */
export function createHttpServer(parts: HttpParts): FastifyInstance {
  const { limits, tls } = parts;
  const timing = {
    headersTimeout: limits.headersTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
  };
  const app = fastify({
    ...(tls ? { https: { ...tls, ...timing, minVersion: 'TLSv1.2' } } : { http: timing }),
    logger: false,
    bodyLimit: parts.bodyLimitBytes,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    // Refused by `closeGracefully`, in a sentence.
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
    // Slow clients are cut; a keep-alive connection may be reused for as long as load balancers usually think.
    connectionTimeout: limits.idleTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: 75_000,
    // Connections are not for ever, so that a balancer's new back ends get some.
    maxRequestsPerSocket: 1_000_000,
  });
  app.removeAllContentTypeParsers();
  const expander = new Expander(parts.bodyLimitBytes);
  const receiving = new Receiving(Math.max(limits.receivingBytes, parts.bodyLimitBytes));
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, parts.bodyLimitBytes, receiving, expander),
  );
  packReplies(app);
  const maxConnections = connectionsWithin(limits.maxConnections, descriptorLimit());
  limitConnections(app, maxConnections, parts.logger, parts.refusedConnections);
  replyWithErrors(app, parts.logger);
  closeGracefully(app);
  dashboardRoutes(app, parts.dashboard, () => serverIndex(parts.identity, parts.table));
  healthRoutes(app, parts.table, parts.identity, parts.state);
  metadataRoutes(app, parts.table);
  repositoryRoutes(app, parts.table);
  inferRoutes(app, parts.table, parts.tracing);
  evidenceRoutes(app, parts.evidence);
  liveRoute(app, parts.live);
  const admin = adminOnly(parts.adminDoor, parts.logger);
  roleRoutes(app, parts.roles, admin);
  loadRoutes(app, parts.repository, admin);
  metricsRoute(app, parts.metrics);
  return app;
}
