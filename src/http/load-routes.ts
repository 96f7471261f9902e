import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { RepositoryControl } from '../serving/repository-control.ts';
import type { AdminOnly } from './admin-only.ts';
import { readJsonBody } from './json-body.ts';

interface ModelPath {
  Params: { model: string };
}

const noParameters = z.strictObject({ parameters: z.strictObject({}).optional() });
/** Triton's. Nothing depends on a model here, so it is true and false alike. */
const unloadParameters = z.strictObject({
  parameters: z
    .strictObject({ unload_dependents: z.boolean({ error: 'expected true or false' }).optional() })
    .optional(),
});

/** Triton's model repository extension: load and unload. */
export function loadRoutes(app: FastifyInstance, repository: RepositoryControl, admin: AdminOnly): void {
  app.post<ModelPath>('/v2/repository/models/:model/load', admin, async (request) => {
    readJsonBody(request.body, noParameters);
    await repository.load(request.params.model);
    return {};
  });
  app.post<ModelPath>('/v2/repository/models/:model/unload', admin, async (request) => {
    readJsonBody(request.body, unloadParameters);
    await repository.unload(request.params.model);
    return {};
  });
}
