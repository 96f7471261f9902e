import { value } from '../../src/repository/onnx/build-model.ts';
import type { OnnxModel } from '../../src/repository/onnx/model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';
import { type Convolution, convolution } from './convolution.ts';
import { Layers } from './layers.ts';
import type { Weights } from './weights.ts';

export interface ResNetSize {
  /** Channels after the first convolution, and within the first stage's blocks; each stage doubles them. */
  readonly width: number;
  /** Bottleneck blocks of each stage. */
  readonly blocks: readonly number[];
  readonly classes: number;
  /** Height and width of the images. */
  readonly pixels: number;
}

export const resnet50Size: ResNetSize = { width: 64, blocks: [3, 4, 6, 3], classes: 1000, pixels: 224 };
/** A block's last convolution has so many times the channels of those within. */
const expansion = 4;

/**
 * ResNet-50 (He, Zhang, Ren and Sun 2016) with the stride in a block's 3×3 convolution (v1.5, as torchvision and NVIDIA
 * have it): `image` FP32 [N,3,224,224] to `logits` FP32 [N,1000]. Batch normalisation is folded into the convolutions,
 * as exporters do for inference, so that of 25,557,032 parameters 25,530,472 are left: a scale and a shift for each
 * channel have become one bias.
 *
 * He initialisation, but the last convolution of each of the B blocks is smaller by √B (in the spirit of Fixup, Zhang,
 * Dauphin and Ma 2019): without normalisation the shortcuts would double the variance block by block.
 */
export function resnet50(weights: Weights, size: ResNetSize = resnet50Size): Draft<OnnxModel> {
  const { width, blocks, classes, pixels } = size;
  const layers = new Layers(weights);
  const gain = 1 / Math.sqrt(blocks.reduce((sum, count) => sum + count));

  const stem = convolution(layers, 'image', 'stem', { from: 3, to: width, kernel: 7, stride: 2 });
  let x = layers.apply('MaxPool', [layers.apply('Relu', [stem], 'stem_relu')], 'stem_pool', {
    kernel_shape: [3n, 3n],
    pads: [1n, 1n, 1n, 1n],
    strides: [2n, 2n],
  });
  let channels = width;
  for (const [stage, count] of blocks.entries()) {
    const within = width * 2 ** stage;
    for (let block = 0; block < count; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const shape = { from: channels, within, to: within * expansion, stride, gain };
      x = bottleneck(layers, x, `stage_${stage + 1}_block_${block + 1}`, shape);
      channels = shape.to;
    }
  }
  const pooled = layers.apply('Flatten', [layers.apply('GlobalAveragePool', [x], 'pool')], 'flat', {
    axis: 1n,
  });
  const head = weights.uniform('head_weights', [classes, channels], 1 / Math.sqrt(channels));
  const bias = weights.filled('head_biases', [classes], 0);
  layers.apply('Gemm', [pooled, head, bias], 'logits', { transB: 1n });
  return layers.model(
    'resnet50',
    [value('image', 'FP32', ['N', 3, pixels, pixels])],
    [value('logits', 'FP32', ['N', classes])],
  );
}

interface Bottleneck extends Omit<Convolution, 'kernel'> {
  readonly within: number;
  readonly gain: number;
}

/** 1×1, 3×3 and 1×1 convolutions beside a shortcut, which is a 1×1 convolution where the shapes differ. */
function bottleneck(layers: Layers, x: string, name: string, shape: Bottleneck): string {
  const { from, within, to, stride, gain } = shape;
  const rectified = (input: string): string => layers.apply('Relu', [input], `${input}_relu`);
  const reduced = convolution(layers, x, `${name}_1`, { from, to: within, kernel: 1, stride: 1 });
  const spatial = { from: within, to: within, kernel: 3, stride };
  const seen = convolution(layers, rectified(reduced), `${name}_2`, spatial);
  const widened = { from: within, to, kernel: 1, stride: 1, gain };
  const branch = convolution(layers, rectified(seen), `${name}_3`, widened);
  // √2 undoes what He initialisation adds for a Relu, which a shortcut does not have.
  const projection = { from, to, kernel: 1, stride, gain: Math.SQRT1_2 };
  const same = from === to && stride === 1;
  const shortcut = same ? x : convolution(layers, x, `${name}_shortcut`, projection);
  return rectified(layers.apply('Add', [branch, shortcut], name));
}
