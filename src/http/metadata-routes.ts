import type { FastifyInstance } from 'fastify';
import { UnderstudyError } from '../errors.ts';
import type { ServedModel, ServingTable } from '../inference/serving-table.ts';
import type { TensorSpec } from '../protocol/signature.ts';
import { executionOf } from './execution.ts';
import { findModel } from './find-model.ts';
import { findVersion, refusalOf } from './model-state.ts';

/** Open Inference Protocol: what a model takes and gives, as its ONNX file declares it. */
export function metadataRoutes(app: FastifyInstance, table: ServingTable): void {
  app.get<{ Params: { model: string } }>('/v2/models/:model', (request) => {
    const model = findModel(table, request.params.model);
    if (model.primaryVersion === null) throw notReady(model, refusalOf(model));
    return metadataOf(model, model.primaryVersion);
  });
  app.get<{ Params: { model: string; version: string } }>('/v2/models/:model/versions/:version', (request) =>
    metadataOf(findModel(table, request.params.model), request.params.version),
  );
}

function metadataOf(model: ServedModel, version: string): object {
  const { state } = findVersion(model, version);
  if (state.kind !== 'ready') {
    throw notReady(model, state.kind === 'unused' ? `version ${version} has no role` : refusalOf(model));
  }
  const { signature, sha256, reading, batching } = state.loaded;
  return {
    name: model.name,
    versions: model.versions.filter((served) => served.role !== null).map((served) => served.version),
    platform: 'onnxruntime_onnx',
    inputs: signature.inputs.map(tensorMetadata),
    outputs: signature.outputs.map(tensorMetadata),
    parameters: {
      version,
      roles: Object.fromEntries(model.versions.map((served) => [served.version, served.role])),
      sha256,
      ...executionOf(state.loaded),
      dynamic_batching: batching,
      task: reading.kind,
      feature_names: signature.featureNames,
    },
  };
}

function tensorMetadata({ name, datatype, shape }: TensorSpec): object {
  return { name, datatype, shape };
}

function notReady(model: ServedModel, reason: string): UnderstudyError {
  return new UnderstudyError('MODEL_NOT_READY', `model ${model.name} has no metadata: ${reason}`);
}
