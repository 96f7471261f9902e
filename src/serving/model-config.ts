import { defaultPriorityLevel } from '../config/deployment.ts';
import type { WarmupSample } from '../config/model-warmup.ts';
import type { ServedModel } from '../inference/serving-table.ts';
import type { Datatype } from '../protocol/datatype.ts';
import type { TensorSpec } from '../protocol/signature.ts';
import { loadedVersion } from './model-metadata.ts';

/**
 * Triton's model configuration extension: how a version is served, in the names of `model_config.proto`.
 *
 * @param asked the primary's version when left out
 * @throws UnderstudyError UNKNOWN_VERSION, or MODEL_NOT_READY with the reason
 */
export function modelConfig(model: ServedModel, asked?: string): object {
  const { loaded } = loadedVersion(model, asked);
  const { signature, batching, provider, sha256 } = loaded;
  // Only a model that was refused as a whole has none, and nothing of that one is loaded.
  const { instance_group: instances, dynamic_batching: queue, model_warmup: samples = [] } = model.config!;
  const isOnCpu = provider === 'cpu';
  return {
    name: model.name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    runtime: '',
    version_policy: {
      specific: {
        versions: model.versions.filter(({ role }) => role !== null).map(({ version }) => Number(version)),
      },
    },
    max_batch_size: batching ? queue.max_batch_size : 0,
    input: signature.inputs.map((spec) => ({
      ...tensorConfig(spec, batching),
      ...{ format: 'FORMAT_NONE', is_shape_tensor: false, allow_ragged_batch: false, optional: false },
    })),
    output: signature.outputs.map((spec) => ({
      ...tensorConfig(spec, batching),
      ...{ label_filename: '', is_shape_tensor: false },
    })),
    ...(batching ? { dynamic_batching: dynamicBatching(queue) } : {}),
    instance_group: [
      {
        name: `${model.name}_0`,
        kind: isOnCpu ? 'KIND_CPU' : 'KIND_GPU',
        count: instances.count,
        gpus: isOnCpu ? [] : [instances.device],
        passive: false,
      },
    ],
    default_model_filename: 'model.onnx',
    model_warmup: samples.map((sample) => warmup(sample, signature.inputs)),
    parameters: {
      execution_provider: { string_value: provider },
      intra_op_thread_count: { string_value: String(instances.threads) },
      sha256: { string_value: sha256 },
    },
  };
}

/** Triton leaves the dimension of the batch out where a model has one. */
function tensorConfig({ name, datatype, shape }: TensorSpec, batching: boolean): object {
  return { name, data_type: dataTypeOf(datatype), dims: batching ? shape.slice(1) : shape };
}

function dataTypeOf(datatype: Datatype): string {
  return datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`;
}

function dynamicBatching(queue: NonNullable<ServedModel['config']>['dynamic_batching']): object {
  return {
    preferred_batch_size: [],
    max_queue_delay_microseconds: queue.max_queue_delay_microseconds,
    preserve_ordering: false,
    priority_levels: queue.priority_levels,
    default_priority_level: defaultPriorityLevel(queue),
    default_queue_policy: {
      timeout_action: 'REJECT',
      default_timeout_microseconds: 0,
      allow_timeout_override: true,
      max_queue_size: queue.max_queue_size,
    },
  };
}

/** With what the model says where the sample leaves it to the model. */
function warmup({ name, batch_size, count, inputs }: WarmupSample, specs: readonly TensorSpec[]): object {
  const entries = specs.flatMap((spec) => {
    const { data_type = spec.datatype, dims, ...data } = inputs[spec.name] ?? {};
    const own = spec.shape[0] === -1 ? spec.shape.slice(1) : spec.shape;
    return [[spec.name, { data_type: dataTypeOf(data_type), dims: dims ?? own, ...data }] as const];
  });
  return { name, batch_size, inputs: Object.fromEntries(entries), count };
}
