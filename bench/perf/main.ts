import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { readJsonFile } from '../read-json-file.ts';
import { compareResults } from './compare.ts';
import { compareTable, gotWorse } from './compare-table.ts';
import { perfCommand } from './flags.ts';
import type { PerfOptions } from './perf-options.ts';
import { type PerfResult, type PerfWindow, perfResultSchema } from './perf-result.ts';
import { resultCsv } from './result-csv.ts';
import { doubtsOf, resultTable } from './result-table.ts';
import { runPerf } from './run-perf.ts';

/**
 * Measures a running server: `npm run bench:perf -- -m MODEL -u URL --concurrency-range 1:32:4`. Exits with 1 where `--compare`
 * finds a point that got worse beyond the noise, with 2 where it could not measure or compare.
 */
async function perf(options: PerfOptions): Promise<void> {
  // Read first: who measures for minutes must not learn at the end that the file is none.
  const old = options.compare === null ? null : await readResult(options.compare);
  const result = await runPerf(options, process.argv.slice(2), new Date(), {
    window: (batchSize, load, window, index) => tell(windowLine(options, batchSize, load, window, index)),
    point: (point) =>
      tell(
        doubtsOf(point)
          .map((doubt) => `  ${doubt}\n`)
          .join(''),
      ),
  });
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 1)}\n`);
  if (options.csv !== null) await writeFile(options.csv, resultCsv(result));
  process.stdout.write(`${resultTable(result)}\n`);
  if (old === null) return;
  const comparisons = compareResults(old, result);
  process.stdout.write(`\n${compareTable(old, result, comparisons)}\n`);
  if (gotWorse(comparisons)) process.exitCode = 1;
}

async function readResult(path: string): Promise<PerfResult> {
  const parsed = perfResultSchema.safeParse(await readJsonFile(path));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is no result of --json of this version: ${z.prettifyError(parsed.error)}`);
}

function windowLine(
  { load, percentile, maxTrials }: PerfOptions,
  batchSize: number,
  value: number,
  window: PerfWindow,
  index: number,
): string {
  const latency =
    window.latencyMilliseconds === null ? 'no answer' : `${window.latencyMilliseconds.toFixed(2)} ms`;
  return `batch ${batchSize}, ${load.kind} ${value}, window ${index} of at most ${maxTrials}: ${Math.round(window.requestsPerSecond * batchSize)} infer/s, ${percentile === null ? 'mean' : `p${percentile}`} ${latency}\n`;
}

function tell(text: string): void {
  process.stderr.write(text);
}

try {
  await perfCommand(perf).exitOverride().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Commander has said what was wrong already; all else is said here. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
}
