import { float32, int64, value } from '../../src/repository/onnx/build-model.ts';
import type { OnnxModel } from '../../src/repository/onnx/model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';
import { type BertSize, bertDeviation } from './bert-size.ts';
import { dense, layerNormalised } from './dense.ts';
import { encoderLayer } from './encoder-layer.ts';
import { Layers } from './layers.ts';
import type { Weights } from './weights.ts';

/**
 * BERT with a head that classifies sequences, as Hugging Face exports it: `input_ids` and `attention_mask` INT64 [N,S], S up to
 * `positions`, to `logits` FP32 [N,classes]. All tokens are of the first segment, as where token_type_ids are left out.
 */
export function bert(weights: Weights, size: BertSize): Draft<OnnxModel> {
  const { hidden, heads, classes } = size;
  const layers = new Layers(weights);
  const embedded = embeddings(layers, size);
  const mask = attentionBias(layers);
  layers.constant(int64('to_heads', [4], [0, 0, heads, hidden / heads]));
  layers.constant(int64('from_heads', [3], [0, 0, hidden]));
  layers.constant(float32('root_of_head', [], [Math.sqrt(hidden / heads)]));
  layers.constant(float32('root_of_two', [], [Math.SQRT2]));
  layers.constant(float32('half', [], [0.5]));

  let x = embedded;
  for (let i = 1; i <= size.layers; i++) x = encoderLayer(layers, x, mask, `layer_${i}`, size);
  // The first token stands for the sequence.
  const first = layers.apply('Gather', [x, layers.constant(int64('first', [], [0]))], 'first_token', {
    axis: 1n,
  });
  const pooled = layers.apply(
    'Tanh',
    [dense(layers, first, 'pooler', hidden, hidden, bertDeviation)],
    'pooled',
  );
  dense(layers, pooled, 'logits', hidden, classes, bertDeviation);
  return layers.model(
    'bert',
    ['input_ids', 'attention_mask'].map((name) => value(name, 'INT64', ['N', 'S'])),
    [value('logits', 'FP32', ['N', classes])],
  );
}

/** Words, positions and the first segment's vector added and normalised: [N,S,hidden]. */
function embeddings(layers: Layers, { hidden, vocabulary, positions }: BertSize): string {
  const table = (name: string, rows: number): string =>
    layers.weights.uniform(name, [rows, hidden], bertDeviation);
  const word = layers.apply('Gather', [table('word_embeddings', vocabulary), 'input_ids'], 'words');
  const length = layers.apply('Shape', ['input_ids'], 'sequence_length', { start: 1n, end: 2n });
  const zero = layers.constant(int64('zero', [1], [0]));
  const place = layers.apply(
    'Slice',
    [table('position_embeddings', positions), zero, length, zero],
    'positions',
  );
  const segment = layers.apply('Gather', [table('token_type_embeddings', 2), zero], 'segment');
  const placed = layers.apply('Add', [word, place], 'placed_words');
  return layerNormalised(layers, layers.apply('Add', [placed, segment], 'embedded'), 'embeddings', hidden);
}

/** 0 where a token may be looked at, else a number that leaves nothing of it after a softmax: [N,1,1,S]. */
function attentionBias(layers: Layers): string {
  const axes = layers.constant(int64('mask_axes', [2], [1, 2]));
  const wide = layers.apply('Unsqueeze', ['attention_mask', axes], 'wide_mask');
  const mask = layers.apply('Cast', [wide], 'float_mask', { to: 1n });
  const hidden = layers.apply('Sub', [layers.constant(float32('one', [], [1])), mask], 'hidden_tokens');
  // Not −∞: a row of nothing but padding would become NaN.
  return layers.apply('Mul', [hidden, layers.constant(float32('never', [], [-1e9]))], 'attention_bias');
}
