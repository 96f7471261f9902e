import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/config/deployment.ts';
import { decideReading } from '../../../src/inference/outputs/decide-reading.ts';
import type { OutputReading } from '../../../src/inference/outputs/reading.ts';
import type { Datatype } from '../../../src/protocol/datatype.ts';
import type { TensorSpec } from '../../../src/protocol/signature.ts';

const output = (name: string, datatype: Datatype, ...shape: number[]): TensorSpec => ({
  ...{ name, datatype, shape },
});
const read = (
  outputs: readonly TensorSpec[],
  config: object = {},
  producers: Readonly<Record<string, string>> = {},
): OutputReading =>
  decideReading(
    {
      ...{ outputs, producers: new Map(Object.entries(producers)), probed: null },
      classLabels: new Map([['genres', ['rock', 'pop']]]),
    },
    deploymentSchema.parse(config),
  );
const ids = output('ids', 'INT64', -1, 20);
const few = output('few', 'BYTES', -1, 5);
const scores = output('scores', 'FP32', -1, 1000);
const values = output('values', 'FP32', -1, 20);

describe('a ranking that deployment.yaml asks for', () => {
  const found = { kind: 'ranking', output: 'ids', holds: 'items', k: 10, itemNames: null };

  it('is the only matrix of ids, else the only one of floats', () => {
    expect(read([scores, ids], { task: 'ranking' })).toEqual(found);
    expect(read([few], { task: 'ranking' })).toEqual({ ...found, output: 'few', k: 5 });
    expect(read([scores], { task: 'ranking' })).toEqual({ ...found, output: 'scores', holds: 'scores' });
  });

  it('is what is named, down to the k that is wanted', () => {
    expect(read([few, ids], { outputs: { items: 'ids', k: 20 } })).toEqual({ ...found, k: 20 });
    expect(read([ids, scores], { task: 'ranking', outputs: { scores: 'scores' } })).toMatchObject({
      ...{ output: 'scores', holds: 'scores' },
    });
    expect(read([scores], { outputs: { k: 3 } })).toMatchObject({ kind: 'ranking', holds: 'scores', k: 3 });
    const floats = output('floats', 'FP32', -1, 8);
    expect(read([floats], { outputs: { items: 'floats' } })).toMatchObject({ holds: 'items', k: 8 });
  });

  it('has items by their names where the file gives them', () => {
    expect(read([output('genres', 'FP32', -1, 2)], { task: 'ranking' })).toMatchObject({
      ...{ k: 2, itemNames: ['rock', 'pop'] },
    });
  });

  it.each([
    [
      'nothing fits',
      [output('label', 'INT64', -1)],
      {},
      'task ranking needs an output of item ids [N,K], best first, or of a score for each item [N,M]; the model has "label" INT64 [-1]',
    ],
    [
      'several fit',
      [ids, few],
      {},
      'each of "ids" INT64 [-1,20], "few" BYTES [-1,5] may be what is ranked; name it as outputs.items or outputs.scores',
    ],
    ['two are named', [ids, scores], { items: 'ids', scores: 'scores' }, 'name one of them'],
    [
      'it is not there',
      [ids],
      { items: 'items' },
      'the deployment names output "items"; the model has "ids"',
    ],
    [
      'what is named is one value for each row',
      [output('label', 'INT64', -1)],
      { items: 'label' },
      'outputs.items names "label" INT64 [-1]; ranked items are an output of ids [N,K], best first',
    ],
    [
      'scores are no floats',
      [ids],
      { scores: 'ids' },
      'outputs.scores names "ids" INT64 [-1,20]; scores over items are an output of floats [N,M]',
    ],
    [
      'k is more than there are',
      [few],
      { k: 6 },
      'outputs.k is 6, and "few" BYTES [-1,5] has 5 items in a row',
    ],
    [
      'outputs say what only another task reads',
      [ids],
      { value: 'ids' },
      'outputs.value says nothing to task ranking',
    ],
  ])('is refused where %s', (_, outputs, keys, sentence) => {
    expect(() => read(outputs, { task: 'ranking', outputs: keys })).toThrow(sentence);
  });

  it('is refused under the name of another task', () => {
    expect(() => read([scores], { task: 'classification', outputs: { k: 5 } })).toThrow(
      'outputs.k says nothing to task classification',
    );
  });
});

describe('outputs that nobody explained', () => {
  const byTopK = { ids: 'TopK', values: 'TopK' };

  it('are a ranking where a TopK makes them all', () => {
    expect(read([values, ids], {}, byTopK)).toMatchObject({ kind: 'ranking', output: 'ids', holds: 'items' });
    expect(read([ids], {}, byTopK)).toMatchObject({ kind: 'ranking' });
  });

  it('stay what they were where they might be something else', () => {
    expect(read([values, ids])).toMatchObject({ kind: 'classification', scores: 'values' });
    expect(read([ids])).toMatchObject({ kind: 'opaque' });
    expect(read([scores, ids], {}, byTopK)).toMatchObject({ kind: 'classification', scores: 'scores' });
    expect(read([values, ids, output('label', 'INT64', -1)], {}, byTopK)).toMatchObject({
      ...{ kind: 'classification', label: 'label' },
    });
    expect(read([values, ids], { outputs: { scores: 'values' } }, byTopK)).toMatchObject({
      kind: 'classification',
    });
  });
});
