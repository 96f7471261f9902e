import type { Layers } from './layers.ts';

/** x · weights + biases over the last dimension, as exports of torch.nn.Linear on sequences have it. */
export function dense(
  layers: Layers,
  x: string,
  name: string,
  inputs: number,
  outputs: number,
  deviation: number,
): string {
  const w = layers.weights.uniform(`${name}_weights`, [inputs, outputs], deviation);
  const b = layers.weights.filled(`${name}_biases`, [outputs], 0);
  return layers.apply('Add', [layers.apply('MatMul', [x, w], `${name}_product`), b], name);
}

/** Mean 0 and variance 1 over the last dimension, then a trained scale and shift. */
export function layerNormalised(layers: Layers, x: string, name: string, width: number): string {
  const scale = layers.weights.filled(`${name}_norm_scale`, [width], 1);
  const shift = layers.weights.filled(`${name}_norm_shift`, [width], 0);
  const attributes = { axis: -1n, epsilon: 1e-12 };
  return layers.apply('LayerNormalization', [x, scale, shift], `${name}_normalised`, attributes);
}
