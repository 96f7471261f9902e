import type { TensorSpec } from '../../protocol/signature.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { sha256OfAll } from '../../repository/hashed-file.ts';
import { folderOfModel } from '../../repository/model-layout.ts';
import { coverageRemarks, isCpuOnly } from '../execution-provider/coverage.ts';
import type { SessionPlacement } from '../execution-provider/plan-providers.ts';
import { hasRowDimension } from '../instance/row-batching.ts';
import { decideReading } from '../outputs/decide-reading.ts';
import type { InstanceOptions, LoadedModel } from './loaded-model.ts';
import { OnnxSession, type SessionFiles } from './onnx-session.ts';
import { type Probe, probeModel } from './probe.ts';
import { readModelFiles, releaseFiles } from './read-files.ts';
import { warmUp } from './warm-up.ts';

export interface ModelInMemory {
  readonly session: OnnxSession;
  readonly loaded: LoadedModel;
  /** Inputs the model is known to run on; null when none of those tried did. */
  readonly knownGood: readonly Tensor[] | null;
}

/**
 * Reads, inspects, loads, tries a model and warms it up.
 *
 * @throws UnderstudyError MODEL_NOT_READY, or an error with a sentence, with the reason why it cannot be served
 */
export async function loadModel(options: InstanceOptions): Promise<ModelInMemory> {
  const started = performance.now();
  const memoryBefore = process.memoryUsage.rss();
  const model = await readModelFiles(options.path);
  const { inspected, files } = model;
  const { session, probe, passedOver } = await tryModel(model, options.placement);
  releaseFiles(model);
  try {
    const signature = {
      model: options.model,
      version: options.version,
      inputs: session.inputs,
      outputs: session.outputs,
      featureNames: featureNames(options.config.features, session.inputs) ?? inspected.featureNames,
    };
    const folder = folderOfModel(options.model, options.path);
    const warmedUp = await warmUp(session, signature, options.config.model_warmup ?? [], folder);
    // What was made up need not suit the model; its samples do.
    const { inputs: knownGood, outputs: probed } = probe.inputs ? probe : (warmedUp ?? probe);
    const reading = decideReading({ ...session, ...inspected, probed }, options.config);
    const rowWise = hasRowDimension([...session.inputs, ...session.outputs]);
    const remarks: string[] = [];
    if (reading.kind === 'opaque') remarks.push(`predictions are not compared: ${reading.why}`);
    if (rowWise && !probe.rowsAreIndependent) {
      remarks.push(
        'requests are not batched: rows run together did not give what they give alone when tried',
      );
    }
    return {
      session,
      knownGood,
      loaded: {
        signature,
        sha256: sha256OfAll(files),
        files,
        provider: session.provider,
        providerRemarks: [
          ...passedOver,
          ...session.remarks,
          ...coverageRemarks(session.provider, session.coverage),
        ],
        reading,
        batching: rowWise && probe.rowsAreIndependent && options.maxBatchSize > 1,
        remarks,
        loadMilliseconds: performance.now() - started,
        memoryBytes: Math.max(0, process.memoryUsage.rss() - memoryBefore),
      },
    };
  } catch (error) {
    // Left to the garbage collector, a GPU's session would be released beside others that run.
    await session.release();
    throw error;
  }
}

interface TriedModel {
  readonly session: OnnxSession;
  readonly probe: Probe;
  /** A provider that `auto` tried and that could do nothing of the model. */
  readonly passedOver: readonly string[];
}

async function tryModel(model: SessionFiles, placement: SessionPlacement): Promise<TriedModel> {
  const session = await OnnxSession.create(model, placement);
  const probe = await probeModel(session);
  if (placement.executionProvider !== 'auto' || !isCpuOnly(session.coverage)) {
    return { session, probe, passedOver: [] };
  }
  await session.release();
  const onCpu = await OnnxSession.create(model, { ...placement, executionProvider: 'cpu', device: 0 });
  return {
    session: onCpu,
    probe: await probeModel(onCpu),
    passedOver: [
      ...session.remarks,
      `execution_provider auto settles for cpu: ${coverageRemarks(session.provider, session.coverage).join('; ')}`,
    ],
  };
}

/** The names that the deployment gives; names that do not fit would be of no use, so they are refused. */
function featureNames(
  configured: readonly string[] | undefined,
  inputs: readonly TensorSpec[],
): readonly string[] | null {
  if (configured === undefined) return null;
  const [input] = inputs;
  const columns = inputs.length === 1 && input?.shape.length === 2 ? input.shape[1]! : 0;
  if (columns === configured.length || columns === -1) return configured;
  throw new Error(
    `the deployment names ${configured.length} features, for a model with a single [N, ${configured.length}] input; this one takes ${inputs.map(({ name, shape }) => `"${name}" [${shape}]`).join(', ')}`,
  );
}
