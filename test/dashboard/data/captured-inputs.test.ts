import { describe, expect, it } from 'vitest';
import { capturedInputs } from '../../../dashboard/src/data/captured-inputs.ts';

describe('captured inputs', () => {
  it('are one each, lists joined', () => {
    expect(capturedInputs('{"x":[1.5,-2,"NaN"],"country":"DE","amount":12}')).toEqual([
      { name: 'x', text: '1.5, -2, NaN' },
      { name: 'country', text: 'DE' },
      { name: 'amount', text: '12' },
    ]);
  });

  it('keep all digits of a large integer', () => {
    expect(capturedInputs('{"id":9007199254740993}')).toEqual([{ name: 'id', text: '9007199254740993' }]);
  });

  it('are shown whole where they are something else', () => {
    expect(capturedInputs('[1,2]')).toEqual([{ name: '', text: '[1,2]' }]);
    expect(capturedInputs('{"x":')).toEqual([{ name: '', text: '{"x":' }]);
  });
});
