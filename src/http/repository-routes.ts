import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { UnderstudyError } from '../errors.ts';
import type { ServingTable } from '../inference/serving-table.ts';
import { findModel } from '../serving/find-model.ts';
import { modelConfig } from '../serving/model-config.ts';
import { statisticsOf } from '../serving/model-statistics.ts';
import { repositoryIndex } from '../serving/repository-index.ts';

interface VersionPath {
  Params: { model: string; version: string };
}

/** Triton's extensions that tell of models: statistics, configuration, and what lies in the repository. */
export function repositoryRoutes(app: FastifyInstance, table: ServingTable): void {
  app.get('/v2/models/stats', () => statisticsOf(table, null, null));
  app.get<VersionPath>('/v2/models/:model/stats', ({ params }) => statisticsOf(table, params.model, null));
  app.get<VersionPath>('/v2/models/:model/versions/:version/stats', ({ params }) =>
    statisticsOf(table, params.model, params.version),
  );
  app.get<VersionPath>('/v2/models/:model/config', ({ params }) =>
    modelConfig(findModel(table, params.model)),
  );
  app.get<VersionPath>('/v2/models/:model/versions/:version/config', ({ params }) =>
    modelConfig(findModel(table, params.model), params.version),
  );
  app.post('/v2/repository/index', ({ body }) =>
    repositoryIndex(table, isReadyOnly((body as Buffer | undefined) ?? Buffer.alloc(0))),
  );
}

const indexRequest = z.strictObject({ ready: z.boolean().default(false) });
/** More than `{"ready": true}` needs; this one body is read on the main thread. */
const longestBody = 1024;

function isReadyOnly(body: Buffer): boolean {
  if (body.length === 0) return false;
  try {
    if (body.length <= longestBody) return indexRequest.parse(JSON.parse(body.toString('utf8'))).ready;
  } catch {
    // What is wrong with so short a body is told below.
  }
  throw new UnderstudyError(
    'INVALID_REQUEST',
    'the body is no {"ready": true} or {"ready": false}; leave it out for every version in the repository',
  );
}
