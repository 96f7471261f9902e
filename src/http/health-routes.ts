import type { FastifyInstance } from 'fastify';
import type { ServingTable } from '../inference/serving-table.ts';
import { executionOf } from '../serving/execution.ts';
import { findModel } from '../serving/find-model.ts';
import { findVersion, refusalOf, remarksOn } from '../serving/model-state.ts';
import { extensions, type ServerIdentity } from '../serving/server-identity.ts';

/** Open Inference Protocol: server metadata, liveness and readiness of server and models. */
export function healthRoutes(
  app: FastifyInstance,
  table: ServingTable,
  identity: ServerIdentity,
  state: { readonly isReady: boolean },
): void {
  app.get('/v2', () => ({ ...identity, extensions }));
  app.get('/v2/health/live', () => ({ live: true }));
  app.get('/v2/health/ready', (_, reply) =>
    reply.code(state.isReady ? 200 : 503).send({ ready: state.isReady }),
  );

  app.get<{ Params: { model: string; version?: string } }>('/v2/models/:model/ready', (request, reply) => {
    const model = findModel(table, request.params.model);
    const reason = model.lane ? null : refusalOf(model);
    return reply.code(reason === null ? 200 : 503).send({
      ...{ name: model.name, ready: reason === null },
      ...(reason === null ? {} : { reason }),
      ...remarksOf(remarksOn(model)),
    });
  });
  app.get<{ Params: { model: string; version: string } }>(
    '/v2/models/:model/versions/:version/ready',
    (request, reply) => {
      const model = findModel(table, request.params.model);
      const { version, role, state, remark } = findVersion(model, request.params.version);
      const ready = state.kind === 'ready';
      const reason =
        state.kind === 'refused'
          ? state.reason
          : state.kind === 'unused'
            ? 'this version has no role, so it is not loaded'
            : (model.refusal ?? 'it is still loading');
      return reply.code(ready ? 200 : 503).send({
        name: model.name,
        version,
        role,
        ready,
        ...(ready ? executionOf(state.loaded) : { reason }),
        ...remarksOf(ready && remark !== null ? [remark] : []),
      });
    },
  );
}

/** Only where there is something to say. */
function remarksOf(remarks: readonly string[]): object {
  return remarks.length === 0 ? {} : { remarks };
}
