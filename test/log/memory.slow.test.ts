import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { comparisonBatch } from '../../bench/comparison-batches.ts';
import { memoryLimits } from '../../src/log/memory-limits.ts';
import { openTestLog, temporaryDirectory } from './open-test-log.ts';
import { fourOClock } from './sample-records.ts';

const mebibyte = 1024 * 1024;
const batchRows = 2_000;
const rows = 1_200_000;

it('a log of more than a million rows that are not exported keeps them in its file, and little in memory', async () => {
  using directory = temporaryDirectory();
  await using opened = await openTestLog(directory.path);
  const { log } = opened;
  let longestWal = 0;
  for (let from = 0; from < rows; from += 20_000) {
    for (let at = from; at < from + 20_000; at += batchRows) {
      log.append(comparisonBatch('fraud', at, batchRows, fourOClock));
    }
    await log.flush();
    // It is gone for a moment after each checkpoint.
    const wal = statSync(join(directory.path, 'log.duckdb.wal'), { throwIfNoEntry: false });
    longestWal = Math.max(longestWal, wal?.size ?? 0);
  }
  const [held] = await log.query(
    'SELECT sum(memory_usage_bytes)::BIGINT AS memory, sum(temporary_storage_bytes)::BIGINT AS temporary FROM duckdb_memory()',
  );
  expect(Number(held?.memory)).toBeLessThan(256 * mebibyte);
  expect(Number(held?.temporary)).toBe(0);
  expect(longestWal).toBeGreaterThan(50 * mebibyte);
  expect(longestWal).toBeLessThan(200 * mebibyte);
  const [counted] = await log.query('SELECT count(*)::INTEGER AS n FROM comparisons');
  expect(counted?.n).toBe(rows);

  // To sort them it may hold more, until they are exported.
  const limit = async () =>
    (await log.query("SELECT value FROM duckdb_settings() WHERE name = 'memory_limit'"))[0]?.value;
  const everyday = await limit();
  const exporting = log.exportClosedHours();
  const seen = new Set<unknown>();
  let isOver = false;
  void exporting.finally(() => {
    isOver = true;
  });
  while (!isOver) seen.add(await limit());
  expect((await exporting).rows).toBe(rows);
  const { everyday: less, raised } = memoryLimits();
  if (raised > less) expect(seen.size).toBe(2);
  expect(await limit()).toBe(everyday);
});
