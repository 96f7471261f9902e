import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/analysis/report/build-report.ts';
import { renderReport } from '../../src/cli/report-table.ts';
import { reportRequest } from '../support/report-request.ts';
import { trafficOfRows } from '../support/simulated-fraud.ts';
import { simulatedLog } from '../support/simulated-log.ts';
import { simulateSliceRows, sliceColumns } from '../support/simulated-slices.ts';

describe('slices on a terminal', async () => {
  const rows = simulateSliceRows({
    rows: 10_000,
    seed: 2,
    bad: { country: 'BR', channel: 'app' },
    breaks: 0.4,
  });
  using log = await simulatedLog(sliceColumns, rows, trafficOfRows(rows));
  const report = await buildReport(
    log,
    reportRequest({ segmentColumns: sliceColumns, declaredColumns: sliceColumns }),
  );

  it('stand below the segments, with when they were found and what later rows say', () => {
    const lines = renderReport(report, { color: false, width: 120 }).split('\n');
    const title = lines.findIndex((line) => line.startsWith('Slices'));
    expect(title).toBeGreaterThan(lines.findIndex((line) => line.startsWith('Segments')));
    expect(lines[title + 1]).toMatch(/slice +traffic +later rows +found on +difference, points +status$/);
    expect(lines[title + 2]).toMatch(
      /channel=app country=BR +1\d\.\d% +\d,?\d{2,3} +2026-11-0\d \d\d:\d\d +−\d\d\.\d \[−\d\d\.\d, −\d\d\.\d\] +✗ regressed$/,
    );
  });

  it.each([60, 80, 120])('fit into %i columns, however long their names', (width) => {
    const [worst] = report.slices!;
    const long = {
      ...worst!,
      conditions: [{ column: 'merchant', value: 'x'.repeat(200) }, ...worst!.conditions],
    };
    const text = renderReport({ ...report, slices: [long, ...report.slices!] }, { color: false, width });
    expect(Math.max(...text.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(width);
  });

  it('let no client steer the terminal', () => {
    const [worst] = report.slices!;
    const steering = { ...worst!, conditions: [{ column: 'country', value: '\u001b[2J\u202eBR' }] };
    const text = renderReport({ ...report, slices: [steering] }, { color: false, width: 120 });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain('country=·[2J·BR');
  });

  it('say what is not shown and what was not searched', () => {
    const slices = Array.from({ length: 9 }, () => report.slices![0]!);
    const search = {
      ...report.slice_search!,
      omitted: 3,
      left_out: ['Of zip only the 40 most frequent values are searched.'],
    };
    const text = renderReport({ ...report, slices, slice_search: search }, { color: false, width: 120 });
    expect(text).toContain('… and 7 less worrying ones');
    expect(text).toContain('Of zip only the 40 most frequent values are searched.');
  });

  it('are not mentioned where none was searched or found', () => {
    for (const none of [{ slices: null, slice_search: null }, { slices: [] }]) {
      expect(renderReport({ ...report, ...none }, { color: false, width: 120 })).not.toContain('Slices');
    }
  });
});
