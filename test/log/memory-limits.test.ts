import { describe, expect, it } from 'vitest';
import { memoryLimits } from '../../src/log/memory-limits.ts';
import { openTestLog, temporaryDirectory } from './open-test-log.ts';

const gibibyte = 1024 ** 3;

describe('the memory of the log', () => {
  it('is little, and for a report a share of what there is, with an end to it', () => {
    expect(memoryLimits(gibibyte / 2)).toEqual({ everyday: 256, raised: 256 });
    expect(memoryLimits(3 * gibibyte)).toEqual({ everyday: 256, raised: 768 });
    expect(memoryLimits(16 * gibibyte)).toEqual({ everyday: 256, raised: 2048 });
    expect(memoryLimits(256 * gibibyte)).toEqual({ everyday: 256, raised: 4096 });
  });

  it('is raised while there are sessions, and lowered after the last', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const { log } = opened;
    const limit = async () =>
      (await log.query("SELECT value FROM duckdb_settings() WHERE name = 'memory_limit'"))[0]?.value;
    const everyday = await limit();
    const sessions = [await log.openSession(), await log.openSession()];
    const raised = await limit();
    await sessions[0]![Symbol.asyncDispose]();
    expect(await limit()).toBe(raised);
    await sessions[1]![Symbol.asyncDispose]();
    expect(await limit()).toBe(everyday);
    const { everyday: less, raised: more } = memoryLimits();
    expect(raised === everyday).toBe(more === less);
  });
});
