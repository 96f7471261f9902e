import { describe, expect, it } from 'vitest';
import { perfCommand } from '../../../bench/perf/flags.ts';
import { pointsOf } from '../../../bench/perf/load-range.ts';
import type { PerfOptions } from '../../../bench/perf/perf-options.ts';

async function parse(line: string): Promise<PerfOptions> {
  let options: PerfOptions | undefined;
  await perfCommand(async (parsed) => {
    options = parsed;
  })
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(['-m', 'fraud', ...line.split(' ').filter(Boolean)], { from: 'user' });
  return options!;
}

describe('the flags of bench:perf', () => {
  it('have the defaults of perf_analyzer', async () => {
    expect(await parse('')).toMatchObject({
      ...{ model: 'fraud', version: null, url: 'http://localhost:8000', batchSizes: [1] },
      load: { kind: 'concurrency', range: { start: 1, end: 1, step: 1 } },
      ...{ percentile: null, stabilityPercentage: 10, maxTrials: 10, latencyThresholdMilliseconds: null },
      windows: { mode: 'time_windows', milliseconds: 5000 },
      inputs: { data: 'random', text: null },
    });
  });

  it('have the names of perf_analyzer', async () => {
    const options = await parse(
      '-x 7 -u other:9000 -b 8 --request-rate-range 10:100:2.5 --request-distribution poisson --measurement-mode count_windows ' +
        '--measurement-request-count 200 --stability-percentage 5 --max-trials 4 --percentile 99 --latency-threshold 20 ' +
        '--binary-search --shape image:3,224,224 --shape mask:9 --string-data abc --input-data zero -f out.csv',
    );
    expect(options).toMatchObject({
      ...{ version: '7', url: 'http://other:9000', metricsUrl: 'http://other:9000/metrics', batchSizes: [8] },
      load: { kind: 'request rate', range: { start: 10, end: 100, step: 2.5 }, distribution: 'poisson' },
      windows: { mode: 'count_windows', requests: 200 },
      ...{ stabilityPercentage: 5, maxTrials: 4, percentile: 99, latencyThresholdMilliseconds: 20 },
      ...{ binarySearch: true, csv: 'out.csv' },
      inputs: { data: 'zero', text: 'abc' },
    });
    expect([...options.inputs.shapes]).toEqual([
      ['image', [3, 224, 224]],
      ['mask', [9]],
    ]);
  });

  it('take ranges of random inputs, whose names may hold colons, and ranges of load that multiply', async () => {
    const { inputs, load } = await parse(
      '--input-range ids:0,29999 --input-range x:0:-1.5,2e3 --concurrency-range 1:32:x2',
    );
    expect([...inputs.ranges]).toEqual([
      ['ids', { low: 0, high: 29_999 }],
      ['x:0', { low: -1.5, high: 2000 }],
    ]);
    expect([...pointsOf(load.range, 4096)]).toEqual([1, 2, 4, 8, 16, 32]);
  });

  it('take several batch sizes, and a range without an end where a threshold ends it', async () => {
    const { batchSizes, load } = await parse('-b 1,8,32 --concurrency-range 2:0:2 -l 10');
    expect(batchSizes).toEqual([1, 8, 32]);
    expect(load.range).toEqual({ start: 2, end: null, step: 2 });
  });

  it.each([
    ['--concurrency-range 1:x', 'start:end:step in whole numbers, such as 1:32:4'],
    ['--concurrency-range 1:2:3:4', 'start:end:step in whole numbers, such as 1:32:4'],
    ['--concurrency-range 1.5', 'start:end:step in whole numbers, such as 1:32:4'],
    ['--concurrency-range 0', 'Start and step must be above 0'],
    ['--concurrency-range 8:4', 'Its end 4 is below its start 8'],
    ['--concurrency-range 1:100000', 'beyond 4096'],
    ['--concurrency-range 1:0', 'needs --latency-threshold, or it would never end'],
    ['--concurrency-range 1 --request-rate-range 1', 'exclude each other'],
    ['--request-distribution poisson', 'give --request-rate-range, too'],
    ['--request-rate-range 5 --request-distribution uniform', 'Allowed choices are constant, poisson'],
    ['--connections 4', 'a closed loop has as many as --concurrency-range says'],
    ['--request-rate-range 200000', 'beyond 100000'],
    ['-p 99', 'whole number from 100 to 60000'],
    ['--binary-search --concurrency-range 1:8', '--binary-search needs --latency-threshold'],
    ['--binary-search -l 5 --concurrency-range 8', 'needs a range with a start and an end, such as 1:64:1'],
    ['--percentile 100', 'above 0 and below 100, such as 99'],
    ['-b 0', 'whole number of 1 or more'],
    ['-b', 'argument missing'],
    ['-r 2', 'whole number of 3 or more'],
    ['--measurement-request-count 5', 'for --measurement-mode count_windows'],
    ['--measurement-mode count_windows -p 500', 'for --measurement-mode time_windows'],
    ['-u https://localhost', 'Only http:// is measured'],
    ['-u localhost:8000/v2', 'a server without a path'],
    ['--shape image', 'name:dimensions, such as image:3,224,224'],
    ['--input-range ids:1', 'its lowest and its highest value, such as ids:0,29999'],
    ['--input-range ids:1,0', 'its lowest and its highest value, such as ids:0,29999'],
    ['--input-range ids:0,Infinity', 'its lowest and its highest value, such as ids:0,29999'],
    ['--input-range ids:0,1,2', 'its lowest and its highest value, such as ids:0,29999'],
    ['--input-range a:0,1 --input-range a:0,2', 'Input a has a range already'],
    ['--concurrency-range 1:8:x1', 'must be x2 or more'],
    ['--binary-search -l 5 --concurrency-range 1:8:x2', 'which must be a number, such as 1:64:1'],
    ['--shape a:1 --shape a:2', 'Input a has a shape already'],
    ['--shared-memory system', "unknown option '--shared-memory'"],
    ['extra', 'too many arguments'],
  ])('refuse %s and say what would be right', async (line, sentence) => {
    await expect(parse(line)).rejects.toThrow(sentence);
  });
});
