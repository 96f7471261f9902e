import type { Tensor } from '../../protocol/tensor.ts';
import type { Prediction } from './prediction.ts';
import { readEmbeddings } from './read-embeddings.ts';
import { readRankings } from './read-rankings.ts';
import type { OutputReading } from './reading.ts';

/**
 * Reads one prediction per row out of a request's outputs.
 *
 * @returns an empty array for an opaque reading
 */
export function readPredictions(outputs: readonly Tensor[], reading: OutputReading): Prediction[] {
  const named = (name: string | null): Tensor | null =>
    outputs.find((output) => output.name === name) ?? null;
  switch (reading.kind) {
    case 'opaque':
      return [];
    case 'regression':
      return readValues(named(reading.value));
    case 'classification':
      return readClasses(named(reading.label), named(reading.scores), reading);
    case 'embedding':
      return readEmbeddings(named(reading.embedding));
    case 'ranking':
      return readRankings(named(reading.output), reading);
  }
}

function readValues(output: Tensor | null): Prediction[] {
  const predictions: Prediction[] = [];
  for (const element of output?.data ?? []) {
    const value = Number(element);
    predictions.push({
      label: null,
      value,
      confidence: null,
      probabilities: null,
      finite: Number.isFinite(value),
    });
  }
  return predictions;
}

type Classification = Extract<OutputReading, { kind: 'classification' }>;

function readClasses(labels: Tensor | null, scores: Tensor | null, reading: Classification): Prediction[] {
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
