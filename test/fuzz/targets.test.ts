import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../fuzz/corpus-file.ts';
import { execute } from '../../fuzz/engine/execute.ts';
import type { FuzzTarget } from '../../fuzz/engine/fuzz-target.ts';
import { targetNames, targetUrl } from '../../fuzz/target-list.ts';

describe('all that the fuzzer has reached', () => {
  it.each(targetNames)('is decoded or refused as it should be: %s', async (name) => {
    const { target }: { target: FuzzTarget } = await import(targetUrl(name));
    const inputs = [...target.seeds.map((seed) => Buffer.from(seed)), ...readCorpus(name)];
    expect(inputs.length).toBeGreaterThan(0);
    for (const input of inputs) {
      const finding = await execute(target, input);
      expect(finding, JSON.stringify(input.toString('latin1'))).toBeNull();
    }
  });
});
