import { type BertSize, bertDeviation } from './bert-size.ts';
import { dense, layerNormalised } from './dense.ts';
import type { Layers } from './layers.ts';

/** Attention and feed-forward, each added to its input and normalised: [N,S,hidden] to [N,S,hidden]. */
export function encoderLayer(layers: Layers, x: string, mask: string, name: string, size: BertSize): string {
  const { hidden, feedForward } = size;
  const attended = selfAttention(layers, x, mask, `${name}_attention`, hidden);
  const sum = layers.apply('Add', [attended, x], `${name}_attention_sum`);
  const normal = layerNormalised(layers, sum, `${name}_attention`, hidden);
  const wide = dense(layers, normal, `${name}_up`, hidden, feedForward, bertDeviation);
  const narrow = dense(
    layers,
    gelu(layers, wide, `${name}_gelu`),
    `${name}_down`,
    feedForward,
    hidden,
    bertDeviation,
  );
  return layerNormalised(layers, layers.apply('Add', [narrow, normal], `${name}_sum`), name, hidden);
}

/** Softmax(Q·Kᵀ / √d + mask) · V for each head (Vaswani et al. 2017). */
function selfAttention(layers: Layers, x: string, mask: string, name: string, hidden: number): string {
  const heads = (what: string, perm: readonly bigint[]): string => {
    const projected = dense(layers, x, `${name}_${what}`, hidden, hidden, bertDeviation);
    const split = layers.apply('Reshape', [projected, 'to_heads'], `${name}_${what}_split`);
    return layers.apply('Transpose', [split], `${name}_${what}_heads`, { perm });
  };
  const query = heads('query', [0n, 2n, 1n, 3n]);
  const key = heads('key', [0n, 2n, 3n, 1n]);
  const values = heads('value', [0n, 2n, 1n, 3n]);
  const products = layers.apply('MatMul', [query, key], `${name}_products`);
  const scaled = layers.apply('Div', [products, 'root_of_head'], `${name}_scaled`);
  const masked = layers.apply('Add', [scaled, mask], `${name}_masked`);
  const shares = layers.apply('Softmax', [masked], `${name}_shares`, { axis: -1n });
  const mixed = layers.apply('MatMul', [shares, values], `${name}_mixed`);
  const together = layers.apply('Transpose', [mixed], `${name}_together`, { perm: [0n, 2n, 1n, 3n] });
  const joined = layers.apply('Reshape', [together, 'from_heads'], `${name}_joined`);
  return dense(layers, joined, `${name}_output`, hidden, hidden, bertDeviation);
}

/** x · ½ · (1 + erf(x / √2)) (Hendrycks and Gimpel 2016), in the five nodes that exports have and runtimes fuse. */
function gelu(layers: Layers, x: string, name: string): string {
  const ratio = layers.apply('Div', [x, 'root_of_two'], `${name}_ratio`);
  const erf = layers.apply('Erf', [ratio], `${name}_erf`);
  const raised = layers.apply('Add', [erf, 'one'], `${name}_raised`);
  return layers.apply('Mul', [layers.apply('Mul', [x, raised], `${name}_double`), 'half'], name);
}
