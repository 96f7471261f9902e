import type { TensorSpec } from '../../protocol/signature.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { sliceRows } from '../instance/row-batching.ts';
import { madeUpTensor } from './made-up-tensor.ts';
import type { OnnxSession } from './onnx-session.ts';

/** What trying a freshly loaded model on made-up inputs has shown. */
export interface Probe {
  /** Inputs that the model is known to run on; null when none of those tried did. */
  readonly inputs: readonly Tensor[] | null;
  readonly outputs: readonly Tensor[] | null;
  /** Whether rows run together give what they give alone: batching is correct only then. */
  readonly rowsAreIndependent: boolean;
}

const rows = 4;
/** For dynamic dimensions other than the row: a sequence, then an image's side. */
const sizesToTry = [4, 1, 32, 224];

/** Runs the model on made-up rows, alone and together; warms it up on the way. */
export async function probeModel(session: OnnxSession): Promise<Probe> {
  for (const size of sizesToTry) {
    const inputs = session.inputs.map((spec, i) => madeUpTensor(spec, shapeOf(spec, size), i));
    let outputs: Tensor[];
    try {
      outputs = await session.run(inputs);
    } catch {
      // Made-up inputs need not suit the model; that is what the next size is for, and the result says so.
      if (session.inputs.every((spec) => !spec.shape.includes(-1, 1))) break;
      continue;
    }
    return { inputs, outputs, rowsAreIndependent: await rowsMatch(session, inputs, outputs) };
  }
  return { inputs: null, outputs: null, rowsAreIndependent: false };
}

function shapeOf(spec: TensorSpec, size: number): number[] {
  return spec.shape.map((dimension, i) => (dimension === -1 ? (i === 0 ? rows : size) : dimension));
}

async function rowsMatch(
  session: OnnxSession,
  inputs: readonly Tensor[],
  together: readonly Tensor[],
): Promise<boolean> {
  if (![...inputs, ...together].every((tensor) => tensor.shape[0] === rows)) return false;
  for (let row = 0; row < rows; row++) {
    let alone: Tensor[];
    try {
      alone = await session.run(sliceRows(inputs, row, row + 1));
    } catch {
      return false;
    }
    const expected = sliceRows(together, row, row + 1);
    if (!alone.every((output, i) => nearlyEqual(output, expected[i]!))) return false;
  }
  return true;
}

/** Probabilities move in the last digits with the batch size, so equality is asked for up to rounding. */
function nearlyEqual(a: Tensor, b: Tensor): boolean {
  if (a.data.length !== b.data.length) return false;
  for (let i = 0; i < a.data.length; i++) {
    const left = a.data[i]!;
    const right = b.data[i]!;
    if (left === right) continue;
    if (typeof left === 'string' || typeof right === 'string') return false;
    const x = Number(left);
    const y = Number(right);
    if (Number.isNaN(x) && Number.isNaN(y)) continue;
    const tolerance = a.datatype === 'FP16' ? 2e-2 : 1e-3;
    if (!(Math.abs(x - y) <= 1e-4 + tolerance * Math.abs(y))) return false;
  }
  return true;
}
