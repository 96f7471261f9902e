import { anyInputs, type InputChoice } from '../../../bench/inputs/input-choice.ts';
import { openInputRows } from '../../../bench/inputs/input-rows.ts';
import { tensorsFor } from '../../../bench/inputs/requests-for.ts';
import type { TensorSpec } from '../../../src/protocol/signature.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';

export interface MadeUpOptions extends Partial<Pick<InputChoice, 'shapes' | 'ranges'>> {
  readonly rows?: number;
  readonly seed?: number;
}

/** Random inputs of one request: three rows where nothing else is said. */
export async function madeUpInputs(
  inputs: readonly TensorSpec[],
  { rows = 3, seed = 1, shapes = new Map(), ranges = new Map() }: MadeUpOptions = {},
): Promise<readonly Tensor[]> {
  const choice = { ...anyInputs, shapes, ranges };
  return tensorsFor(inputs, { ...choice, batchSize: rows, rows: await openInputRows(choice, seed) });
}
