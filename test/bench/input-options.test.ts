import { describe, expect, it } from 'vitest';
import { parseInputRange } from '../../bench/input-range.ts';
import { parseInputShape } from '../../bench/input-shape.ts';

describe('--shape', () => {
  it('is a name and sizes, as perf_analyzer takes it; names may hold colons', () => {
    expect(parseInputShape('input_ids:1,128')).toEqual(['input_ids', [1, 128]]);
    expect(parseInputShape('serving_default_x:0:1,3')).toEqual(['serving_default_x:0', [1, 3]]);
  });

  it('is refused where a size is no number above 0', () => {
    for (const text of ['ids', 'ids:', ':1', 'ids:1,', 'ids:0', 'ids:-1', 'ids:1.5', 'ids:a']) {
      expect(() => parseInputShape(text)).toThrow(`--shape is ${text}; it must be`);
    }
  });
});

describe('--input-range', () => {
  it('is a name and both ends', () => {
    expect(parseInputRange('ids:0,29999')).toEqual(['ids', { low: 0, high: 29_999 }]);
    expect(parseInputRange('x:0:-1.5,2e3')).toEqual(['x:0', { low: -1.5, high: 2000 }]);
  });

  it('is refused where an end is missing, no number, or the wrong way round', () => {
    for (const text of [
      'ids',
      'ids:1',
      ':0,1',
      'ids:1,0',
      'ids:0,x',
      'ids:0,Infinity',
      'ids:0,1,2',
      'ids:0, ',
    ]) {
      expect(() => parseInputRange(text)).toThrow(`--input-range is ${text}; it must be`);
    }
  });
});
