import type { TensorSpec } from '../../protocol/signature.ts';

/** One value for each row: `[N]` or `[N,1]`. */
export function isPerRow(output: TensorSpec): boolean {
  return output.shape.length === 1 || (output.shape.length === 2 && output.shape[1] === 1);
}

/** Several values for each row: `[N,C]`, C ≠ 1. */
export function isMatrix(output: TensorSpec): boolean {
  return output.shape.length === 2 && output.shape[1] !== 1;
}

export function isLabel(output: TensorSpec): boolean {
  return isPerRow(output) && !isFloat(output);
}

export function isScores(output: TensorSpec): boolean {
  return isFloat(output) && isMatrix(output);
}

export function isSingleNumber(output: TensorSpec): boolean {
  return isFloat(output) && isPerRow(output);
}

export function isFloat(output: TensorSpec): boolean {
  return output.datatype === 'FP32' || output.datatype === 'FP64' || output.datatype === 'FP16';
}

export function isNumber(output: TensorSpec): boolean {
  return output.datatype !== 'BYTES';
}

/** `"scores" FP32 [-1,3]`, with commas between several. */
export function describeOutputs(outputs: readonly TensorSpec[]): string {
  return outputs.map(({ name, datatype, shape }) => `"${name}" ${datatype} [${shape}]`).join(', ');
}
