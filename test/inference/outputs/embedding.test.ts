import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/config/deployment.ts';
import { decideReading } from '../../../src/inference/outputs/decide-reading.ts';
import type { OutputReading } from '../../../src/inference/outputs/reading.ts';
import type { Datatype } from '../../../src/protocol/datatype.ts';
import type { TensorSpec } from '../../../src/protocol/signature.ts';

const output = (name: string, datatype: Datatype, ...shape: number[]): TensorSpec => ({
  ...{ name, datatype, shape },
});
const read = (outputs: readonly TensorSpec[], config: object = {}): OutputReading =>
  decideReading(
    { outputs, producers: new Map(), classLabels: new Map(), probed: null },
    deploymentSchema.parse(config),
  );
const vectors = output('vectors', 'FP32', -1, 384);
const tokens = output('tokens', 'FP32', -1, -1, 384);
const label = output('label', 'INT64', -1);

describe('an embedding that deployment.yaml asks for', () => {
  const found = { kind: 'embedding', embedding: 'vectors' };

  it('is the only matrix of floats, or what is named', () => {
    expect(read([tokens, vectors, label], { task: 'embedding' })).toEqual(found);
    const other = output('other', 'FP32', -1, 8);
    expect(read([other, vectors], { task: 'embedding', outputs: { embedding: 'vectors' } })).toEqual(found);
    expect(read([other, vectors], { outputs: { embedding: 'vectors' } })).toEqual(found);
    const quantised = output('vectors', 'INT8', -1, 384);
    expect(read([quantised], { outputs: { embedding: 'vectors' } })).toEqual(found);
    expect(read([output('vectors', 'FP16', -1, -1)], { task: 'embedding' })).toEqual(found);
  });

  it.each([
    [
      'nothing fits',
      [tokens, label],
      {},
      'task embedding needs an output of floats [N,D] with a D of 2 or more; the model has "tokens" FP32 [-1,-1,384], "label" INT64 [-1]',
    ],
    [
      'several fit',
      [vectors, output('other', 'FP64', -1, 8)],
      {},
      'each of "vectors" FP32 [-1,384], "other" FP64 [-1,8] may be the embedding; name it as outputs.embedding in deployment.yaml',
    ],
    [
      'what is named is not there',
      [vectors],
      { embedding: 'vector' },
      'the deployment names output "vector"; the model has "vectors"',
    ],
    [
      'what is named has one number for each row',
      [vectors, output('score', 'FP32', -1, 1)],
      { embedding: 'score' },
      'outputs.embedding names "score" FP32 [-1,1]; an embedding is an output of numbers [N,D] with a D of 2 or more',
    ],
    [
      'what is named holds texts',
      [output('names', 'BYTES', -1, 4)],
      { embedding: 'names' },
      'outputs.embedding names "names" BYTES [-1,4]; an embedding is an output of numbers [N,D] with a D of 2 or more',
    ],
    [
      'its vectors are too large to be carried',
      [output('huge', 'FP32', -1, 262_145)],
      {},
      'the vectors of output "huge" have 262145 numbers; at most 262144 can be compared',
    ],
    [
      'outputs say what only another task reads',
      [vectors, label],
      { label: 'label' },
      'outputs.label says nothing to task embedding, which reads outputs.embedding',
    ],
  ])('is refused where %s', (_, outputs, keys, sentence) => {
    expect(() => read(outputs, { task: 'embedding', outputs: keys })).toThrow(sentence);
  });

  it('is refused under the name of another task', () => {
    expect(() => read([vectors], { task: 'regression', outputs: { embedding: 'vectors' } })).toThrow(
      'outputs.embedding says nothing to task regression',
    );
  });
});

describe('outputs that nobody explained', () => {
  it.each(['embedding', 'sentence_embedding', 'Embeddings', 'text_embeds'])(
    'are an embedding where the only matrix of floats is called %s',
    (name) => {
      expect(read([tokens, output(name, 'FP32', -1, 384)])).toEqual({ kind: 'embedding', embedding: name });
    },
  );

  it('stay a classification where they might be one', () => {
    const embedding = output('embedding', 'FP32', -1, 384);
    expect(read([vectors])).toMatchObject({ kind: 'classification', scores: 'vectors' });
    expect(read([output('embedded', 'FP32', -1, 3)])).toMatchObject({ kind: 'classification' });
    expect(read([embedding, label])).toMatchObject({ kind: 'classification', label: 'label' });
    expect(read([embedding, output('score', 'FP32', -1, 1)])).toMatchObject({ kind: 'classification' });
    expect(read([embedding, vectors])).toMatchObject({ kind: 'classification' });
    expect(read([embedding], { task: 'classification' })).toMatchObject({ kind: 'classification' });
    expect(read([embedding], { outputs: { scores: 'embedding' } })).toMatchObject({ kind: 'classification' });
  });
});
