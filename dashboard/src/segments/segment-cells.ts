import type { SegmentReport, Status } from '../../../src/analysis/report/report.ts';
import type { Domain } from '../../../src/presentation/interval-domain.ts';
import type { Measure } from '../../../src/presentation/measure.ts';

export interface SegmentCell {
  readonly x1: number;
  readonly x2: number;
  /** Index of its band of sizes, the smallest 0. */
  readonly y: number;
  readonly n: number;
  /** Of the worst segment in it. */
  readonly status: Status;
}

const worstFirst: readonly Status[] = ['regressed', 'undecided', 'safe', 'better'];
/** Powers of ten of rows: 1 to 9, …, 100,000 and more. */
const bands = [1, 10, 100, 1_000, 10_000, 100_000];

/**
 * Counts segments by estimate, in columns of the domain (those beyond it in the outermost ones), and by rows, in powers of ten; what has
 * no interval is left out. `rows` are the least sizes of the bands there are.
 */
export function segmentCells(
  segments: readonly SegmentReport[],
  { interval }: Pick<Measure, 'interval'>,
  [lower, upper]: Domain,
  columns: number,
): { readonly cells: readonly SegmentCell[]; readonly most: number; readonly rows: readonly number[] } {
  const width = (upper - lower) / columns;
  const found = new Map<
    string,
    { readonly column: number; readonly band: number; n: number; worst: number }
  >();
  for (const { block, status } of segments) {
    const known = interval(block);
    if (known === null) continue;
    const column = Math.min(columns - 1, Math.max(0, Math.floor((known.estimate - lower) / width)));
    const band = Math.min(bands.length - 1, Math.floor(Math.log10(Math.max(1, block.n))));
    const key = `${column}:${band}`;
    const cell = found.get(key) ?? { column, band, n: 0, worst: worstFirst.length - 1 };
    cell.n += 1;
    cell.worst = Math.min(cell.worst, worstFirst.indexOf(status));
    found.set(key, cell);
  }
  const present = [...found.values()];
  const first = Math.min(...present.map(({ band }) => band), bands.length - 1);
  const last = Math.max(...present.map(({ band }) => band), first);
  return {
    cells: present.map(({ column, band, n, worst }) => ({
      ...{ x1: lower + column * width, x2: lower + (column + 1) * width, y: band - first, n },
      status: worstFirst[worst]!,
    })),
    most: Math.max(1, ...present.map(({ n }) => n)),
    rows: bands.slice(first, last + 1),
  };
}
