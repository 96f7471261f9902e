import { UnderstudyError } from '../errors.ts';
import type { LoadedModel } from '../inference/model/loaded-model.ts';
import type { ServedModel } from '../inference/serving-table.ts';
import type { Datatype } from '../protocol/datatype.ts';
import type { TensorSpec } from '../protocol/signature.ts';
import { executionOf } from './execution.ts';
import { findVersion, refusalOf, remarksOn } from './model-state.ts';

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/** Open Inference Protocol: what a model takes and gives, as its ONNX file declares it. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  readonly parameters: object;
}

/**
 * @param version the primary's when left out
 * @throws UnderstudyError UNKNOWN_VERSION, or MODEL_NOT_READY with the reason
 */
export function metadataOf(model: ServedModel, version?: string): ModelMetadata {
  const { version: meant, loaded } = loadedVersion(model, version);
  const { signature, sha256, files, reading, batching } = loaded;
  return {
    name: model.name,
    versions: model.versions.filter((served) => served.role !== null).map((served) => served.version),
    platform: 'onnxruntime_onnx',
    inputs: signature.inputs.map(tensorMetadata),
    outputs: signature.outputs.map(tensorMetadata),
    parameters: {
      version: meant,
      roles: Object.fromEntries(model.versions.map((served) => [served.version, served.role])),
      sha256,
      files,
      ...executionOf(loaded),
      dynamic_batching: batching,
      task: reading.kind,
      feature_names: signature.featureNames,
      remarks: remarksOn(model),
    },
  };
}

/** A version as it was loaded, the primary's when none is named. @throws as `metadataOf` */
export function loadedVersion(
  model: ServedModel,
  asked?: string,
): { readonly version: string; readonly loaded: LoadedModel } {
  const version = asked ?? model.primaryVersion;
  if (version === null) throw notReady(model, refusalOf(model));
  const { state } = findVersion(model, version);
  if (state.kind === 'ready') return { version, loaded: state.loaded };
  throw notReady(model, state.kind === 'unused' ? `version ${version} has no role` : refusalOf(model));
}

function tensorMetadata({ name, datatype, shape }: TensorSpec): TensorMetadata {
  return { name, datatype, shape };
}

function notReady(model: ServedModel, reason: string): UnderstudyError {
  return new UnderstudyError('MODEL_NOT_READY', `model ${model.name} has no metadata: ${reason}`);
}
