import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparisonBatch } from '../../bench/comparison-batches.ts';
import { LoadGenerator } from '../../bench/load-generator.ts';
import { writeMlp } from '../../bench/models/tabular-mlp.ts';
import { requestBytes } from '../../bench/request-bytes.ts';
import { startBareLoop } from '../../bench/scenarios/bare-loop.ts';
import { openDiscardingLog } from '../../bench/servers/discarding-log.ts';
import { suiteCommand } from '../../bench/suite/flags.ts';
import { createLogger } from '../../src/logger.ts';

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-bench-test-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('what a bench measures beside Understudy', () => {
  it('is a loop that only runs the model, and tells the time of every run', async () => {
    await inFolder(async (folder) => {
      await writeMlp(folder, 1);
      const options = { path: join(folder, 'model.onnx'), batchSize: 8, threads: 1, seed: 1 };
      await using loop = await startBareLoop({ ...options, shapes: [], ranges: [] });
      using generator = new LoadGenerator();
      await suiteCommand(async ({ settings }) => {
        const { slice, rest } = await loop.side.measure({ settings, generator, tell: () => {} }, 0.2);
        expect(slice.milliseconds.length).toBeGreaterThan(10);
        expect(slice.seconds).toBeGreaterThan(0.2);
        const spent = slice.milliseconds.reduce((sum, one) => sum + one, 0) / 1000;
        expect(spent).toBeLessThanOrEqual(slice.seconds);
        expect(spent).toBeGreaterThan(0.19);
        expect(rest).toEqual([]);
      }).parseAsync([], { from: 'user' });
    });
  });

  it('is a log that forgets what is compared, and keeps the rest', async () => {
    await inFolder(async (directory) => {
      const logger = createLogger('error', 'json');
      await using log = await openDiscardingLog({ directory, instance: 'bench', logger });
      const port = log.openAppendPort();
      port.postMessage(comparisonBatch('fraud', 0, 100, Date.now()));
      log.append(comparisonBatch('fraud', 100, 7, Date.now()));
      await log.flush();
      expect(await log.statistics()).toMatchObject({ writtenRows: 7, bufferedRows: 0, droppedRows: 0 });
      port.close();
    });
  });
});

describe('a request', () => {
  it('goes to the path of its own where it has one', () => {
    const url = new URL('http://localhost:8000/v2/models/a/infer');
    const request = { headers: { 'x-a': '1' }, body: Buffer.from('{}') };
    expect(requestBytes(url, request).toString()).toBe(
      'POST /v2/models/a/infer HTTP/1.1\r\nhost: localhost:8000\r\nx-a: 1\r\ncontent-length: 2\r\n\r\n{}',
    );
    const other = requestBytes(url, { ...request, path: '/v2/models/b/infer' });
    expect(other.toString()).toMatch(/^POST \/v2\/models\/b\/infer HTTP/);
  });
});
