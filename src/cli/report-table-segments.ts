import type { Block, Report, Status } from '../analysis/report/report.ts';
import { signed } from '../analysis/verdict/percent-text.ts';
import { similarityInterval } from './report-table-similarity.ts';
import { count, harmless, heading, type Page, plainTable, share } from './report-table-text.ts';

/** Further segments are in the JSON; regressed ones come first, so they are never cut unless there are more than this. */
const listedSegments = 25;
const narrowestName = 14;

interface Line {
  readonly name: string;
  readonly trafficShare: number | null;
  readonly block: Block;
  readonly status: string;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly cell: (line: Line) => string;
  /** Columns of lower rank give way on narrow terminals. */
  readonly rank: number;
}

/** All rows first, then each segment, worst first. */
export function segmentTable(report: Report, page: Page): string {
  const columns = fitting(columnsOf(report), page.width);
  const nameWidth = page.width - 4 - columns.reduce((sum, { width }) => sum + width + 2, 0);
  const overall: Line = { name: 'all traffic', trafficShare: 1, block: report.overall, status: '' };
  const listed = report.segments.slice(0, listedSegments);
  const lines = listed.map((segment) => ({
    name: harmless(`${segment.segment.column}=${segment.segment.value}`),
    trafficShare: segment.traffic_share,
    block: segment.block,
    status: statusText(page, segment.status, segment.evidence.discovery),
  }));
  const table = plainTable({
    head: ['segment', ...columns.map(({ title }) => title)].map(page.colors.dim),
    rows: [overall, ...lines].map((line) => [line.name, ...columns.map(({ cell }) => cell(line))]),
    align: [
      'left',
      ...columns.map(({ title }) => (title === 'status' ? ('left' as const) : ('right' as const))),
    ],
    widths: [nameWidth, ...columns.map(({ width }) => width)],
  });
  const hidden = report.segments.length - listed.length + report.segments_omitted;
  return [
    heading(page, 'Segments', 'worst first'),
    table,
    ...(hidden > 0 ? [page.colors.dim(`  … and ${count(hidden)} less worrying ones`)] : []),
    ...(listed.some(({ status, evidence }) => status !== 'regressed' && evidence.discovery)
      ? [page.colors.dim('  * losses prevail here (e-BH list), but no alarm yet')]
      : []),
  ].join('\n');
}

function columnsOf(report: Report): Column[] {
  const { primary, shadow } = report;
  const versions = `v${primary} → v${shadow}`;
  const measured = measuredOf(report, versions);
  return [
    { title: 'traffic', width: 7, cell: (line) => share(line.trafficShare), rank: 3 },
    { title: 'rows', width: 10, cell: (line) => count(line.block.n), rank: 2 },
    { title: 'agree', width: 6, cell: (line) => share(line.block.agreement?.estimate ?? null), rank: 1 },
    {
      cell: (line) => measured.cell(line.block),
      title: harmless(measured.title).slice(0, 24),
      width: Math.max(15, Math.min(24, measured.title.length)),
      rank: 4,
    },
    { title: measured.difference, width: 22, cell: (line) => measured.interval(line.block), rank: 5 },
    { title: 'status', width: 12, cell: (line) => line.status, rank: 6 },
  ];
}

/** The two columns that tell how good the shadow is, in the words of the task. */
function measuredOf(
  { task, overall }: Report,
  versions: string,
): {
  readonly title: string;
  readonly cell: (block: Block) => string;
  readonly difference: string;
  readonly interval: (block: Block) => string;
} {
  const points = { cell: accuracies, difference: 'difference, points', interval: differenceText };
  switch (task) {
    case 'classification':
      return { title: `right ${versions}`, ...points };
    case 'ranking':
      return { title: `hit@${overall.similarity?.k ?? 'k'} ${versions}`, ...points };
    case 'regression':
      return {
        ...{ title: `error ${versions}`, cell: absoluteErrors },
        ...{ difference: 'difference', interval: differenceText },
      };
    case 'embedding':
      return {
        ...{ title: 'cosine', cell: ({ similarity }) => similarity?.mean.toFixed(4) ?? '–' },
        difference: 'interval of its mean',
        interval: ({ similarity }) => (similarity === null ? '–' : similarityInterval(similarity)),
      };
  }
}

function fitting(columns: readonly Column[], width: number): Column[] {
  const needed = 4 + narrowestName + columns.reduce((sum, column) => sum + column.width + 2, 0);
  if (needed <= width || columns.length <= 2) return [...columns];
  const lowest = Math.min(...columns.map(({ rank }) => rank));
  return fitting(
    columns.filter(({ rank }) => rank !== lowest),
    width,
  );
}

function accuracies({ accuracy }: Block): string {
  return accuracy === null ? '–' : `${share(accuracy.primary)} → ${share(accuracy.shadow)}`;
}

function absoluteErrors({ error }: Block): string {
  return error === null ? '–' : `${error.mae_primary.toPrecision(4)} → ${error.mae_shadow.toPrecision(4)}`;
}

/** `+2.1 [+1.8, +2.4]` points, or the difference of mean absolute errors. */
function differenceText({ accuracy, error }: Block): string {
  const difference = accuracy?.difference ?? error?.difference ?? null;
  if (difference === null) return '–';
  const { estimate, lower, upper } = difference;
  const text =
    accuracy === null ? (value: number) => signed(value, 3) : (value: number) => signed(value * 100, 1);
  return `${text(estimate)} [${text(lower)}, ${text(upper)}]`;
}

function statusText({ colors }: Page, status: Status, discovery: boolean): string {
  if (status === 'regressed') return colors.red(colors.bold('✗ regressed'));
  if (status === 'undecided') return colors.yellow(`? undecided${discovery ? '*' : ''}`);
  return colors.green(status === 'better' ? '✓ better' : `✓ safe${discovery ? '*' : ''}`);
}
