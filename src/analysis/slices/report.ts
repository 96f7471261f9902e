import type { Report, SliceReport } from '../report/report.ts';
import { finiteExp } from '../statistics/loss-alarm.ts';
import type { FoundSlices } from './find-slices.ts';
import type { JudgedSlice } from './judged-slice.ts';

/** More are judged and not listed. */
const listedSlices = 20;

export function sliceReports(found: FoundSlices | null): Pick<Report, 'slices' | 'slice_search'> {
  if (found === null) return { slices: null, slice_search: null };
  const listed = found.slices.slice(0, listedSlices);
  return {
    slices: listed.map(sliceReport),
    slice_search: {
      columns: found.columns.map(({ column }) => column),
      checkpoints: found.checkpoints.map(({ pairs, atMs }) => ({ pairs, at: isoOf(atMs) })),
      omitted: found.slices.length - listed.length,
      left_out: found.leftOut,
    },
  };
}

function sliceReport(slice: JudgedSlice): SliceReport {
  const { counts, judgement, found } = slice;
  return {
    conditions: slice.conditions,
    traffic_share: slice.trafficShare,
    n: counts.pairs.n,
    gains: counts.pairs.gains,
    losses: counts.pairs.losses,
    lift: slice.lift,
    difference: judgement.difference,
    status: judgement.status,
    evidence: {
      e_value: finiteExp(judgement.logEValue),
      threshold: slice.threshold,
      discovery: slice.discovery,
    },
    found: {
      at: isoOf(found.atMs),
      pairs: found.pairs,
      n: found.n,
      lift: found.lift,
      score: found.score,
    },
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
