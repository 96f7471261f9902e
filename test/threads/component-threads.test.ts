import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { analysisPlacement, startAnalyst } from '../../src/analysis/analyst.ts';
import { logPlacement } from '../../src/log/open-comparison-log.ts';
import type { PlacedThread } from '../../src/threads/thread-placement.ts';
import { openTestLog, temporaryDirectory } from '../log/open-test-log.ts';
import { isSkipped } from '../native/test-thread.ts';

const refusal = 'its CPU set 8000 was refused: EINVAL: Invalid argument, sched_setaffinity';

describe.skipIf(isSkipped)('a component’s thread (skipped where no compiler built the addon)', () => {
  it('tells what became of its placement: the log', async () => {
    using directory = temporaryDirectory();
    const placed: PlacedThread[] = [];
    await using opened = await openTestLog(directory.path, {
      placement: { ...logPlacement, cpus: [8000] },
      onPlaced: (thread) => placed.push(thread),
    });
    expect(placed).toEqual([{ role: 'log', name: 'log', yielding: 'niced', refusals: [refusal] }]);
    expect(opened.reports).toEqual([]);
  });

  it('tells what became of its placement: the analysis', async () => {
    const placed: PlacedThread[] = [];
    const warnings: string[] = [];
    const logger = { warn: (_: object, message: string) => warnings.push(message) };
    const options = {
      placement: { ...analysisPlacement, cpus: [8000] },
      onPlaced: (thread: PlacedThread) => placed.push(thread),
    };
    await using _ = startAnalyst(new MessageChannel().port1, logger, options);
    await vi.waitFor(() => expect(placed).toHaveLength(1), { timeout: 20_000 });
    expect(placed).toEqual([{ role: 'analysis', name: 'analysis', yielding: 'idle', refusals: [refusal] }]);
    expect(warnings).toEqual([]);
  });

  it('warns of what was refused where nobody else listens', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path, { placement: { ...logPlacement, cpus: [8000] } });
    expect(opened.reports.map(({ level, message }) => [level, message])).toEqual([
      ['warn', `The log’s thread: ${refusal}`],
    ]);
  });
});
