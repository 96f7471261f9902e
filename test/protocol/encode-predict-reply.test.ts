import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../src/inference/outputs/prediction.ts';
import { encodePredictReply } from '../../src/protocol/encode-predict-reply.ts';
import type { NumericData } from '../../src/protocol/tensor.ts';
import { refusalOf } from './refusal.ts';

const classified = (label: string, probabilities: readonly number[] | null = null): Prediction => ({
  label,
  value: null,
  confidence: probabilities === null ? null : Math.max(...probabilities),
  probabilities,
  finite: true,
});
const regressed = (value: number, finite = true): Prediction => ({
  label: null,
  value,
  confidence: null,
  probabilities: null,
  finite,
});
const encode = (predictions: readonly Prediction[], classNames: readonly string[] | null = null) =>
  Buffer.from(
    encodePredictReply({ id: 'r-1', model: 'fraud', version: '7', predictions }, classNames),
  ).toString();
const head = '{"id":"r-1","model":"fraud","version":"7","predictions":';

describe('a /predict reply', () => {
  it('gives label, confidence and probabilities row by row', () => {
    expect(encode([classified('1', [0.25, 0.75]), classified('cat')])).toBe(
      `${head}[{"label":1,"confidence":0.75,"probabilities":[0.25,0.75]},{"label":"cat","confidence":null,"probabilities":null}]}`,
    );
  });

  it('keys probabilities by class name where the names are known', () => {
    expect(encode([classified('good', [0.9, 0.1])], ['good', 'b"d'])).toBe(
      `${head}[{"label":"good","confidence":0.9,"probabilities":{"good":0.9,"b\\"d":0.1}}]}`,
    );
    expect(encode([classified('1', [0.9])], ['0', '1'])).toContain('"probabilities":[0.9]');
  });

  it.each([
    ['0', '0'],
    ['-1', '-1'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '"9007199254740993"'],
    ['07', '"07"'],
    ['-0', '"-0"'],
    ['1.0', '"1.0"'],
    ['1e3', '"1e3"'],
    ['', '""'],
  ])('gives the label %j as %s', (label, json) => {
    expect(encode([classified(label)])).toContain(`{"label":${json},`);
  });

  it('gives the vector of an embedding with no more digits than it has', () => {
    const embedded = (vector: NumericData): Prediction => ({
      ...{ label: null, value: null, confidence: null, probabilities: null, finite: true, vector },
    });
    expect(encode([embedded(Float32Array.of(0.1, -2)), embedded(Float64Array.of(0.1))])).toBe(
      `${head}[{"embedding":[0.1,-2]},{"embedding":[0.1]}]}`,
    );
    expect(encode([embedded(BigInt64Array.of(-7n)), embedded(Int8Array.of())])).toBe(
      `${head}[{"embedding":[-7]},{"embedding":[]}]}`,
    );
  });

  it('gives the items of a ranking as it gives labels', () => {
    const ranked = (...items: string[]): Prediction => ({
      ...{ label: null, value: null, confidence: null, probabilities: null, finite: true, items },
    });
    expect(encode([ranked('17', 'b"d', '07'), ranked()])).toBe(
      `${head}[{"items":[17,"b\\"d","07"]},{"items":[]}]}`,
    );
  });

  it('gives the value of a regression exactly', () => {
    expect(encode([regressed(0.1), regressed(-0), regressed(1e21)])).toBe(
      `${head}[{"value":0.1},{"value":-0},{"value":1e+21}]}`,
    );
    expect(encode([])).toBe(`${head}[]}`);
  });

  it('refuses what JSON cannot carry, with the row', () => {
    expect(
      refusalOf(() => encode([regressed(1), regressed(Number.NaN, false)]), 'OUTPUT_NOT_JSON'),
    ).toContain('row 1');
    refusalOf(() => encode([regressed(Infinity)]), 'OUTPUT_NOT_JSON');
    refusalOf(() => encode([classified('1', [Number.NaN, 1])]), 'OUTPUT_NOT_JSON');
  });
});
