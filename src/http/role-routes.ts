import type { FastifyInstance } from 'fastify';
import type { ShadowConfig } from '../config/deployment.ts';
import type { AdminOnly } from './admin-only.ts';
import { readJsonBody } from './json-body.ts';
import { limitIn, type Query, readQuery } from './query.ts';
import { deploymentBody, promoteBody, rollbackBody } from './role-body.ts';

/** Who asks for a change of roles, and under which condition. */
export interface RoleRequest {
  readonly by: string | null;
  readonly reason: string | null;
  readonly address: string | null;
  readonly revision: number | null;
}

/** What the transport needs to tell and to change roles; every answer is a document. */
export interface RoleSource {
  roles(model: string): object;
  audit(model: string, limit: number): Promise<readonly object[]>;
  promote(model: string, version: string | null, request: RoleRequest): Promise<object>;
  rollback(model: string, request: RoleRequest): Promise<object>;
  put(
    model: string,
    change: { readonly primary?: string | undefined; readonly shadows?: readonly ShadowConfig[] | undefined },
    request: RoleRequest,
  ): Promise<object>;
}

interface ModelPath {
  Params: { model: string };
  Querystring: Query;
}

/** Roles of a model: what they are, how they came about, and changing them. */
export function roleRoutes(app: FastifyInstance, source: RoleSource, admin: AdminOnly): void {
  app.get<ModelPath>('/v2/models/:model/deployment', (request) => source.roles(request.params.model));
  app.put<ModelPath>('/v2/models/:model/deployment', admin, (request) => {
    const { primary, shadows, ...who } = readJsonBody(request.body, deploymentBody);
    return source.put(request.params.model, { primary, shadows }, { ...who, address: request.ip });
  });
  app.post<ModelPath>('/v2/models/:model/promote', admin, (request) => {
    const { version, ...who } = readJsonBody(request.body, promoteBody);
    return source.promote(request.params.model, version, { ...who, address: request.ip });
  });
  app.post<ModelPath>('/v2/models/:model/rollback', admin, (request) => {
    const who = readJsonBody(request.body, rollbackBody);
    return source.rollback(request.params.model, { ...who, address: request.ip });
  });
  app.get<ModelPath>('/v2/models/:model/audit', admin, async (request) => {
    const query = readQuery(request.query, ['limit']);
    return { changes: await source.audit(request.params.model, limitIn(query.limit, 50)) };
  });
}
