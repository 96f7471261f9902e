import type { DeploymentConfig } from '../config/deployment.ts';
import type { TensorSpec } from '../protocol/signature.ts';
import type { Tensor } from '../protocol/tensor.ts';

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
  for (const name of [config.outputs.label, config.outputs.scores, config.outputs.value]) {
    if (name !== undefined && !facts.outputs.some((output) => output.name === name)) {
      throw new Error(
        `the deployment names output "${name}"; the model has ${facts.outputs.map((output) => `"${output.name}"`).join(', ')}`,
      );
    }
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

function isPerRow(output: TensorSpec): boolean {
  return output.shape.length === 1 || (output.shape.length === 2 && output.shape[1] === 1);
}

function isLabel(output: TensorSpec): boolean {
  return isPerRow(output) && !isFloat(output);
}

function isScores(output: TensorSpec): boolean {
  return isFloat(output) && output.shape.length === 2 && output.shape[1] !== 1;
}

function isSingleNumber(output: TensorSpec): boolean {
  return isFloat(output) && isPerRow(output);
}

function isFloat(output: TensorSpec): boolean {
  return output.datatype === 'FP32' || output.datatype === 'FP64' || output.datatype === 'FP16';
}

function isNumber(output: TensorSpec): boolean {
  return output.datatype !== 'BYTES';
}
