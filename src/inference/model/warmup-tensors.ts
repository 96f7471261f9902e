import type { WarmupInput, WarmupSample } from '../../config/model-warmup.ts';
import { decodeBinaryTensor } from '../../protocol/binary-tensor.ts';
import { checkTensor } from '../../protocol/check-tensor.ts';
import { type Datatype, datatypes } from '../../protocol/datatype.ts';
import type { ModelSignature, TensorSpec } from '../../protocol/signature.ts';
import { elementCount, type Tensor, type TensorData } from '../../protocol/tensor.ts';
import { unknownInput } from '../../protocol/tensor-refusals.ts';
import { joinRows } from '../instance/row-batching.ts';
import { madeUpTensor } from './made-up-tensor.ts';
import { readWarmupFile } from './read-warmup-file.ts';

/** Of all inputs of a sample together. */
const mostBytes = 256 * 1024 ** 2;
/** What a string takes at least. */
const stringBytes = 16;

/**
 * The inputs that a sample stands for.
 *
 * @param folder that of the model
 * @throws an error with a sentence where they do not fit the model, are too large, or come from a file that cannot be used
 */
export async function warmupTensors(
  { inputs, batch_size: rows }: WarmupSample,
  signature: ModelSignature,
  folder: string,
): Promise<Tensor[]> {
  for (const name of Object.keys(inputs)) {
    if (!signature.inputs.some((spec) => spec.name === name)) throw unknownInput(name, signature);
  }
  const plans = signature.inputs.map((spec) => planned(spec, inputs[spec.name], rows, signature));
  const bytes = plans.reduce((sum, { bytes }) => sum + bytes, 0);
  if (bytes > mostBytes) {
    throw new Error(
      `its inputs take ${bytes} bytes, and may take ${mostBytes}; make batch_size or dims smaller`,
    );
  }
  const tensors: Tensor[] = [];
  for (const [i, { spec, given, part, repeats }] of plans.entries()) {
    const tensor = { ...spec, shape: part, data: await dataOf(spec, given, part, i, folder) };
    const parts = Array.from({ length: repeats }, () => [tensor]);
    tensors.push(...joinRows(parts));
  }
  return tensors;
}

interface Planned {
  readonly spec: TensorSpec;
  readonly given: WarmupInput;
  /** What its data is of: one row where rows are repeated, else all of it. */
  readonly part: readonly number[];
  readonly repeats: number;
  readonly bytes: number;
}

function planned(
  spec: TensorSpec,
  given: WarmupInput | undefined,
  rows: number,
  signature: ModelSignature,
): Planned {
  const { name, shape: declared } = spec;
  if (!given)
    throw new Error(`it has nothing for the input "${name}"; every input of the model needs something`);
  const dims = given.dims ?? (declared[0] === -1 ? declared.slice(1) : declared);
  if (dims.includes(-1)) {
    throw new Error(`the input "${name}" is [${declared}], where -1 stands for any size: say its dims`);
  }
  // A shape that the file does not declare is empty, and takes any.
  const isWhole = dims.length === declared.length || declared.length === 0;
  if (isWhole && rows > 1) {
    throw new Error(`the dims [${dims}] of the input "${name}" leave no room for a batch_size of ${rows}`);
  }
  const shape = isWhole ? dims : [rows, ...dims];
  const count = checkTensor(given.data_type ?? spec.datatype, shape, spec, signature);
  return {
    ...{ spec, given, part: isWhole ? dims : [1, ...dims], repeats: isWhole ? 1 : rows },
    bytes: count * (datatypes[spec.datatype].bytes ?? stringBytes),
  };
}

async function dataOf(
  spec: TensorSpec,
  given: WarmupInput,
  shape: readonly number[],
  seed: number,
  folder: string,
): Promise<TensorData> {
  const { datatype } = spec;
  const count = elementCount(shape);
  if (given.random_data) return madeUpTensor(spec, shape, seed).data;
  if (given.input_data_file === undefined) return zeros(datatype, count);
  const file = given.input_data_file;
  const bytes = await readWarmupFile(folder, file, mostBytes);
  const owner = (): string => `The file warmup/${file}`;
  return decodeBinaryTensor(bytes, 0, bytes.length, datatype, shape, count, owner);
}

function zeros(datatype: Datatype, count: number): TensorData {
  if (datatype === 'BYTES') return new Array<string>(count).fill('');
  return new datatypes[datatype].array(count);
}
