import type { IncomingMessage } from 'node:http';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { AdminDoor } from '../doors/admin-door.ts';
import type { ServingTable } from '../inference/serving-table.ts';
import type { Logger } from '../logger.ts';
import { adminOnly } from './admin-only.ts';
import { readBody } from './body.ts';
import { answerClientError } from './client-error.ts';
import { closeGracefully } from './closing.ts';
import { answerFrameworkError, replyWithErrors } from './error-reply.ts';
import { type EvidenceSource, evidenceRoutes } from './evidence-routes.ts';
import { healthRoutes, type ServerIdentity } from './health-routes.ts';
import { indexRoute } from './index-route.ts';
import { inferRoutes } from './infer-routes.ts';
import { metadataRoutes } from './metadata-routes.ts';
import { type MetricsSource, metricsRoute } from './metrics-route.ts';
import { type RoleSource, roleRoutes } from './role-routes.ts';

export interface HttpParts {
  readonly table: ServingTable;
  readonly evidence: EvidenceSource;
  readonly roles: RoleSource;
  readonly adminDoor: AdminDoor;
  readonly metrics: MetricsSource;
  readonly identity: ServerIdentity;
  readonly state: { readonly isReady: boolean };
  readonly logger: Logger;
  readonly bodyLimitBytes: number;
}

/** The HTTP door. It frames requests and moves bytes; no body is parsed on this thread. */
export function createHttpServer(parts: HttpParts): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: parts.bodyLimitBytes,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    // Refused by `closeGracefully`, in a sentence.
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
    // Slow clients are cut; a keep-alive connection may be reused for as long as load balancers usually think.
    connectionTimeout: 0,
    requestTimeout: 300_000,
    keepAliveTimeout: 75_000,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, parts.bodyLimitBytes),
  );
  replyWithErrors(app, parts.logger);
  closeGracefully(app);
  indexRoute(app, parts.identity, parts.table);
  healthRoutes(app, parts.table, parts.identity, parts.state);
  metadataRoutes(app, parts.table);
  inferRoutes(app, parts.table);
  evidenceRoutes(app, parts.evidence);
  roleRoutes(app, parts.roles, adminOnly(parts.adminDoor, parts.logger));
  metricsRoute(app, parts.metrics);
  return app;
}
