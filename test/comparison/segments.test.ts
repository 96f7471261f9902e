import { describe, expect, it } from 'vitest';
import { SegmentReader } from '../../src/comparison/segments.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';

const table: Tensor = {
  ...{ name: 'x', datatype: 'FP32', shape: [4, 2] },
  data: Float32Array.of(1, 29.9, 2, 30, 3, 64.9, 4, 65),
};
const texts: Tensor = { name: 'job', datatype: 'BYTES', shape: [2, 1], data: ['student', 'retired'] };

describe('segments that come with a request', () => {
  it('are kept as they are, in an order that does not depend on how they came', () => {
    const reader = new SegmentReader({});
    const a = reader.given({ country: 'DE', channel: 'web' });
    const b = reader.given({ channel: 'web', country: 'DE' });
    expect(a).toEqual({ country: 'DE', channel: 'web' });
    expect(JSON.stringify(a)).toBe(JSON.stringify(b));
  });

  it('are passed over once their column has had more than a thousand values, known ones included', () => {
    const reader = new SegmentReader({});
    for (let i = 0; i < 1000; i++) expect(reader.given({ user: `u${i}` })).toEqual({ user: `u${i}` });
    // With one more everybody who counts can tell that there were too many.
    expect(reader.given({ user: 'u1000', country: 'DE' })).toEqual({ user: 'u1000', country: 'DE' });
    expect(reader.given({ user: 'u1001', country: 'DE' })).toEqual({ country: 'DE' });
    expect(reader.given({ user: 'u999', country: 'DE' })).toEqual({ country: 'DE' });
  });

  it('are passed over where there are too many columns, save for those that are declared', () => {
    const reader = new SegmentReader({ country: {} });
    for (let i = 0; i < 127; i++) reader.given({ [`made_up_${i}`]: 'v' });
    expect(reader.given({ one_more: 'v', country: 'DE', made_up_7: 'w' })).toEqual({
      ...{ country: 'DE', made_up_7: 'w' },
    });
  });
});

describe('segments derived from inputs', () => {
  it('are the values of a column, one for each row', () => {
    const reader = new SegmentReader({ first: { input: 'x', column: 0 }, job: { input: 'job' } });
    expect(reader.derived([table], 4)).toEqual({
      ...{ first: ['1', '2', '3', '4'], job: [null, null, null, null] },
    });
    expect(reader.derived([texts], 2).job).toEqual(['student', 'retired']);
  });

  it('are the bins that the values fall into, whose edges belong to the upper one', () => {
    const reader = new SegmentReader({ age_band: { input: 'x', column: 1, bins: [30, 45, 65] } });
    expect(reader.derived([table], 4).age_band).toEqual(['<30', '30-45', '45-65', '>=65']);
  });

  it('have a bin for NaN, and take whole numbers of any size', () => {
    const reader = new SegmentReader({ band: { input: 'x', bins: [0, 10] } });
    const odd: Tensor = {
      ...{ name: 'x', datatype: 'FP64', shape: [3] },
      data: Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY, 10),
    };
    expect(reader.derived([odd], 3).band).toEqual(['nan', '<0', '>=10']);
    const long: Tensor = { name: 'x', datatype: 'INT64', shape: [1], data: BigInt64Array.of(2n ** 62n) };
    expect(reader.derived([long], 1).band).toEqual(['>=10']);
    const exact = new SegmentReader({ id: { input: 'x' } });
    expect(exact.derived([long], 1).id).toEqual(['4611686018427387904']);
  });

  it('are unknown where the request has no such input, column or row', () => {
    const reader = new SegmentReader({
      ...{ lost: { input: 'y' }, beyond: { input: 'x', column: 2 } },
    });
    expect(reader.derived([table], 4)).toEqual({
      ...{ lost: [null, null, null, null], beyond: [null, null, null, null] },
    });
    const other = new SegmentReader({ first: { input: 'x', column: 0 } });
    expect(other.derived([table], 1).first).toEqual([null]);
  });

  it('are cut where a text is long, never through a character', () => {
    const reader = new SegmentReader({ text: { input: 'job' } });
    const long: Tensor = { ...texts, shape: [1, 1], data: [`${'a'.repeat(127)}😀`] };
    const [value] = reader.derived([long], 1).text!;
    expect(value!.length).toBe(128);
    expect(value!.isWellFormed()).toBe(true);
  });

  it('are passed over like the others', () => {
    const reader = new SegmentReader({ id: { input: 'id' } });
    const ids: Tensor = {
      ...{ name: 'id', datatype: 'INT32', shape: [1003] },
      data: Int32Array.from({ length: 1003 }, (_, i) => i),
    };
    const values = reader.derived([ids], 1003).id!;
    expect(values.slice(999)).toEqual(['999', '1000', null, null]);
    expect(reader.derived([ids], 1003).id).toEqual(Array(1003).fill(null));
  });
});
