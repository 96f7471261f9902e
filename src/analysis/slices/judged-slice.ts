import { logAlarmOf } from '../judgement/difference.ts';
import { type JudgedCounts, type Judgement, judge } from '../judgement/judgement.ts';
import { statusRank } from '../judgement/rank-segments.ts';
import type { Segment } from '../report/report.ts';
import type { ReportRequest } from '../report/request.ts';
import { noSimilarity } from '../rows/similarity-sums.ts';
import { mergeSums } from '../statistics/asymptotic-sequence.ts';
import { eBenjaminiHochberg } from '../statistics/e-benjamini-hochberg.ts';
import { finiteExp } from '../statistics/loss-alarm.ts';
import { mergePairs } from '../statistics/paired-accuracy.ts';
import { type Checkpoint, type SliceCandidate, slicePlaces } from './candidates.ts';
import type { SearchedColumn } from './columns.ts';
import { matches, type SliceCells } from './cube.ts';
import type { SliceRows } from './rows.ts';

/** A slice as the verdict sees it: found on the rows before a checkpoint, judged on those after it. */
export interface JudgedSlice {
  readonly conditions: readonly Segment[];
  /** Share of all rows of traffic; null where no traffic was counted. */
  readonly trafficShare: number | null;
  readonly found: Checkpoint & { readonly n: number; readonly lift: number; readonly score: number };
  /** Of the later rows. */
  readonly counts: JudgedCounts;
  /** Of the later rows, the slice's mean error against that of all; null where there is none. */
  readonly lift: number | null;
  readonly judgement: Judgement;
  /** At which e-BH lists it: K/(αk), k the length of the list. */
  readonly threshold: number;
  readonly discovery: boolean;
}

export interface SliceEvidence {
  readonly cells: SliceCells;
  readonly rows: readonly SliceRows[];
  /** The cell of each of the rows. */
  readonly cellOf: Uint32Array;
  readonly columns: readonly SearchedColumn[];
  readonly checkpoints: readonly Checkpoint[];
}

/** Worst first. e-BH is over every place a slice could ever take, so that candidates to come change nothing. */
export function judgeSlices(
  candidates: readonly SliceCandidate[],
  evidence: SliceEvidence,
  { task, readiness: { alpha, margin } }: Pick<ReportRequest, 'task' | 'readiness'>,
): Omit<JudgedSlice, 'trafficShare'>[] {
  const later = laterRows(evidence);
  const tested = candidates.map((candidate) => ({ candidate, ...later(candidate) }));
  const eValues = Array.from({ length: slicePlaces }, (_, index) => {
    const counts = tested[index]?.inside.counts;
    return counts === undefined ? 0 : finiteExp(logAlarmOf(task, counts, null, alpha));
  });
  const discoveries = eBenjaminiHochberg(eValues, alpha);
  const threshold = slicePlaces / (alpha * Math.max(1, discoveries.length));
  const judged = tested.map(({ candidate, inside, all }, index) => ({
    conditions: candidate.conditions.map(({ column, code }) => ({
      column: evidence.columns[column]!.column,
      value: evidence.columns[column]!.values[code - 1]!,
    })),
    found: {
      ...evidence.checkpoints[candidate.checkpoint]!,
      n: candidate.size,
      lift: candidate.lift,
      score: candidate.score,
    },
    counts: inside.counts,
    lift:
      inside.known === 0 || all.error === 0 ? null : (inside.error * all.known) / (all.error * inside.known),
    judgement: judge(inside.counts, null, { task, alpha, margin, threshold }),
    threshold,
    discovery: discoveries.includes(index),
  }));
  return judged.toSorted(
    (a, b) =>
      statusRank[a.judgement.status] - statusRank[b.judgement.status] ||
      b.judgement.logEValue - a.judgement.logEValue ||
      b.found.score - a.found.score,
  );
}

interface TestedRows {
  readonly counts: JudgedCounts;
  readonly known: number;
  readonly error: number;
}

const noSums = { n: 0, sum: 0, sumSquares: 0 };
const noRows: TestedRows = {
  counts: {
    pairs: { n: 0, disagreements: 0, labelledDisagreements: 0, gains: 0, losses: 0 },
    errors: { primary: noSums, difference: noSums },
    similarity: noSimilarity,
  },
  known: 0,
  error: 0,
};

/** The rows after a candidate's checkpoint: those of the slice, and all. */
function laterRows({ cells, cellOf, rows, checkpoints }: SliceEvidence) {
  const byBucket = Map.groupBy(rows, ({ bucket }) => bucket);
  const whole = Array.from({ length: checkpoints.length + 1 }, (_, bucket) =>
    (byBucket.get(bucket) ?? []).reduce<TestedRows>(addRows, noRows),
  );
  return ({ conditions, checkpoint }: SliceCandidate) => ({
    inside: rows.reduce<TestedRows>(
      (sum, row, index) =>
        row.bucket > checkpoint && matches(cells, cellOf[index]!, conditions) ? addRows(sum, row) : sum,
      noRows,
    ),
    all: whole.slice(checkpoint + 1).reduce(addRows, noRows),
  });
}

function addRows(a: TestedRows, b: TestedRows): TestedRows {
  return {
    counts: {
      pairs: mergePairs(a.counts.pairs, b.counts.pairs),
      errors: {
        primary: mergeSums(a.counts.errors.primary, b.counts.errors.primary),
        difference: mergeSums(a.counts.errors.difference, b.counts.errors.difference),
      },
      similarity: noSimilarity,
    },
    known: a.known + b.known,
    error: a.error + b.error,
  };
}
