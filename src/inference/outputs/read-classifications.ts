import type { Tensor } from '../../protocol/tensor.ts';
import type { Prediction } from './prediction.ts';
import type { OutputReading } from './reading.ts';

type Classification = Extract<OutputReading, { kind: 'classification' }>;

/** One label per row, with its scores as probabilities where the model gives scores. */
export function readClassifications(
  labels: Tensor | null,
  scores: Tensor | null,
  reading: Classification,
): Prediction[] {
  const rows = labels?.data.length ?? scores?.shape[0] ?? 0;
  const classes = scores === null || rows === 0 ? 0 : scores.data.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    if (scores === null || !Number.isInteger(classes) || classes === 0) {
      return {
        label: String(labels!.data[row]),
        value: null,
        confidence: null,
        probabilities: null,
        finite: true,
      };
    }
    const raw = new Array<number>(classes);
    let finite = true;
    for (let i = 0; i < classes; i++) {
      raw[i] = Number(scores.data[row * classes + i]);
      finite &&= Number.isFinite(raw[i]);
    }
    const probabilities = finite ? toProbabilities(raw, reading.scoreKind) : raw;
    const winner = indexOfLargest(probabilities);
    const label =
      labels === null ? (reading.classNames?.[winner] ?? String(winner)) : String(labels.data[row]);
    // A label that the class names know may differ from the largest score (a threshold in the graph).
    const named = reading.classNames?.indexOf(label) ?? -1;
    const own = named >= 0 ? named : reading.labelsAreIndices ? Number(label) : winner;
    const confidence = probabilities[own] ?? probabilities[winner]!;
    return { label, value: null, confidence: finite ? confidence : null, probabilities, finite };
  });
}

function toProbabilities(scores: number[], kind: Classification['scoreKind']): number[] {
  if (scores.length === 1) return [1 - scores[0]!, scores[0]!];
  if (kind === 'probabilities' || kind === 'binary') return scores;
  if (kind === 'rows' && sumsToOne(scores)) return scores;
  return softmax(scores);
}

function sumsToOne(scores: readonly number[]): boolean {
  let sum = 0;
  for (const score of scores) {
    if (score < 0) return false;
    sum += score;
  }
  return Math.abs(sum - 1) < 1e-3;
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

function indexOfLargest(values: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
