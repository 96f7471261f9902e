import type { DeploymentConfig } from '../../config/deployment.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import { describeOutputs, isFloat, isLabel, isMatrix, isScores, isSingleNumber } from './forms.ts';
import type { OutputFacts, OutputReading } from './reading.ts';

/** How many of the first items count where the deployment does not say. */
const usualK = 10;

type RankingKeys = Pick<DeploymentConfig['outputs'], 'items' | 'scores' | 'k'>;

/**
 * Whether outputs that nobody explained are a ranking: a TopK makes the only matrix of integers and every matrix of floats,
 * and nothing is one value per row. Integers that something else makes may be anything: tags, tokens, a mask.
 */
export function looksLikeRanking({
  outputs,
  producers,
}: Pick<OutputFacts, 'outputs' | 'producers'>): boolean {
  const matrices = outputs.filter(isMatrix);
  return (
    matrices.filter(isItems).length === 1 &&
    matrices.every(({ name }) => producers.get(name) === 'TopK') &&
    !outputs.some((output) => isLabel(output) || isSingleNumber(output))
  );
}

/** @throws with a sentence when there is no such output, or several and none is named, or it has fewer than k items */
export function rankingReading(
  { outputs, classLabels }: Pick<OutputFacts, 'outputs' | 'classLabels'>,
  keys: RankingKeys,
): OutputReading {
  if (keys.items !== undefined && keys.scores !== undefined) {
    throw new Error('outputs.items and outputs.scores both say what is ranked; name one of them');
  }
  const output = namedOutput(outputs, keys) ?? onlyOutput(outputs);
  const width = output.shape[1]!;
  const widest = width === -1 ? Number.POSITIVE_INFINITY : width;
  if (keys.k !== undefined && keys.k > widest) {
    throw new Error(`outputs.k is ${keys.k}, and ${describeOutputs([output])} has ${width} items in a row`);
  }
  return {
    kind: 'ranking',
    output: output.name,
    holds: keys.items === undefined && isFloat(output) ? 'scores' : 'items',
    k: keys.k ?? Math.min(usualK, widest),
    itemNames: classLabels.get(output.name) ?? null,
  };
}

function isItems(output: TensorSpec): boolean {
  return isMatrix(output) && !isFloat(output) && output.datatype !== 'BOOL';
}

function namedOutput(outputs: readonly TensorSpec[], { items, scores }: RankingKeys): TensorSpec | null {
  const name = items ?? scores;
  if (name === undefined) return null;
  const output = outputs.find((candidate) => candidate.name === name)!;
  if (items === undefined) {
    if (isScores(output)) return output;
    throw new Error(
      `outputs.scores names ${describeOutputs([output])}; scores over items are an output of floats [N,M] with an M of 2 or more`,
    );
  }
  if (output.shape.length === 2 && output.shape[1] !== 0 && output.datatype !== 'BOOL') return output;
  throw new Error(
    `outputs.items names ${describeOutputs([output])}; ranked items are an output of ids [N,K], best first`,
  );
}

function onlyOutput(outputs: readonly TensorSpec[]): TensorSpec {
  const items = outputs.filter(isItems);
  const candidates = items.length > 0 ? items : outputs.filter(isScores);
  if (candidates.length === 1) return candidates[0]!;
  throw new Error(
    candidates.length === 0
      ? `task ranking needs an output of item ids [N,K], best first, or of a score for each item [N,M]; the model has ${describeOutputs(outputs)}`
      : `each of ${describeOutputs(candidates)} may be what is ranked; name it as outputs.items or outputs.scores in deployment.yaml`,
  );
}
