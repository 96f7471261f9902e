import { datatypes } from '../../protocol/datatype.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import { elementCount, type Tensor } from '../../protocol/tensor.ts';

/**
 * A tensor of the input's datatype that most models can do something with, the same for the same seed: fractions spread over ±3,
 * integers 0 and 1, which are good indices into any vocabulary, and letters.
 */
export function madeUpTensor({ name, datatype }: TensorSpec, shape: readonly number[], seed: number): Tensor {
  const count = elementCount(shape);
  if (datatype === 'BYTES') {
    const data = Array.from({ length: count }, (_, i) => String.fromCharCode(97 + (i % 26)));
    return { name, datatype, shape, data };
  }
  const data = new datatypes[datatype].array(count);
  for (let i = 0; i < count; i++) data[i] = madeUpValue(datatype, i + seed * 7919) as never;
  return { name, datatype, shape, data };
}

function madeUpValue(datatype: TensorSpec['datatype'], i: number): number | bigint {
  const spread = ((i * 2654435761) % 4093) / 4093;
  switch (datatype) {
    case 'FP16':
    case 'FP32':
    case 'FP64':
      return (spread - 0.5) * 6;
    case 'INT64':
    case 'UINT64':
      return BigInt(i % 2);
    default:
      return i % 2;
  }
}
