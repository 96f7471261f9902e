import { buildReport } from '../../src/analysis/report/build-report.ts';
import type { Report } from '../../src/analysis/report/report.ts';
import type { ReportRequest } from '../../src/analysis/report/request.ts';
import { reportRequest } from './report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from './simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from './simulated-log.ts';

export const maskedRows = simulateRows({ ...maskedRegression, rows: 30_000 });

/** The report of simulated rows; those with the masked regression where none are given. */
export async function simulatedReport(
  rows: readonly SimulatedRow[] = maskedRows,
  differing: Partial<ReportRequest> = {},
): Promise<Report> {
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  return await buildReport(log, reportRequest(differing));
}

/** A report in which every text that a client can send is an attempt at markup. */
export function hostile(report: Report, text: string): Report {
  const [worst, ...others] = report.segments;
  return {
    ...report,
    segments: [{ ...worst!, segment: { column: 'country', value: text } }, ...others],
    flips: [{ primary: text, shadow: `b ${text}`, n: 3 }],
    readiness: {
      ...report.readiness,
      samples: {
        ...report.readiness.samples,
        smallest: { segment: { column: 'country', value: text }, n: 1 },
      },
    },
    verdict: { ...report.verdict, reasons: [`country=${text}: is worse`, text] },
  };
}
