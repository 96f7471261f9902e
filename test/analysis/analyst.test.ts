import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { type Analyst, startAnalyst } from '../../src/analysis/analyst.ts';
import { buildReport } from '../../src/analysis/report/build-report.ts';
import type { LogReader } from '../../src/log/comparison-log.ts';
import { serveQueries } from '../../src/log/query-port.ts';
import { reportRequest } from '../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../support/simulated-fraud.ts';
import { simulatedLog } from '../support/simulated-log.ts';

const rows = simulateRows({ ...maskedRegression, rows: 2000 });

/** An analyst whose queries this thread answers, as the log's thread does in the server. */
function analystOver(log: LogReader): { readonly analyst: Analyst; readonly warnings: string[] } {
  const { port1, port2 } = new MessageChannel();
  serveQueries(port1, log);
  const warnings: string[] = [];
  const analyst = startAnalyst(port2, { warn: (_, message) => warnings.push(message) });
  return { analyst, warnings };
}

function parse(json: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(json));
}

describe('the analyst', () => {
  it('writes on its own thread the report that would be written here', async () => {
    using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
    const { analyst, warnings } = analystOver(log);
    await using _ = analyst;
    const report = parse(await analyst.report(reportRequest()));
    const here = await buildReport(log, reportRequest());
    expect(report).toMatchObject({ traffic: here.traffic, verdict: here.verdict, flips: here.flips });
    if (process.platform === 'linux') expect(warnings).toEqual([]);
  });

  it('answers like questions that arrive together once', async () => {
    using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
    let queries = 0;
    const counting: LogReader = {
      query: log.query,
      async openSession() {
        const session = await log.openSession();
        return {
          ...session,
          query: (sql, parameters) => {
            queries += 1;
            return session.query(sql, parameters);
          },
        };
      },
    };
    const { analyst } = analystOver(counting);
    await using _ = analyst;
    await analyst.report(reportRequest());
    const alone = queries;
    const { nowMs } = reportRequest();
    const [first, second] = await Promise.all([
      analyst.report(reportRequest()),
      analyst.report(reportRequest({ nowMs: nowMs + 1 })),
    ]);
    expect(queries).toBe(2 * alone);
    expect(second).toBe(first);
    await Promise.all([
      analyst.report(reportRequest()),
      analyst.report(reportRequest({ shadowVersion: '9' })),
    ]);
    expect(queries).toBeGreaterThan(3 * alone);
  });

  it('passes on why a report cannot be written, and goes on', async () => {
    using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
    let broken = true;
    const { analyst } = analystOver({
      query: log.query,
      openSession: () =>
        broken ? Promise.reject(new Error('The log is being repaired.')) : log.openSession(),
    });
    await using _ = analyst;
    await expect(analyst.report(reportRequest())).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The log is being repaired.',
    });
    broken = false;
    expect(parse(await analyst.report(reportRequest()))).toMatchObject({ model: 'fraud' });
  });

  it('refuses what is under way when it closes, and everything after', async () => {
    const { analyst } = analystOver({
      query: () => new Promise(() => {}),
      openSession: () => new Promise(() => {}),
    });
    const report = analyst.report(reportRequest());
    const refused = expect(report).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await analyst.close();
    await refused;
    await expect(analyst.report(reportRequest())).rejects.toThrow('The analysis thread is closed.');
  });
});
