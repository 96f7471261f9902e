import type { DeploymentConfig } from '../../config/deployment.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import { isFloat } from './forms.ts';
import type { OutputFacts, OutputReading } from './reading.ts';

/** At least one of label and scores must be there. */
export function classificationReading(
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

/** Whether one number per row is the probability of the second of two classes. */
export function looksLikeBinaryScore(
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

/** The scores that a label goes with where they are one number per row. */
export function binaryScore(
  single: TensorSpec | undefined,
  label: TensorSpec | undefined,
): TensorSpec | undefined {
  return single && single.name !== label?.name && isFloat(single) ? single : undefined;
}
