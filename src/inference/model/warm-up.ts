import type { WarmupSample } from '../../config/model-warmup.ts';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import type { ModelSignature } from '../../protocol/signature.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import type { OnnxSession } from './onnx-session.ts';
import { warmupTensors } from './warmup-tensors.ts';

/** What the model gave for the first of its samples. */
export interface WarmedUp {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/**
 * Runs every sample as often as it says.
 *
 * @param folder that of the model, not of the version
 * @returns null where there are no samples
 * @throws UnderstudyError MODEL_NOT_READY, which names the sample and says why it cannot be run
 */
export async function warmUp(
  session: OnnxSession,
  signature: ModelSignature,
  samples: readonly WarmupSample[],
  folder: string,
): Promise<WarmedUp | null> {
  let first: WarmedUp | null = null;
  for (const sample of samples) {
    try {
      const inputs = await warmupTensors(sample, signature, folder);
      for (let run = 0; run < sample.count; run++) {
        const outputs = await session.run(inputs);
        first ??= { inputs, outputs };
      }
    } catch (cause) {
      const sentence = sentenceOf(cause).split('\n', 1)[0]!.slice(0, 400);
      const told = `its warm-up sample "${sample.name}" cannot be run: ${sentence}`;
      throw new UnderstudyError('MODEL_NOT_READY', told, { cause });
    }
  }
  return first;
}
