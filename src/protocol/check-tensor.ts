import { UnderstudyError } from '../errors.ts';
import type { Datatype } from './datatype.ts';
import { quoted } from './quoting.ts';
import type { ModelSignature, TensorSpec } from './signature.ts';
import { modelText } from './signature-plan.ts';
import { checkShape, countElements } from './tensor-shape.ts';

/** Holds datatype and shape of an input against the signature; the number of elements. Errors: WRONG_DATATYPE, WRONG_SHAPE. */
export function checkTensor(
  datatype: Datatype,
  shape: readonly number[],
  spec: TensorSpec,
  signature: ModelSignature,
): number {
  if (datatype !== spec.datatype) {
    throw new UnderstudyError(
      'WRONG_DATATYPE',
      `Input ${quoted(spec.name)} has datatype ${datatype}; ${modelText(signature)} takes ${spec.datatype} there.`,
    );
  }
  checkShape(shape, spec, signature);
  return countElements(shape, spec.name);
}
