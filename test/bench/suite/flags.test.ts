import { describe, expect, it } from 'vitest';
import { pointsOf } from '../../../bench/perf/load-range.ts';
import { type SuiteOptions, suiteCommand } from '../../../bench/suite/flags.ts';

async function parse(line: string): Promise<SuiteOptions> {
  let options: SuiteOptions | undefined;
  await suiteCommand(async (parsed) => {
    options = parsed;
  })
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(line.split(' ').filter(Boolean), { from: 'user' });
  return options!;
}

describe('the flags of the bench suite', () => {
  it('run everything where nothing is said', async () => {
    const { only, list, json, settings } = await parse('');
    expect({ only, list, json }).toEqual({ only: [], list: false, json: null });
    expect(settings).toMatchObject({ quick: false, seconds: 4, rounds: 4, soakMinutes: 10 });
    const { sweep } = settings.models;
    expect(sweep.batchSizes).toEqual([1, 8]);
    expect([...pointsOf(sweep.load.range, 4096)]).toEqual([1, 2, 4, 8, 16]);
    expect(sweep.windows).toEqual({ mode: 'time_windows', milliseconds: 4000 });
  });

  it('make a smoke run short, and leave what is said', async () => {
    const { settings } = await parse('--quick --rounds 3');
    expect(settings).toMatchObject({ quick: true, seconds: 0.5, rounds: 3, warmUpSeconds: 0.5 });
    expect(settings.models.sweep).toMatchObject({ batchSizes: [1], maxTrials: 3 });
    expect((await parse('--quick -b 4 -r 5')).settings.models.sweep).toMatchObject({
      ...{ batchSizes: [4], maxTrials: 5 },
    });
  });

  it('measure only the models where a folder of them is given', async () => {
    const { only, settings } = await parse(
      '--models mine --execution-provider cpu,cuda --instance-count 1,2 --threads 4 --concurrency-range 1:64:x4 -l 20 --percentile 99',
    );
    expect(only).toEqual(['models']);
    expect(settings.models).toMatchObject({
      ...{ directory: 'mine', executionProviders: ['cpu', 'cuda'], instanceCounts: [1, 2], threads: [4] },
      sweep: { latencyThresholdMilliseconds: 20, percentile: 99 },
    });
    expect((await parse('--models mine --only ceilings,models')).only).toEqual(['ceilings', 'models']);
    expect((await parse('--models mine --only mod*/fraud')).settings.models.directory).toBe('mine');
  });

  it.each([
    ['--seconds 0', 'a number above 0'],
    ['--seconds 4000', '3600 at most'],
    ['--rounds 0', 'whole number from 1 to 100'],
    ['--soak-minutes x', 'a number above 0'],
    ['--only a,,b', 'names with commas between them'],
    ['--execution-provider gpu', 'It must be of auto, cpu, cuda, tensorrt, webgpu'],
    ['--instance-count 0', 'whole number from 1 to 64'],
    ['--threads 1,x', 'whole number from 1 to 256'],
    ['--only ceilings --concurrency-range 1:8', '--concurrency-range is for the scenario models'],
    ['--only shadow --models mine', '--models is for the scenario models, which --only shadow leaves out'],
    ['--concurrency-range 1:8:x1', 'must be x2 or more'],
    ['--binary-search', '--binary-search needs --latency-threshold'],
    ['-m fraud', "unknown option '-m'"],
    ['ceilings', 'too many arguments'],
  ])('refuse %s and say what would be right', async (line, sentence) => {
    await expect(parse(line)).rejects.toThrow(sentence);
  });
});
