import { Command } from 'commander';
import { httpUrl, origin } from './flag-values.ts';
import type { PerfOptions } from './perf-options.ts';
import { addSweepFlags, type SweepDefaults, type SweepFlags, sweepOptionsOf } from './sweep-flags.ts';

interface Flags extends SweepFlags {
  readonly modelName: string;
  readonly modelVersion?: string;
  readonly url: string;
  readonly metricsUrl?: string;
  readonly json?: string;
  readonly file?: string;
  readonly compare?: string;
}

/** perf_analyzer's. */
const defaults: SweepDefaults = {
  batchSizes: [1],
  concurrency: { start: 1, end: 1, step: 1 },
  windowMilliseconds: 5000,
};

/** The command that measures a running server. */
export function perfCommand(action: (options: PerfOptions) => Promise<void>): Command {
  const command = new Command('bench:perf')
    .description('measure a running server that speaks the Open Inference Protocol')
    .requiredOption('-m, --model-name <name>', 'model to ask')
    .option('-x, --model-version <version>', 'its version; left out, the one the server chooses')
    .option('-u, --url <url>', 'server', origin, 'http://localhost:8000')
    .option(
      '--metrics-url <url>',
      'where its Prometheus metrics are; left out, /metrics of the server',
      httpUrl,
    );
  addSweepFlags(command, defaults)
    .option('--json <file>', 'write the results with raw histograms')
    .option('-f, --file <file>', 'write the results as CSV')
    .option('--compare <file>', 'results of an earlier run (--json): what moved beyond the noise')
    .allowExcessArguments(false);
  return command.action((flags: Flags) =>
    action({
      ...sweepOptionsOf(flags, defaults, (problem) => command.error(`error: ${problem}`)),
      model: flags.modelName,
      version: flags.modelVersion ?? null,
      url: flags.url,
      metricsUrl: flags.metricsUrl ?? `${flags.url}/metrics`,
      json: flags.json ?? null,
      csv: flags.file ?? null,
      compare: flags.compare ?? null,
    }),
  );
}
