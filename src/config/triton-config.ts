import { parseProtobufText } from './protobuf-text.ts';
import { TritonFields } from './triton-fields.ts';
import { tritonWarmup } from './triton-warmup.ts';

export interface TritonConfig {
  /** What it says, as a `deployment.yaml` would say it. */
  readonly settings: Readonly<Record<string, object>>;
  /** What it says beside that, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * Reads the `config.pbtxt` that a model has for Triton.
 *
 * @throws with a sentence that names the file, and what is wrong in it
 */
export function readTritonConfig(text: string, file: string): TritonConfig {
  try {
    return tritonConfig(new TritonFields(parseProtobufText(text)), file);
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function tritonConfig(fields: TritonFields, file: string): TritonConfig {
  const remarks: string[] = [];
  // The folder names the model, and the ONNX file says what goes in and out.
  fields.skip('name', 'input', 'output');
  for (const key of ['platform', 'backend']) {
    const value = fields.text(key) ?? '';
    if (value === '' || value.startsWith('onnxruntime')) continue;
    remarks.push(`${file} says ${key} "${value}", and models are served by ONNX Runtime`);
  }
  const maxBatchSize = fields.integer('max_batch_size');
  const batching = { ...maxBatch(maxBatchSize), ...dynamicBatching(fields.message('dynamic_batching')) };
  const instances = { ...instanceGroup(fields, file, remarks), ...threads(fields) };
  const samples = tritonWarmup(fields, file, remarks);
  const left = fields.left;
  if (left.length > 0) {
    remarks.push(`${file} says what is not supported here and counts for nothing: ${left.join(', ')}`);
  }
  return {
    settings: {
      ...(Object.keys(batching).length === 0 ? {} : { dynamic_batching: batching }),
      ...(Object.keys(instances).length === 0 ? {} : { instance_group: instances }),
      ...(samples.length === 0 ? {} : { model_warmup: samples }),
    },
    remarks,
  };
}

/** Of Triton, 0 means that requests are never joined. */
function maxBatch(size: number | undefined): object {
  return size === undefined ? {} : { max_batch_size: Math.max(1, size) };
}

function dynamicBatching(fields: TritonFields | undefined): object {
  if (!fields) return {};
  const policy = fields.message('default_queue_policy');
  const numbers = {
    max_queue_delay_microseconds: fields.integer('max_queue_delay_microseconds'),
    priority_levels: fields.integer('priority_levels') || undefined,
    default_priority_level: fields.integer('default_priority_level') || undefined,
    // Of Triton, 0 means no limit, and there is none without one here.
    max_queue_size: policy?.integer('max_queue_size') || undefined,
  };
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
}

const kinds: Readonly<Record<string, string>> = { KIND_AUTO: 'auto', KIND_CPU: 'cpu', KIND_GPU: 'cuda' };

/** There is one group: of several, the first counts. */
function instanceGroup(fields: TritonFields, file: string, remarks: string[]): object {
  const [group, ...others] = fields.messages('instance_group');
  if (others.length > 0) {
    remarks.push(`${file} has ${others.length + 1} instance groups, and there is one here: the first counts`);
    for (const other of others) other.skip('name', 'kind', 'count', 'gpus');
  }
  if (!group) return {};
  group.skip('name');
  const kind = group.text('kind');
  const provider = kind === undefined ? undefined : kinds[kind];
  if (kind !== undefined && provider === undefined) {
    remarks.push(
      `${file}: ${group.pathOf('kind')} ${kind} is not known here, so it is auto; there are KIND_AUTO, KIND_CPU, KIND_GPU`,
    );
  }
  const [device, ...moreDevices] = group.integers('gpus');
  if (moreDevices.length > 0) {
    remarks.push(`${file} names ${moreDevices.length + 1} GPUs, and a model is on one here: on ${device}`);
  }
  const count = group.integer('count');
  return {
    ...(count === undefined || count === 0 ? {} : { count }),
    ...(provider === undefined ? {} : { execution_provider: provider }),
    ...(device === undefined ? {} : { device }),
  };
}

/** A parameter of Triton's ONNX Runtime backend; 0 leaves it to the runtime. */
function threads(fields: TritonFields): object {
  let threads: number | undefined;
  const unknown: string[] = [];
  for (const [key, value] of fields.entries('parameters')) {
    const text = value.text('string_value');
    if (key === 'intra_op_thread_count' && /^\d+$/.test(text ?? '')) threads = Number(text);
    else unknown.push(key);
  }
  fields.leave(unknown.map((key) => `parameters["${key}"]`));
  return threads === undefined || threads === 0 ? {} : { threads };
}
