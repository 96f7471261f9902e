import { describe, expect, it } from 'vitest';
import type { ModelSignature } from '../../src/protocol/signature.ts';
import { mapColumns } from '../../src/replay/parquet-columns.ts';

const fraud: ModelSignature = {
  ...{ model: 'fraud', version: '7', outputs: [], featureNames: ['amount', 'age'] },
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
};
const house: ModelSignature = {
  ...{ model: 'house', version: '1', outputs: [], featureNames: null },
  inputs: [
    { name: 'rooms', datatype: 'INT64', shape: [-1, 1] },
    { name: 'place', datatype: 'FP32', shape: [-1, 2] },
  ],
};
const columnsOf = (text: string) =>
  text.split(', ').map((column) => {
    const [name = '', type = ''] = column.split(' ');
    return { name, type };
  });

describe('the columns of a Parquet file', () => {
  it('mean what they are called, and others are passed over', () => {
    const columns = columnsOf(
      'request_id BIGINT, entity VARCHAR, ts TIMESTAMP, label INTEGER, seg_country VARCHAR, score DOUBLE, age DOUBLE, amount DOUBLE',
    );
    expect(mapColumns(columns, fraud)).toEqual({
      ...{ id: 'request_id', entity: 'entity', label: 'label', segments: null },
      time: { name: 'ts', type: 'TIMESTAMP' },
      segmentColumns: new Map([['country', 'seg_country']]),
      features: ['amount', 'age'],
    });
  });

  it('may be one for all features, or one for each input', () => {
    expect(mapColumns(columnsOf('features FLOAT[]'), fraud).features).toEqual({
      ...{ name: 'features', type: 'FLOAT[]' },
    });
    expect(mapColumns(columnsOf('x FLOAT[]'), fraud).features).toEqual(['x']);
    expect(mapColumns(columnsOf('rooms BIGINT, place FLOAT[]'), house).features).toEqual(['rooms', 'place']);
  });

  it.each([
    [fraud, 'amount DOUBLE', 'it lacks "age": model fraud version 7 takes "amount", "age", one column each'],
    [
      house,
      'rooms BIGINT',
      'it lacks "place": model house version 1 takes "rooms", "place", one column each',
    ],
    [fraud, 'x FLOAT[], ts BIGINT', 'its column "ts" is BIGINT; make it a TIMESTAMP, or text such as'],
  ])(
    'that are not enough, or of a wrong type, are refused with a sentence',
    (signature, columns, sentence) => {
      expect(() => mapColumns(columnsOf(columns), signature)).toThrow(sentence);
    },
  );
});
