import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/analysis/report/build-report.ts';
import type { ReportRequest } from '../../src/analysis/report/request.ts';
import { renderReport } from '../../src/cli/report-table.ts';
import { refusedSegment } from '../../src/refused-segment.ts';
import { reportRequest } from '../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../support/simulated-fraud.ts';
import { simulatedLog } from '../support/simulated-log.ts';

const rows = simulateRows({ ...maskedRegression, rows: 500 });

async function tableOf(differing: Partial<ReportRequest>): Promise<string> {
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  const report = await buildReport(log, reportRequest(differing));
  return renderReport(report, { color: false, width: 200 });
}

describe('what the report says of sampling', () => {
  it('is nothing where all is sampled alike', async () => {
    const uniform = { kind: 'uniform', budget: null, share: 0.25, rates: null, rates_omitted: 0 } as const;
    expect(await tableOf({ sampling: uniform })).not.toContain('Sampling');
    expect(await tableOf({})).not.toContain('Sampling');
  });

  it('is what the rates come to, and the highest of them', async () => {
    const rates = ['BR', 'PL', 'FR', 'IT', 'ES', 'US', 'DE'].map((value, i) => ({
      ...{ segment: { column: 'country', value }, rate: 1 / (i + 1), compared: 10 },
    }));
    const sampling = { kind: 'by_segment', share: 0.231, rates, rates_omitted: 3 } as const;
    expect(await tableOf({ sampling: { ...sampling, budget: { amount: 0.25, unit: 'share' } } })).toContain(
      '23.1% of all rows now, within a budget of 25.0%: country=BR 100.0%, country=PL 50.0%, country=FR 33.3%, country=IT 25.0%, country=ES 20.0%, country=US 16.7% and 4 more',
    );
    const budget = { amount: 1500, unit: 'rows_per_second' } as const;
    expect(await tableOf({ sampling: { ...sampling, budget } })).toContain('within a budget of 1,500 rows/s');
  });

  it('is which segments are refused', async () => {
    const table = await tableOf({ refusedSegments: [refusedSegment('channel')] });
    expect(table).toMatch(/Sampling\n.*segment channel has more than 1,000 values, so it is refused/);
    expect(table).not.toContain('channel=app');
  });
});
