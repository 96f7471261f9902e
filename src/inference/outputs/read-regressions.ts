import type { Tensor } from '../../protocol/tensor.ts';
import type { Prediction } from './prediction.ts';

/** One number per row. */
export function readRegressions(output: Tensor | null): Prediction[] {
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
