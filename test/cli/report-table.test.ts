import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/analysis/report/build-report.ts';
import type { ReportRequest } from '../../src/analysis/report/request.ts';
import { renderReport } from '../../src/cli/report-table.ts';
import { reportRequest } from '../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../support/simulated-log.ts';

const plain = { color: false, width: 110 };

async function reportOf(rows: readonly SimulatedRow[], differing: Partial<ReportRequest> = {}) {
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  return await buildReport(log, reportRequest(differing));
}

function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => [...line].length));
}

describe('the report on a terminal', async () => {
  const report = await reportOf(simulateRows({ ...maskedRegression, rows: 30_000 }));
  const text = renderReport(report, plain);
  const lines = text.split('\n');

  it('begins with the verdict and the segment that decides it', () => {
    expect(lines[1]).toMatch(/^ REJECT {3}fraud {2}v7 → v8/);
    expect(lines[2]).toMatch(/^ {2}• {2}country=BR: v8 is right 1\d\.\d points less often than v7/);
  });

  it('lists all traffic, then the segments worst first, with the numbers that count', () => {
    const table = lines.slice(lines.findIndex((line) => line.startsWith('Segments')));
    expect(table[1]).toMatch(/segment +traffic +rows +agree +right v7 → v8 +difference, points +status$/);
    expect(table[2]).toMatch(/^ {2}all traffic +100\.0% +30,000 +93\.\d% +8\d\.\d% → 8\d\.\d% +\+2\.\d \[/);
    expect(table[3]).toMatch(
      /^ {2}country=BR +4\.\d% +1,\d{3} .* −1\d\.\d \[−\d+\.\d, −\d+\.\d\] +✗ regressed$/,
    );
    expect(table.slice(4, 9).every((line) => /✓ better$/.test(line))).toBe(true);
  });

  it('shows readiness as bars with dates, and what the shadow costs', () => {
    expect(text).toMatch(/samples +█+░+ +\d+% {2}1,\d{3} of 10,000 rows in country=BR, by 20\d\d-/);
    expect(text).toMatch(/coverage +█{20} +100%/);
    expect(text).toMatch(/v8 takes 1\.5\d× \[1\.\d\d, 1\.\d\d\] the time of v7/);
    expect(text).toMatch(/v8 shadow +0\.00% +0\.2\d\d/);
  });

  it.each([60, 80, 110, 200])('fits into %i columns', (width) => {
    expect(widest(renderReport(report, { color: false, width }))).toBeLessThanOrEqual(width);
  });

  it('keeps segment, difference and status on a narrow terminal', () => {
    const narrow = renderReport(report, { color: false, width: 60 });
    expect(narrow).toMatch(/country=BR .*−1\d\.\d \[.*✗ regressed/);
  });

  it('differs in nothing but colour when coloured', () => {
    const colored = renderReport(report, { color: true, width: 110 });
    expect(colored).not.toBe(text);
    expect(stripVTControlCharacters(colored)).toBe(text);
  });

  it('lets no client steer the terminal', () => {
    const [worst, ...others] = report.segments;
    const steering = {
      ...report,
      segments: [{ ...worst!, segment: { column: 'country', value: '\u001b[2J\u202eBR' } }, ...others],
      flips: [{ primary: '\u0007', shadow: 'a\nb', n: 3 }],
      verdict: { ...report.verdict, reasons: ['\u001b]0;title\u0007'] },
    };
    const shown = renderReport(steering, plain);
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(shown).toContain('country=·[2J·BR');
    expect(shown).toContain('· → a·b 3×');
  });

  it('cuts long lists and long names, and says so', () => {
    const [worst] = report.segments;
    const segments = Array.from({ length: 40 }, (_, index) => ({
      ...worst!,
      segment: { column: 'merchant', value: `${index} `.repeat(60) },
    }));
    const long = renderReport({ ...report, segments, segments_omitted: 7 }, plain);
    expect(long).toContain('… and 22 less worrying ones');
    expect(widest(long)).toBeLessThanOrEqual(110);
  });
});

it('a report without rows is printed with dashes and without empty sections', async () => {
  const text = renderReport(await reportOf([]), plain);
  expect(text).toContain(' KEEP SHADOWING ');
  expect(text).toContain('No request has been compared yet');
  expect(text).toMatch(/all traffic +100\.0% +0 +– +– +–/);
  expect(text).not.toContain('Latency');
  expect(text).not.toMatch(/NaN|null|undefined/);
});

it('a report of a regression model shows errors in the unit of the target', async () => {
  const rows = simulateRows({ ...maskedRegression, rows: 2000 }).map((row, index) => ({
    ...row,
    primary: { value: 100 + (index % 7) },
    shadow: { value: 100 + (index % 5) },
    truth: 100,
  }));
  const text = renderReport(await reportOf(rows, { task: 'regression' }), plain);
  expect(text).toMatch(/error v7 → v8 +difference +status/);
  expect(text).toMatch(/all traffic .* 2\.9\d+ → 2\.000 +−0\.99\d \[/);
  expect(widest(text)).toBeLessThanOrEqual(110);
});
