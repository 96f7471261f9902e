import { describe, expect, it } from 'vitest';
import { comparisonOf } from '../../../dashboard/src/data/comparison.ts';

const row = {
  ...{ event_id: 'e1', request_id: 'r1', row: 2, ts: '2026-11-22T17:08:20.933Z' },
  ...{ p_status: 'ok', p_error_code: null, p_label: '1', p_value: null, p_confidence: 0.75, p_items: null },
  ...{ s_status: 'timeout', s_error_code: 'DEADLINE_EXCEEDED', s_label: null, s_items: '[3,"a"]' },
  ...{
    abs_diff: 0.5,
    cosine: null,
    overlap: null,
    features: '{"x":1}',
    seg_country: 'BR',
    seg_channel: null,
  },
};

describe('a compared row', () => {
  it('has both sides, its segments and its inputs', () => {
    expect(comparisonOf(row)).toEqual({
      ...{ eventId: 'e1', requestId: 'r1', row: 2, at: '2026-11-22T17:08:20.933Z' },
      primary: { status: 'ok', errorCode: null, label: '1', value: null, confidence: 0.75, items: null },
      shadow: {
        ...{ status: 'timeout', errorCode: 'DEADLINE_EXCEEDED', label: null, value: null, confidence: null },
        items: ['3', 'a'],
      },
      ...{ distance: 0.5, cosine: null, overlap: null },
      segments: [{ column: 'country', value: 'BR' }],
      features: '{"x":1}',
    });
  });

  it('has no inputs where none were captured', () => {
    expect(comparisonOf({ ...row, features: null }).features).toBeNull();
  });
});
