import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { Pool } from 'undici';
import type { NamedRow } from '../models/training/named-input.ts';
import { readBankMarketing, trainBankMarketing } from '../models/training/train-bank-marketing.ts';
import type { Report } from '../src/analysis/report/report.ts';
import { renderReport } from '../src/cli/report-table.ts';
import { terminal } from '../src/cli/terminal.ts';
import { createLogger } from '../src/logger.ts';
import { startServer } from '../src/server.ts';

/**
 * Real input end to end: trains two versions on the UCI Bank Marketing calls, the second broken for one job,
 * drops the files in, plays every call over HTTP with job, marital and education as segments, sends what became
 * of it, and prints the report: `node bench/bank-marketing.ts --csv bank-marketing.csv.gz [--json]`.
 */
const { values } = parseArgs({ options: { csv: { type: 'string' }, json: { type: 'boolean' } } });
if (values.csv === undefined) throw new Error('say where the file is: --csv bank-marketing.csv.gz');

const connections = 16;
/** A pace that the shadow keeps up with on two cores: it runs on what the primary leaves. */
const callsPerSecond = 1500;
const labelsPerCall = 2000;
const segmentColumns = ['job', 'marital', 'education'] as const;
const deployment = `primary: 7
shadows: [{version: 8, sample: 100%}]
segments: {job: {}, marital: {}, education: {}}
`;

const rows = readBankMarketing(values.csv);
const directory = await mkdtemp(join(tmpdir(), 'understudy-bank-'));
const modelFolder = join(directory, 'models', 'bank');
for (const version of [7, 8] as const) {
  process.stderr.write(`training version ${version} on ${rows.length >> 1} calls\n`);
  await mkdir(join(modelFolder, String(version)), { recursive: true });
  await writeFile(join(modelFolder, String(version), 'model.onnx'), trainBankMarketing(version, rows));
}
await writeFile(join(modelFolder, 'deployment.yaml'), deployment);

const server = await startServer({
  models: join(directory, 'models'),
  data: join(directory, 'data'),
  host: '127.0.0.1',
  httpPort: 0,
  bodyLimitBytes: 1024 * 1024,
  logger: createLogger('warn', 'json'),
});
const pool = new Pool(server.url, { connections });
try {
  await server.loaded;
  const { inputs } = (await post('GET', '/v2/models/bank')) as {
    inputs: { name: string; datatype: string }[];
  };
  const bar = new SingleBar({ format: '{bar} {value}/{total} calls', stream: process.stderr });
  bar.start(rows.length, 0);
  let next = 0;
  const begin = performance.now();
  const client = async (): Promise<void> => {
    while (next < rows.length) {
      const i = next++;
      const early = begin + i * (1000 / callsPerSecond) - performance.now();
      if (early > 1) await setTimeout(early);
      await post('POST', '/predict/bank', requestOf(rows[i]!, i, inputs));
      bar.increment();
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  bar.stop();
  for (let from = 0; from < rows.length; from += labelsPerCall) {
    const labels = rows
      .slice(from, from + labelsPerCall)
      .map(({ y }, i) => ({ id: `call-${from + i}`, label: Number(y) }));
    await post('POST', '/v2/models/bank/labels', { labels });
  }
  await server.settle(30_000);
  await server.flush();
  const report = (await post('GET', '/v2/models/bank/report')) as Report;
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, terminal()),
  );
} finally {
  await pool.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
}

function requestOf(row: NamedRow, i: number, inputs: readonly { name: string; datatype: string }[]): object {
  const features = inputs.map(({ name, datatype }) => [
    name,
    datatype === 'BYTES' ? row[name] : Number(row[name]),
  ]);
  return {
    id: `call-${i}`,
    features: Object.fromEntries(features),
    segments: Object.fromEntries(segmentColumns.map((column) => [column, row[column]])),
  };
}

async function post(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const response = await pool.request({
    method,
    path,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const answer = await response.body.json();
  if (response.statusCode !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}
