import type { Matrix } from './matrix.ts';
import type { Layer, Network } from './mlp.ts';

/** Mean and standard deviation by column. */
export interface Standardisation {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

export function fitStandardisation({ rows, columns, data }: Matrix): Standardisation {
  const means = new Float64Array(columns);
  const deviations = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) means[i % columns]! += data[i]! / rows;
  for (let i = 0; i < data.length; i++)
    deviations[i % columns]! += (data[i]! - means[i % columns]!) ** 2 / rows;
  // A column that never varies would be divided by 0; it carries nothing either way.
  return { means, deviations: deviations.map((variance) => (variance > 0 ? Math.sqrt(variance) : 1)) };
}

export function standardise(matrix: Matrix, { means, deviations }: Standardisation): Matrix {
  const data = matrix.data.map((value, i) => {
    const column = i % matrix.columns;
    return (value - means[column]!) / deviations[column]!;
  });
  return { ...matrix, data };
}

/** The same network for features that are not standardised: w(x − μ)/σ + b = (w/σ)x + (b − wμ/σ). */
export function foldStandardisation(network: Network, { means, deviations }: Standardisation): Network {
  const [first, ...rest] = network;
  if (first === undefined) return [];
  const weights = first.weights.map((weight, i) => weight / deviations[i % first.inputs]!);
  const biases = first.biases.map((bias, output) => {
    let shifted = bias;
    for (let i = 0; i < first.inputs; i++) shifted -= weights[output * first.inputs + i]! * means[i]!;
    return shifted;
  });
  const folded: Layer = { ...first, weights, biases };
  return [folded, ...rest];
}
