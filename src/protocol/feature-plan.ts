import { NameTable } from './name-table.ts';
import { quoted } from './quoting.ts';
import type { ModelSignature, TensorSpec } from './signature.ts';

/** How an input of the model is filled row by row. */
export interface RowInput {
  readonly spec: TensorSpec;
  /** False where the first dimension is neither dynamic nor 1, so that the whole tensor is one row. */
  readonly hasRows: boolean;
  /** Shape of one row; −1 where dynamic. */
  readonly rowShape: readonly number[];
}

/** A key of the features object: a whole input, or one column of a single `[N, F]` input. */
export interface Feature {
  readonly input: number;
  /** −1 for a whole input. */
  readonly column: number;
  /** How an error names it. */
  readonly owner: () => string;
}

/** What `/predict` takes for a model. */
export interface FeaturePlan {
  readonly inputs: readonly RowInput[];
  readonly table: NameTable;
  /** Beside the names of the table. */
  readonly features: readonly Feature[];
  /** Named columns of the single input; 0 where features are whole inputs only. */
  readonly columns: number;
  readonly mayHaveManyRows: boolean;
}

const plans = new WeakMap<ModelSignature, FeaturePlan>();

export function featurePlanOf(signature: ModelSignature): FeaturePlan {
  let plan = plans.get(signature);
  if (plan === undefined) {
    plan = makePlan(signature);
    plans.set(signature, plan);
  }
  return plan;
}

function makePlan(signature: ModelSignature): FeaturePlan {
  const inputs = signature.inputs.map(rowInput);
  const columnNames = namedColumns(signature, inputs);
  const wholeInputs = signature.inputs
    .map((spec, input) => ({ name: spec.name, input }))
    .filter(({ name }) => !columnNames.includes(name));
  const names = [...columnNames, ...wholeInputs.map(({ name }) => name)];
  return {
    inputs: columnNames.length === 0 ? inputs : [{ ...inputs[0]!, rowShape: [columnNames.length] }],
    table: new NameTable(names),
    features: [
      ...columnNames.map((name, column) => ({ input: 0, column, owner: () => `Feature ${quoted(name)}` })),
      ...wholeInputs.map(({ name, input }) => ({
        input,
        column: -1,
        owner: () => `Feature ${quoted(name)}`,
      })),
    ],
    columns: columnNames.length,
    mayHaveManyRows: signature.inputs.every((spec) => spec.shape[0] === -1),
  };
}

function rowInput(spec: TensorSpec): RowInput {
  const hasRows = spec.shape[0] === -1 || spec.shape[0] === 1;
  return { spec, hasRows, rowShape: hasRows ? spec.shape.slice(1) : spec.shape };
}

/** The feature names, where they can be the columns of the model's only input. */
function namedColumns(signature: ModelSignature, inputs: readonly RowInput[]): readonly string[] {
  const [only] = inputs;
  const names = signature.featureNames;
  if (names === null || only === undefined || inputs.length !== 1 || !only.hasRows) return [];
  const [width] = only.rowShape;
  const fits = only.rowShape.length === 1 && (width === -1 || width === names.length);
  return fits && new Set(names).size === names.length ? names : [];
}
