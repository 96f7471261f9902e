import type { Report, SliceReport, Status } from '../analysis/report/report.ts';
import { signed } from '../analysis/verdict/percent-text.ts';
import {
  count,
  harmless,
  heading,
  minuteOf,
  type Page,
  paragraphs,
  plainTable,
  share,
} from './report-table-text.ts';

/** Further ones are in the JSON; regressed ones come first. */
const listedSlices = 5;

/** Conjunctions that a search found; nothing where it found none or was not made. */
export function sliceTable(report: Report, page: Page): string[] {
  const { slices, slice_search: search } = report;
  if (slices === null || search === null || slices.length === 0) return [];
  const listed = slices.slice(0, listedSlices);
  const [medium, wide] = [page.width >= 80, page.width >= 100];
  const columns = [
    ...(wide ? [{ title: 'traffic', width: 7, cell: (it: SliceReport) => share(it.traffic_share) }] : []),
    ...(medium ? [{ title: 'later rows', width: 10, cell: (it: SliceReport) => count(it.n) }] : []),
    ...(wide ? [{ title: 'found on', width: 16, cell: (it: SliceReport) => minuteOf(it.found.at) }] : []),
    { title: unitOf(report), width: 22, cell: (it: SliceReport) => differenceText(report, it) },
    { title: 'status', width: 12, cell: (it: SliceReport) => statusText(page, it.status) },
  ];
  const nameWidth = page.width - 4 - columns.reduce((sum, { width }) => sum + width + 2, 0);
  const table = plainTable({
    head: ['slice', ...columns.map(({ title }) => title)].map(page.colors.dim),
    rows: listed.map((slice) => [nameOf(slice), ...columns.map(({ cell }) => cell(slice))]),
    align: [
      'left',
      ...columns.map(({ title }) => (title === 'status' ? ('left' as const) : ('right' as const))),
    ],
    widths: [nameWidth, ...columns.map(({ width }) => width)],
    wrap: true,
  });
  const hidden = slices.length - listed.length + search.omitted;
  const notes = [
    ...(hidden > 0 ? [`… and ${count(hidden)} less worrying ones`] : []),
    ...search.left_out.map(harmless),
  ];
  return [
    [
      heading(page, 'Slices', 'found by search, judged on the rows after it'),
      table,
      ...(notes.length > 0 ? [page.colors.dim(paragraphs(page, notes))] : []),
    ].join('\n'),
  ];
}

function nameOf({ conditions }: SliceReport): string {
  return conditions.map(({ column, value }) => harmless(`${column}=${value}`)).join(' ');
}

function unitOf({ task }: Report): string {
  return task === 'classification' ? 'difference, points' : 'difference';
}

function differenceText({ task }: Report, { difference, gains, losses }: SliceReport): string {
  if (difference === null) return `${count(gains)} gains, ${count(losses)} losses`;
  const text = (value: number) => (task === 'classification' ? signed(value * 100, 1) : signed(value, 3));
  return `${text(difference.estimate)} [${text(difference.lower)}, ${text(difference.upper)}]`;
}

function statusText({ colors }: Page, status: Status): string {
  if (status === 'regressed') return colors.red(colors.bold('✗ regressed'));
  if (status === 'undecided') return colors.yellow('? undecided');
  return colors.green(status === 'better' ? '✓ better' : '✓ safe');
}
