import type { FastifyInstance } from 'fastify';
import type { ServingTable } from '../inference/serving-table.ts';
import { findModel } from '../serving/find-model.ts';
import { metadataOf } from '../serving/model-metadata.ts';

/** Open Inference Protocol: what a model takes and gives. */
export function metadataRoutes(app: FastifyInstance, table: ServingTable): void {
  app.get<{ Params: { model: string } }>('/v2/models/:model', (request) =>
    metadataOf(findModel(table, request.params.model)),
  );
  app.get<{ Params: { model: string; version: string } }>('/v2/models/:model/versions/:version', (request) =>
    metadataOf(findModel(table, request.params.model), request.params.version),
  );
}
