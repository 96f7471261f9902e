import type { Layers } from './layers.ts';

export interface Convolution {
  /** Channels of the input and of the output. */
  readonly from: number;
  readonly to: number;
  /** Height and width; odd. */
  readonly kernel: number;
  readonly stride: number;
  /** Factor on He initialisation (He et al. 2015), 1 unless given. */
  readonly gain?: number;
}

/** A convolution with a bias, padded so that only the stride makes images smaller. Returns the name of its output. */
export function convolution(layers: Layers, x: string, name: string, shape: Convolution): string {
  const { from, to, kernel, stride, gain = 1 } = shape;
  const deviation = gain * Math.sqrt(2 / (from * kernel * kernel));
  const w = layers.weights.uniform(`${name}_weights`, [to, from, kernel, kernel], deviation);
  const b = layers.weights.filled(`${name}_biases`, [to], 0);
  const pad = BigInt((kernel - 1) / 2);
  return layers.apply('Conv', [x, w, b], name, {
    kernel_shape: [BigInt(kernel), BigInt(kernel)],
    pads: [pad, pad, pad, pad],
    strides: [BigInt(stride), BigInt(stride)],
  });
}
