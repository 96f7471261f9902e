import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { featureNames, generateTransactions } from '../models/training/fraud-data.ts';

/**
 * How fast recorded traffic is played through the bundled v7 and v8: `npx node bench/replay.ts [requests]`, as JSON lines and
 * as Parquet with a column for each feature. The command itself says rows per second, from the first line read to the last row durable.
 */
const requests = Number(process.argv[2] ?? 200_000);
const root = fileURLToPath(new URL('..', import.meta.url));
const directory = await mkdtemp(join(tmpdir(), 'understudy-bench-replay-'));
try {
  const lines = join(directory, 'requests.jsonl');
  const parquet = join(directory, 'requests.parquet');
  await writeLines(lines);
  await convert(lines, parquet);
  for (const path of [lines, parquet]) await replay(path);
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function writeLines(path: string): Promise<void> {
  await using file = await open(path, 'w');
  const atOnce = 10_000;
  for (let from = 0; from < requests; from += atOnce) {
    const some = generateTransactions(from, Math.min(atOnce, requests - from));
    const text = some.map(({ id, entity, features, segments, label }, i) => {
      const timestamp = new Date(Date.UTC(2026, 0, 1) + (from + i) * 1000).toISOString();
      return `${JSON.stringify({ id, entity, timestamp, segments, features, label })}\n`;
    });
    await file.writeFile(text.join(''));
  }
}

async function convert(lines: string, parquet: string): Promise<void> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await database.connect();
  const features = featureNames.map((name) => `features.${name} AS ${name}`).join(', ');
  await connection.run(
    `COPY (SELECT id, entity, timestamp::TIMESTAMP AS ts, segments.country AS seg_country, segments.channel AS seg_channel,
       label, ${features} FROM read_json('${lines}')) TO '${parquet}' (FORMAT parquet)`,
  );
  connection.closeSync();
  database.closeSync();
}

async function replay(path: string): Promise<void> {
  const args = [join(root, 'src/main.ts'), 'replay', path, '--models', join(root, 'models'), '--json'];
  process.stdout.write(`${path.slice(directory.length + 1)}: `);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.pipe(process.stdout, { end: false });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`the replay of ${path} ended with status ${status}`);
}
