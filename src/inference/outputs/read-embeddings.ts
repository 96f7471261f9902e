import type { NumericData, Tensor } from '../../protocol/tensor.ts';
import type { Prediction } from './prediction.ts';

/** One vector for each row of an output `[N, D]`; views of it, not copies. */
export function readEmbeddings(output: Tensor | null): Prediction[] {
  const data = output?.data;
  if (output === null || !ArrayBuffer.isView(data)) return [];
  const rows = output.shape[0] ?? 0;
  const dimensions = rows === 0 ? 0 : data.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const vector = data.subarray(row * dimensions, (row + 1) * dimensions);
    return {
      ...{ label: null, value: null, confidence: null, probabilities: null },
      finite: isFiniteVector(vector),
      vector,
    };
  });
}

function isFiniteVector(vector: NumericData): boolean {
  for (const value of vector) if (typeof value === 'number' && !Number.isFinite(value)) return false;
  return true;
}
