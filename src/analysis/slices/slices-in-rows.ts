import type { ReportRequest } from '../report/request.ts';
import { type Checkpoint, checkpointPairs, sliceCandidates } from './candidates.ts';
import type { SearchedColumn } from './columns.ts';
import type { SliceCells } from './cube.ts';
import { type JudgedSlice, judgeSlices } from './judged-slice.ts';
import type { SliceRows } from './rows.ts';

const minuteMs = 60_000;

/** The checkpoints that the rows have reached, and the slices found there as the later rows judge them, worst first. */
export function slicesIn(
  rows: readonly SliceRows[],
  columns: readonly SearchedColumn[],
  request: Pick<ReportRequest, 'task' | 'readiness'>,
): {
  readonly checkpoints: readonly Checkpoint[];
  readonly slices: readonly Omit<JudgedSlice, 'trafficShare'>[];
} {
  const known = rows.reduce((sum, row) => sum + row.known, 0);
  const checkpoints = checkpointPairs
    .filter((pairs) => pairs <= known)
    .map((pairs, index) => ({ pairs, atMs: (lastMinuteBefore(rows, index) + 1) * minuteMs }));
  const { cells, cellOf } = cellsOf(rows, columns);
  const candidates = sliceCandidates(
    cells,
    rows.map((row, index) => ({
      cell: cellOf[index]!,
      bucket: row.bucket,
      size: row.known,
      error: row.error,
      largest: row.largest,
      balance: balanceOf(row, request.task),
    })),
    checkpoints.length,
    new Set(columns.flatMap(({ declared }, index) => (declared ? [] : [index]))),
  );
  return {
    checkpoints,
    slices: judgeSlices(candidates, { cells, cellOf, rows, columns, checkpoints }, request),
  };
}

function balanceOf({ counts: { pairs, errors } }: SliceRows, task: ReportRequest['task']): number {
  return task === 'regression' ? -errors.difference.sum : pairs.gains - pairs.losses;
}

function lastMinuteBefore(rows: readonly SliceRows[], checkpoint: number): number {
  return rows.reduce(
    (last, { bucket, lastMinute }) => (bucket <= checkpoint ? Math.max(last, lastMinute) : last),
    Number.NEGATIVE_INFINITY,
  );
}

/** Each combination of values once, and which one each group of rows has. */
function cellsOf(
  rows: readonly SliceRows[],
  columns: readonly SearchedColumn[],
): { readonly cells: SliceCells; readonly cellOf: Uint32Array } {
  const places = new Map<string, number>();
  const combinations: (readonly number[])[] = [];
  const cellOf = Uint32Array.from(rows, ({ codes }) => {
    const key = codes.join();
    const cell = places.get(key) ?? combinations.push(codes) - 1;
    places.set(key, cell);
    return cell;
  });
  const cells: SliceCells = {
    cells: combinations.length,
    codes: columns.map((_, column) => Uint16Array.from(combinations, (codes) => codes[column]!)),
    valueCounts: columns.map(({ values }) => values.length),
  };
  return { cells, cellOf };
}
