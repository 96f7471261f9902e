import { describe, expect, it } from 'vitest';
import {
  countByStatus,
  listedSegments,
  type SegmentFilter,
} from '../../../dashboard/src/segments/listed-segments.ts';
import { byAgreement, segmentOf } from './segments-of.ts';

const segments = [
  segmentOf('BR', 50, 0.6, 'regressed'),
  segmentOf('DE', 300, 0.9, 'safe'),
  segmentOf('AT', 10, null, 'undecided'),
  segmentOf('FR', 200, 0.8, 'better'),
];
const filter: SegmentFilter = { text: '', status: null, sort: 'worst' };
const valuesOf = (differing: Partial<SegmentFilter>) =>
  listedSegments(segments, { ...filter, ...differing }, byAgreement).map(({ segment }) => segment.value);

describe('the list of segments', () => {
  it('is as the report has it, until it is sorted', () => {
    expect(valuesOf({})).toEqual(['BR', 'DE', 'AT', 'FR']);
    expect(valuesOf({ sort: 'difference' })).toEqual(['BR', 'FR', 'DE', 'AT']);
    expect(valuesOf({ sort: 'rows' })).toEqual(['DE', 'FR', 'BR', 'AT']);
    expect(valuesOf({ sort: 'traffic' })).toEqual(['DE', 'FR', 'BR', 'AT']);
    expect(valuesOf({ sort: 'name' })).toEqual(['AT', 'BR', 'DE', 'FR']);
    expect(segments[0]!.segment.value).toBe('BR');
  });

  it('holds what fits the text, in any case, and the status', () => {
    expect(valuesOf({ text: ' country=d' })).toEqual(['DE']);
    expect(valuesOf({ text: 'r' })).toEqual(['BR', 'DE', 'AT', 'FR']);
    expect(valuesOf({ status: 'regressed' })).toEqual(['BR']);
    expect(valuesOf({ status: 'better', text: 'BR' })).toEqual([]);
  });

  it('is counted by status', () => {
    expect(countByStatus(segments)).toEqual({ regressed: 1, undecided: 1, safe: 1, better: 1 });
  });
});
