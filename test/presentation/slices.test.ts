import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/analysis/report/build-report.ts';
import { htmlReport } from '../../src/presentation/html-report.ts';
import { markdownReport } from '../../src/presentation/markdown-report.ts';
import { reportRequest } from '../support/report-request.ts';
import { trafficOfRows } from '../support/simulated-fraud.ts';
import { simulatedLog } from '../support/simulated-log.ts';
import { simulateSliceRows, sliceColumns } from '../support/simulated-slices.ts';

const bad = { country: 'BR', channel: 'app', device: 'ios' };
const rows = simulateSliceRows({ rows: 30_000, seed: 2, bad, breaks: 0.25 });
const asked = { segmentColumns: sliceColumns, declaredColumns: sliceColumns };
using log = await simulatedLog(sliceColumns, rows, trafficOfRows(rows));
const report = await buildReport(log, reportRequest(asked));
const name = 'channel=app country=BR device=ios';

describe('slices that were found', () => {
  it('are a table on the page, each with its conditions, later rows and status', () => {
    const { document } = parseHTML(htmlReport(report));
    const table = document.querySelector('.slices')!;
    const found = [...table.querySelectorAll('tbody tr')].map((row) => row.textContent ?? '');
    expect(found.length).toBe(Math.min(10, report.slices!.length));
    const exact = found.find((text) => text.startsWith(name));
    expect(exact).toMatch(/% *[\d,]+2026-11-\d\d \d\d:\d\d−\d+\.\d \[−\d+\.\d, −\d+\.\d\]✗ regressed$/);
  });

  it('are a table in a comment', () => {
    expect(markdownReport(report)).toMatch(
      /### Slices, found by search[\s\S]*\| <code>channel=app country=BR device=ios<\/code> \|.*✗ regressed/,
    );
  });

  it('are left out where there are none', () => {
    const none = { ...report, slices: [] };
    expect(htmlReport(none)).not.toContain('Slices');
    expect(markdownReport({ ...report, slices: null, slice_search: null })).not.toContain('Slices');
  });

  it('show as text what a client sent', () => {
    const [first] = report.slices!;
    const attack = '<img src=x onerror=alert(1)>|`';
    const hostile = {
      ...report,
      slices: [{ ...first!, conditions: [{ column: 'country', value: attack }] }],
    };
    expect(htmlReport(hostile)).toContain('country=&lt;img src=x onerror=alert(1)&gt;|`');
    expect(markdownReport(hostile)).not.toMatch(/\| *<img/);
  });
});
