import { NameTable } from './name-table.ts';
import { listed, quoted, shapeText } from './quoting.ts';
import type { ModelSignature, TensorSpec } from './signature.ts';

type OutputForms = readonly { readonly name: string; readonly binary: boolean }[];

/** What decoding asks of a signature at every request, worked out once. */
export interface SignaturePlan {
  readonly inputs: NameTable;
  readonly outputs: NameTable;
  /** Every output in the order of the signature, as JSON and as binary. */
  readonly allAsJson: OutputForms;
  readonly allAsBinary: OutputForms;
}

const plans = new WeakMap<ModelSignature, SignaturePlan>();

export function planOf(signature: ModelSignature): SignaturePlan {
  let plan = plans.get(signature);
  if (plan === undefined) {
    plan = {
      inputs: new NameTable(signature.inputs.map((input) => input.name)),
      outputs: new NameTable(signature.outputs.map((output) => output.name)),
      allAsJson: Object.freeze(signature.outputs.map(({ name }) => ({ name, binary: false }))),
      allAsBinary: Object.freeze(signature.outputs.map(({ name }) => ({ name, binary: true }))),
    };
    plans.set(signature, plan);
  }
  return plan;
}

/** `Model "fraud" version 7`, to begin a sentence with. */
export function modelText(signature: ModelSignature): string {
  return `Model ${quoted(signature.model)} version ${signature.version}`;
}

/** `"x" (FP32 [-1,32])` for every one. */
export function specsText(specs: readonly TensorSpec[]): string {
  if (specs.length === 1) return specText(specs[0]!);
  return specs.length <= 8 ? specs.map(specText).join(', ') : listed(specs.map((spec) => spec.name));
}

function specText(spec: TensorSpec): string {
  return `${quoted(spec.name)} (${spec.datatype} ${shapeText(spec.shape)})`;
}
