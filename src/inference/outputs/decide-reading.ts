import type { DeploymentConfig } from '../../config/deployment.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import { binaryScore, classificationReading, looksLikeBinaryScore } from './classification.ts';
import { embeddingReading, looksLikeEmbedding } from './embedding.ts';
import { isLabel, isNumber, isPerRow, isScores, isSingleNumber } from './forms.ts';
import { askedTask, refuseForeignKeys } from './keys.ts';
import { looksLikeRanking, rankingReading } from './ranking.ts';
import type { OutputFacts, OutputReading } from './reading.ts';

/** @throws with a sentence when the config names an output that is not there or that does not fit */
export function decideReading(
  facts: OutputFacts,
  config: Pick<DeploymentConfig, 'task' | 'outputs'>,
): OutputReading {
  const { label: ownLabel, scores: ownScores, value: ownValue, embedding, items } = config.outputs;
  for (const name of [ownLabel, ownScores, ownValue, embedding, items]) {
    if (name !== undefined && !facts.outputs.some((output) => output.name === name)) {
      throw new Error(
        `the deployment names output "${name}"; the model has ${facts.outputs.map((output) => `"${output.name}"`).join(', ')}`,
      );
    }
  }
  const task = askedTask(config);
  refuseForeignKeys(task, config.outputs);
  if (task === 'embedding') return embeddingReading(facts.outputs, config.outputs);
  if (task === 'ranking') return rankingReading(facts, config.outputs);
  if (task === 'auto' && namesNothing(config.outputs)) {
    if (looksLikeEmbedding(facts.outputs)) return embeddingReading(facts.outputs, config.outputs);
    if (looksLikeRanking(facts)) return rankingReading(facts, config.outputs);
  }
  const named = (name: string | undefined): TensorSpec | undefined =>
    facts.outputs.find((output) => output.name === name);
  const label = named(config.outputs.label) ?? facts.outputs.find(isLabel);
  const scores = named(config.outputs.scores) ?? facts.outputs.find(isScores);
  const single = named(config.outputs.value) ?? facts.outputs.find(isSingleNumber);

  if (config.task === 'regression') {
    const value = single ?? facts.outputs.find((output) => isNumber(output) && isPerRow(output));
    return value
      ? { kind: 'regression', value: value.name }
      : { kind: 'opaque', why: 'no output is one number per row, [N] or [N,1]' };
  }
  const classified = label ?? scores;
  if (classified && (label || config.task === 'classification' || scores)) {
    return classificationReading(facts, config, label ?? null, scores ?? binaryScore(single, label) ?? null);
  }
  if (
    single &&
    (config.task === 'classification' || looksLikeBinaryScore(facts, single, config.outputs.score_kind))
  ) {
    return classificationReading(facts, config, null, single);
  }
  if (single && config.task === 'auto') return { kind: 'regression', value: single.name };
  return {
    kind: 'opaque',
    why: 'no output is a label [N], scores [N,C] or one number per row [N] or [N,1]; name them under "outputs" in deployment.yaml',
  };
}

/** What a deployment says of outputs is about a classification or a regression, unless it says otherwise. */
function namesNothing(outputs: DeploymentConfig['outputs']): boolean {
  return Object.values(outputs).every((value) => value === undefined);
}
