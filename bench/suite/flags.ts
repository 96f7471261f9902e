import { Command, InvalidArgumentError } from 'commander';
import { type ExecutionProvider, executionProviders } from '../../src/config/deployment.ts';
import { positive, whole } from '../perf/flag-values.ts';
import { addSweepFlags, type SweepDefaults, type SweepFlags, sweepOptionsOf } from '../perf/sweep-flags.ts';
import { mayHold } from './chosen-cases.ts';
import type { SuiteSettings } from './suite-settings.ts';

export interface SuiteOptions {
  readonly list: boolean;
  /** Empty for all. */
  readonly only: readonly string[];
  readonly json: string | null;
  readonly html: string | null;
  readonly compare: string | null;
  readonly settings: SuiteSettings;
}

interface Flags extends SweepFlags {
  readonly list?: true;
  readonly only?: readonly string[];
  readonly quick?: true;
  readonly seconds?: number;
  readonly rounds?: number;
  readonly soakMinutes?: number;
  readonly json?: string;
  readonly html?: string;
  readonly compare?: string;
  readonly models?: string;
  readonly executionProvider: readonly ExecutionProvider[];
  readonly device: number;
  readonly instanceCount: readonly number[];
  readonly threads: readonly number[];
}

const full = { seconds: 4, rounds: 4, warmUpSeconds: 5, soakMinutes: 10 };
/** Enough to see that everything works. */
const smoke = { seconds: 0.5, rounds: 1, warmUpSeconds: 0.5, soakMinutes: 0.1 };
const modelsScenario = 'models';
/** Flags of the command itself; all others are of the scenario `models`. */
const own = ['list', 'only', 'quick', 'seconds', 'rounds', 'soakMinutes', 'json', 'html', 'compare', 'seed'];

export function suiteCommand(action: (options: SuiteOptions) => Promise<void>): Command {
  const command = new Command('bench')
    .description('how fast Understudy is on this machine, against what could be, and what shadows cost')
    .option('--list', 'say what there is, and run nothing')
    .option('--only <name,…>', 'scenarios, or cases such as shadow/hung; beginnings and globs', list)
    .option('--quick', 'a smoke run of two minutes: fewer cases, short rounds, no figure to rely on')
    .option('--seconds <n>', `of each round (${full.seconds})`, atMost(3600))
    .option(
      '--rounds <n>',
      `in which everything that is compared takes turns (${full.rounds})`,
      whole(1, 100),
    )
    .option('--soak-minutes <n>', `of scaling/soak (${full.soakMinutes})`, atMost(7 * 24 * 60))
    .option('--json <file>', 'write the results with raw histograms')
    .option('--html <file>', 'write the results as one page with plots')
    .option('--compare <file>', 'results of an earlier run (--json): what moved beyond the noise')
    .option('--models <dir>', 'measure these models: a repository as the server reads it')
    .option('--execution-provider <name,…>', 'providers to run models on, in turn', providers, ['auto'])
    .option('--device <n>', 'number of the GPU', whole(0), 0)
    .option('--instance-count <n,…>', 'instances of each model, in turn', counts(64), [1])
    .option('--threads <n,…>', "ONNX Runtime's threads of each instance, in turn", counts(256), [1]);
  // The windows of a sweep are as long as rounds are, which is not known yet.
  addSweepFlags(command, sweepDefaults(full.seconds)).allowExcessArguments(false);
  return command.action((flags: Flags) =>
    action(optionsOf(command, flags, (problem) => command.error(`error: ${problem}`))),
  );
}

function optionsOf(command: Command, flags: Flags, refuse: (problem: string) => never): SuiteOptions {
  const quick = flags.quick ?? false;
  const usual = quick ? smoke : full;
  const seconds = flags.seconds ?? usual.seconds;
  const only = flags.only ?? (flags.models === undefined ? [] : [modelsScenario]);
  const hasModels = mayHold(modelsScenario, only);
  const given = command.options.find(
    (option) =>
      command.getOptionValueSource(option.attributeName()) === 'cli' && !own.includes(option.attributeName()),
  );
  if (given && !hasModels) {
    refuse(`${given.long} is for the scenario models, which --only ${only.join(',')} leaves out`);
  }
  const isLeftOut = (name: keyof Flags): boolean => command.getOptionValueSource(name) !== 'cli';
  const shorter: Partial<Flags> = {
    ...(quick && isLeftOut('batchSize') ? { batchSize: [1] } : {}),
    ...(quick && isLeftOut('maxTrials') ? { maxTrials: 3 } : {}),
  };
  const sweep = sweepOptionsOf({ ...flags, ...shorter }, sweepDefaults(seconds, quick), refuse);
  return {
    list: flags.list ?? false,
    only,
    json: flags.json ?? null,
    html: flags.html ?? null,
    compare: flags.compare ?? null,
    settings: {
      ...{ quick, seconds, rounds: flags.rounds ?? usual.rounds, seed: flags.seed },
      // As long as a round where rounds are longer than that of a smoke run.
      warmUpSeconds: quick ? usual.warmUpSeconds : Math.max(usual.warmUpSeconds, seconds),
      soakMinutes: flags.soakMinutes ?? usual.soakMinutes,
      models: {
        directory: flags.models ?? null,
        executionProviders: flags.executionProvider,
        device: flags.device,
        instanceCounts: flags.instanceCount,
        threads: flags.threads,
        sweep,
      },
    },
  };
}

function sweepDefaults(seconds: number, quick = false): SweepDefaults {
  return {
    batchSizes: [1, 8],
    concurrency: { start: 1, end: quick ? 8 : 16, step: quick ? 8 : 2, multiplies: true },
    windowMilliseconds: Math.min(60_000, Math.max(100, Math.round(seconds * 1000))),
  };
}

function list(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('It must be names with commas between them, such as ceilings,shadow/hung.');
}

function atMost(most: number): (text: string) => number {
  return (text) => {
    const value = positive(text);
    if (value <= most) return value;
    throw new InvalidArgumentError(`It must be a number above 0, ${most} at most.`);
  };
}

function counts(most: number): (text: string) => number[] {
  return (text) => text.split(',').map(whole(1, most));
}

function providers(text: string): ExecutionProvider[] {
  return text.split(',').map((name) => {
    const known = executionProviders.find((one) => one === name);
    if (known) return known;
    throw new InvalidArgumentError(`It must be of ${executionProviders.join(', ')}.`);
  });
}
