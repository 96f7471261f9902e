import type { DeploymentConfig } from '../../config/deployment.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import { describeOutputs, isLabel, isMatrix, isScores, isSingleNumber } from './forms.ts';
import type { OutputReading } from './reading.ts';

/** Numbers of the largest vector that can be compared: 1 MiB as FP32, which is what a mirrored request may carry. */
export const largestVector = 262_144;

/** Names that exporters give: `embedding`, `sentence_embedding`, `text_embeds`. */
const embeddingName = /(?:^|[^a-z])embed(?:ding|dings|s)$/i;

/**
 * Whether outputs that nobody explained are an embedding: the only matrix of floats says so by its name, and nothing beside
 * it is one value per row, which could be what the model is for.
 */
export function looksLikeEmbedding(outputs: readonly TensorSpec[]): boolean {
  const matrices = outputs.filter(isScores);
  return (
    matrices.length === 1 &&
    embeddingName.test(matrices[0]!.name) &&
    !outputs.some((output) => isLabel(output) || isSingleNumber(output))
  );
}

/** @throws with a sentence when there is no such output, or several and none is named */
export function embeddingReading(
  outputs: readonly TensorSpec[],
  { embedding: name }: Pick<DeploymentConfig['outputs'], 'embedding'>,
): OutputReading {
  const output = name === undefined ? onlyMatrix(outputs) : named(outputs, name);
  const dimensions = output.shape[1]!;
  if (dimensions > largestVector) {
    throw new Error(
      `the vectors of output "${output.name}" have ${dimensions} numbers; at most ${largestVector} can be compared`,
    );
  }
  return { kind: 'embedding', embedding: output.name };
}

function onlyMatrix(outputs: readonly TensorSpec[]): TensorSpec {
  const matrices = outputs.filter(isScores);
  if (matrices.length === 1) return matrices[0]!;
  throw new Error(
    matrices.length === 0
      ? `task embedding needs an output of floats [N,D] with a D of 2 or more; the model has ${describeOutputs(outputs)}`
      : `each of ${describeOutputs(matrices)} may be the embedding; name it as outputs.embedding in deployment.yaml`,
  );
}

/** One that is named may hold integers, too: quantised embeddings do. */
function named(outputs: readonly TensorSpec[], name: string): TensorSpec {
  const output = outputs.find((candidate) => candidate.name === name)!;
  if (isMatrix(output) && output.datatype !== 'BYTES' && output.datatype !== 'BOOL') return output;
  throw new Error(
    `outputs.embedding names ${describeOutputs([output])}; an embedding is an output of numbers [N,D] with a D of 2 or more`,
  );
}
