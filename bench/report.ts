import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import Table from 'cli-table3';
import { startAnalyst } from '../src/analysis/analyst.ts';
import type { ReportRequest } from '../src/analysis/report/request.ts';
import type { LogReader } from '../src/log/comparison-log.ts';
import { openComparisonLog } from '../src/log/open-comparison-log.ts';
import { serveQueries } from '../src/log/query-port.ts';
import { createLogger } from '../src/logger.ts';
import { simulatedColumns, simulatedEndMs, writeSimulatedLog } from './simulated-log.ts';

/**
 * How long a report takes, made as the server makes it: on the analysis thread, over the query port, from hot rows and
 * Parquet hours; first right after the log was opened, then again; a timeline, and both as a live stream has them. Then each query by itself.
 * `--data` names a folder that is kept, and read again where the log is there already.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    hot: { type: 'string', default: '0.1' },
    again: { type: 'string', default: '3' },
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
if (!Number.isSafeInteger(rows) || rows < 1) {
  process.stderr.write(`--rows is ${values.rows}; it must be a whole number above 0\n`);
  process.exit(2);
}
const logger = createLogger('error', 'json');

const request: ReportRequest = {
  ...{ model: 'fraud', primaryVersion: '7', shadowVersion: '8', task: 'classification' },
  ...{ segmentColumns: simulatedColumns, declaredColumns: simulatedColumns },
  readiness: {
    samplesPerSegment: 10_000,
    cycleDays: 7,
    labelMaturityMs: 86_400_000,
    margin: 0.01,
    alpha: 0.05,
  },
  window: { fromMs: null, toMs: null },
  nowMs: simulatedEndMs,
  resources: { primary: null, shadow: null, control: null, process: null, components: [] },
  ...{ declaresSegments: true, refusedSegments: [], sampling: null },
  ...{ interference: null, lanes: [], maxSegments: 500 },
};

const kept = values.data ?? null;
const directory = kept ?? (await mkdtemp(join(tmpdir(), 'understudy-report-')));
try {
  await mkdir(directory, { recursive: true });
  if (!existsSync(join(directory, 'log.duckdb'))) {
    process.stderr.write(`writing a week of ${rows.toLocaleString('en-US')} comparisons\n`);
    await writeSimulatedLog({ directory, rows, hotShare: Number(values.hot), logger });
  }
  await measure();
} finally {
  if (kept === null) await rm(directory, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  await using log = await openComparisonLog({ directory, instance: 'bench', logger });
  const spent = new Map<string, number>();
  const noting: LogReader = {
    query: log.query,
    async openSession() {
      const session = await log.openSession();
      const timedly = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        const [result, , cpu] = await timed(work);
        spent.set(name, cpu);
        return result;
      };
      return {
        query: (sql, parameters) => timedly(outline(sql), () => session.query(sql, parameters)),
        keep: (table, sql, parameters) =>
          timedly(`keep ${table}`, () => session.keep(table, sql, parameters)),
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      };
    },
  };
  const { port1, port2 } = new MessageChannel();
  serveQueries(port1, noting);
  await using analyst = startAnalyst(port2, logger);
  const table = new Table({ head: ['', 'ms', 'CPU ms'], style: { head: [] } });
  let report: Uint8Array = new Uint8Array();
  for (let turn = 0; turn <= Number(values.again); turn++) {
    const [answer, ...times] = await timed(() => analyst.report(request));
    report = answer;
    table.push([turn === 0 ? 'report, the first after opening' : 'report, again', ...times]);
  }
  const [, ...timeline] = await timed(() => analyst.timeline(request));
  table.push(['timeline', ...timeline]);
  const [, ...live] = await timed(() => analyst.live(request, 1));
  table.push(['both, for a live stream', ...live]);
  // Those that run beside each other share what they take.
  for (const [name, cpu] of spent) table.push([`in the last: ${name}`, '', cpu]);
  const { lakeFiles } = await log.statistics();
  const [counted] = await log.query("SELECT count(*) AS n FROM comparisons WHERE role = 'shadow'");
  if (values.json) process.stdout.write(`${Buffer.from(report).toString()}\n`);
  process.stderr.write(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; ${Number(counted?.n).toLocaleString('en-US')} comparisons, ` +
      `20 segments, ${lakeFiles} Parquet files, the last ${Math.round(Number(values.hot) * 100)}% hot\n${table.toString()}\n`,
  );
}

/** Milliseconds on the clock, and of CPU: on a machine that does other things, too, the second says more. */
async function timed<T>(work: () => Promise<T>): Promise<[result: T, clock: number, cpu: number]> {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return [result, Math.round(performance.now() - begun), Math.round((user + system) / 1000)];
}

/** The last SELECT of the query, as far as a line holds it. */
function outline(sql: string): string {
  const text = sql.replaceAll(/\s+/g, ' ');
  return text.slice(text.lastIndexOf(' SELECT ') + 1).slice(0, 80);
}
