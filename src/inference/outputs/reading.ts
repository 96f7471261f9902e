import type { DeploymentConfig } from '../../config/deployment.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { embeddingReading, looksLikeEmbedding } from './embedding.ts';
import { isFloat, isLabel, isNumber, isPerRow, isScores, isSingleNumber } from './forms.ts';
import { askedTask, refuseForeignKeys } from './keys.ts';
import { looksLikeRanking, rankingReading } from './ranking.ts';

/** How the outputs of one version are read as predictions. */
export type OutputReading =
  | {
      readonly kind: 'classification';
      readonly label: string | null;
      readonly scores: string | null;
      /** `rows` decides row by row: a row that sums to 1 holds probabilities, else logits. */
      readonly scoreKind: 'probabilities' | 'logits' | 'binary' | 'rows';
      readonly classNames: readonly string[] | null;
      /** Whether an integer label was seen to be the index of its score; classes may be numbered otherwise. */
      readonly labelsAreIndices: boolean;
    }
  | { readonly kind: 'regression'; readonly value: string }
  | { readonly kind: 'embedding'; readonly embedding: string }
  | {
      readonly kind: 'ranking';
      readonly output: string;
      /** Ids of items, best first; or a score for each item, whose index (or name) is its id. */
      readonly holds: 'items' | 'scores';
      /** So many of the first items count. */
      readonly k: number;
      /** Names of the items behind scores, where the file gives them. */
      readonly itemNames: readonly string[] | null;
    }
  /** The outputs fit no task: served all the same, compared by errors and latency only. */
  | { readonly kind: 'opaque'; readonly why: string };

export interface OutputFacts {
  readonly outputs: readonly TensorSpec[];
  /** Operator that produces an output, such as `Softmax`. */
  readonly producers: ReadonlyMap<string, string>;
  /** Class names of an output that was a ZipMap. */
  readonly classLabels: ReadonlyMap<string, readonly string[]>;
  /** Outputs for made-up inputs; null when there are none. */
  readonly probed: readonly Tensor[] | null;
}

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
    return classification(facts, config, label ?? null, scores ?? binaryScore(single, label) ?? null);
  }
  if (
    single &&
    (config.task === 'classification' || looksLikeBinaryScore(facts, single, config.outputs.score_kind))
  ) {
    return classification(facts, config, null, single);
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

function classification(
  facts: OutputFacts,
  config: Pick<DeploymentConfig, 'outputs'>,
  label: TensorSpec | null,
  scores: TensorSpec | null,
): OutputReading {
  return {
    kind: 'classification',
    label: label?.name ?? null,
    scores: scores?.name ?? null,
    scoreKind: scores === null ? 'rows' : (config.outputs.score_kind ?? scoreKind(facts, scores)),
    classNames: scores === null ? null : (facts.classLabels.get(scores.name) ?? null),
    labelsAreIndices: label !== null && scores !== null && labelsAreIndices(facts, label, scores),
  };
}

/** True when every label that the model gave for made-up inputs is the index of its row's largest score. */
function labelsAreIndices(facts: OutputFacts, label: TensorSpec, scores: TensorSpec): boolean {
  const labels = facts.probed?.find((tensor) => tensor.name === label.name);
  const values = facts.probed?.find((tensor) => tensor.name === scores.name);
  if (!labels || !values || labels.data.length === 0) return false;
  const classes = values.data.length / labels.data.length;
  const numbers = Array.from(values.data as ArrayLike<unknown>, Number);
  return Array.from(labels.data as ArrayLike<unknown>, Number).every((index, row) => {
    const scored = numbers.slice(row * classes, (row + 1) * classes);
    const own = classes === 1 ? [1 - scored[0]!, scored[0]!] : scored;
    return own[index] === Math.max(...own);
  });
}

function scoreKind(facts: OutputFacts, scores: TensorSpec): 'probabilities' | 'binary' | 'rows' {
  if (scores.shape.length === 1 || scores.shape[1] === 1) return 'binary';
  return facts.producers.get(scores.name) === 'Softmax' ? 'probabilities' : 'rows';
}

function looksLikeBinaryScore(
  facts: OutputFacts,
  output: TensorSpec,
  configured: string | undefined,
): boolean {
  if (configured === 'binary') return true;
  const producer = facts.producers.get(output.name);
  if (producer === 'Sigmoid') return true;
  if (producer !== undefined && unbounded.includes(producer)) return false;
  const probed = facts.probed?.find((tensor) => tensor.name === output.name);
  const values = Array.from(probed?.data ?? [], Number);
  return values.length > 0 && values.every((value) => value >= 0 && value <= 1);
}

/** Operators whose output may be any number, however small it happened to be when tried. */
const unbounded = ['Gemm', 'MatMul', 'Add', 'LinearRegressor', 'TreeEnsembleRegressor', 'SVMRegressor'];

function binaryScore(single: TensorSpec | undefined, label: TensorSpec | undefined): TensorSpec | undefined {
  return single && single.name !== label?.name && isFloat(single) ? single : undefined;
}
