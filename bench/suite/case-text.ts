import Table from 'cli-table3';
import { decodeHistogram, latencyAt } from '../perf/histogram.ts';
import { doubtsOf } from '../perf/result-table.ts';
import type { CaseResult, Ratio, ResultTable, SuitePoint } from './suite-result.ts';
import { outcomeOf, wantedText } from './wanted.ts';

const style = { head: [], border: [], compact: true };

/** A case for the terminal: its points, its ratios, its tables. */
export function caseText(scenario: string, result: CaseResult): string {
  const { name, about, points, ratios, tables, failure } = result;
  const parts = [
    `\n${scenario}/${name}: ${about}`,
    ...(failure === null ? [] : [`*** not measured: ${failure}`]),
    ...(points.length === 0 ? [] : [pointTable(result)]),
    ...ratios.map(ratioLine),
    ...tables.map(tableText),
  ];
  return `${parts.join('\n')}\n`;
}

function pointTable({ axis, points }: CaseResult): string {
  const head = ['', ...(axis ? [axis.label] : []), 'load', 'rows/s', 'p50 ms', 'p99', 'p99.9', 'max', ''];
  const table = new Table({ head, style });
  for (const point of points) {
    table.push([
      point.subject,
      ...(axis ? [point.x ?? ''] : []),
      loadText(point),
      rowsText(point.inferencesPerSecond),
      ...[50, 99, 99.9, 100].map((percentile) => millisecondsAt(point, percentile)),
      doubtsOf(point).join('; '),
    ]);
  }
  return table.toString();
}

export function loadText({ concurrency, requestRate }: SuitePoint): string {
  return concurrency === null ? `${requestRate} requests/s` : `${concurrency} at once`;
}

export function rowsText(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en-US');
}

export function millisecondsAt({ histogram }: SuitePoint, percentile: number): string {
  const value = latencyAt(decodeHistogram(histogram), percentile);
  if (value === null) return '';
  return value < 100 ? value.toPrecision(3) : String(Math.round(value));
}

export function ratioLine(ratio: Ratio): string {
  const { measure, of, by, x, value, rounds, wanted, doubt } = ratio;
  const at = x === null ? '' : ` at ${x}`;
  const spread =
    rounds.length < 2
      ? ''
      : ` (rounds ${Math.min(...rounds).toFixed(2)} to ${Math.max(...rounds).toFixed(2)})`;
  const target = wanted === null ? '' : `, wanted ${wantedText(wanted)}: ${outcomeOf(ratio)}`;
  const why = doubt === null ? '' : `; ${doubt}`;
  return `${measure}: ${of}${at} ÷ ${by}: ${value === null ? 'none' : value.toFixed(3)}${spread}${target}${why}`;
}

function tableText({ title, head, rows, note }: ResultTable): string {
  const table = new Table({ head, style });
  for (const row of rows) table.push(row.map((cell) => cell ?? ''));
  return [title, table.toString(), ...(note === '' ? [] : [note])].join('\n');
}
