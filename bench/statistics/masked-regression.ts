import { Random } from '../../models/training/random.ts';
import { buildReport } from '../../src/analysis/report/build-report.ts';
import type { Verdict } from '../../src/analysis/report/report.ts';
import {
  simulateRows,
  maskedRegression as simulation,
  trafficOfRows,
} from '../../test/support/simulated-fraud.ts';
import { simulatedLog } from '../../test/support/simulated-log.ts';
import { DemoTraffic, demoRates } from './demo-traffic.ts';
import { atLeast, type Finding, type Simulation } from './simulation.ts';
import { demoRequest, verdictOnCounts } from './verdict-on-counts.ts';

/** Compared rows of the demo, and fewer. */
const sizes = [36_671, 18_000, 9000, 4500] as const;
/** Playing through the log takes its time: so many runs for one of these. */
const runsPerWholeReport = 20;
const wholeRows = 30_000;

function isFound({ decision, reasons }: Verdict): boolean {
  return decision === 'reject' && reasons[0]?.startsWith('country=BR: v8 is right ') === true;
}

/** The same through the log: rows in DuckDB, the report as it is asked for, 4.2% of traffic. */
async function foundInLog(seed: number): Promise<boolean> {
  const rows = simulateRows({ ...simulation, seed, rows: wholeRows });
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  const request = demoRequest(simulation.startMs + simulation.days * 86_400_000);
  return isFound((await buildReport(log, request)).verdict);
}

async function simulate(runs: number, seed: number): Promise<Finding[]> {
  const findings = sizes.map((rows, index): Finding => {
    let [count, inBrazil] = [0, 0];
    for (let run = 0; run < runs; run += 1) {
      const traffic = new DemoTraffic(demoRates);
      traffic.serve(new Random((seed * 10 + index) * 1_000_000 + run), rows);
      if (isFound(verdictOnCounts(traffic))) count += 1;
      inBrazil += traffic.segments.find(({ segment }) => segment.value === 'BR')?.tally.n ?? 0;
    }
    const mean = Math.round(inBrazil / runs).toLocaleString('en-US');
    return {
      what: `reject, country=BR first: ${rows.toLocaleString('en-US')} rows, ${mean} in BR`,
      wanted: index === 0 ? atLeast(1) : null,
      seen: { count, of: runs },
    };
  });
  const whole = Math.ceil(runs / runsPerWholeReport);
  let found = 0;
  for (let run = 0; run < whole; run += 1) if (await foundInLog(seed * 1000 + run)) found += 1;
  const what = `whole report over a log of ${wholeRows.toLocaleString('en-US')} rows`;
  return [...findings, { what, wanted: atLeast(1), seen: { count: found, of: whole } }];
}

export const maskedRegression: Simulation = {
  name: 'masked-regression',
  question: '2 points better overall, 15 points worse in 5% of traffic, 14 segments',
  runs: 100,
  simulate,
};
