import { Command } from 'commander';
import { createLogger } from '../logger.ts';
import { putLabelFile } from '../replay/label-file.ts';
import { LabelSink } from '../replay/label-sink.ts';
import { openRecording } from '../replay/open-recording.ts';
import { type Played, Player } from '../replay/player.ts';
import type { Recording } from '../replay/recording.ts';
import { type Replay, startReplay } from '../replay/replay.ts';
import { chooseVersions, type ReplayChoice, requestsUnderWay } from '../replay/replay-choice.ts';
import { refuseUsedDirectory } from '../replay/used-directory.ts';
import { ReplayProgress } from './replay-progress.ts';
import { renderReport } from './report-table.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { terminal } from './terminal.ts';

interface ReplayFlags {
  readonly models: string;
  readonly model?: string;
  readonly primary?: string;
  readonly shadow?: string;
  readonly labels?: string;
  readonly data?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('play recorded traffic through two versions, without a server, and print the report')
    .argument(
      '<recording...>',
      'JSON lines (.jsonl), each the body of a request and a "label" if it is known; Parquet (.parquet); or the data directory of a server that captured features',
    )
    .option('--models <dir>', 'the model repository', 'models')
    .option('--model <name>', 'the model; may be left out when there is only one')
    .option('--primary <version>', 'the version to compare with; as a server would choose when left out')
    .option('--shadow <version>', 'the version in question; as a server would choose when left out')
    .option('--labels <file>', 'ground truth: .jsonl or .csv, as of the command label')
    .option('--data <dir>', 'where to keep the log; a temporary folder that is removed when left out')
    .option('--strict', 'end at the first line that cannot be played')
    .option('--json', 'print the report object as it is')
    .addHelpText(
      'after',
      '\nExit status: 0 everything was played and compared, 1 something was not, or cannot be read; 2 wrong use.',
    )
    .action(replay);
}

async function replay(paths: readonly string[], flags: ReplayFlags): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const asked = { model: flags.model ?? null, primary: flags.primary ?? null, shadow: flags.shadow ?? null };
  const choice = await chooseVersions(flags.models, asked);
  const progress = new ReplayProgress(process.stderr);
  const recordings = await openAll(paths, choice, progress);
  if (flags.data !== undefined) await refuseUsedDirectory(flags.data);
  const data = flags.data ?? stack.use(await temporaryDirectory('understudy-replay-')).path;
  const running = await startReplay({ choice, data, logger: createLogger('warn', 'pretty') });
  stack.use(running);
  const played = await playAll(recordings, running, choice, flags, progress);
  const report = await running.report();
  const { compared } = report.traffic;
  progress.sumUp(played, compared);
  if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else process.stdout.write(renderReport(report, terminal()));
  if (played.refused > 0 || compared < played.rows) process.exitCode = 1;
}

async function openAll(
  paths: readonly string[],
  { found, config }: ReplayChoice,
  progress: ReplayProgress,
): Promise<Recording[]> {
  const derived = Object.entries(config.segments).filter(([, { input }]) => input !== undefined);
  const options = {
    model: found.name,
    derived: new Set(derived.map(([name]) => name)),
    tell: (sentence: string) => progress.say(sentence),
    tellLeftOut: (sentence: string) => {
      progress.say(sentence);
      process.exitCode = 1;
    },
  };
  const recordings: Recording[] = [];
  for (const path of paths) recordings.push(await openRecording(path, options));
  return recordings;
}

async function playAll(
  recordings: readonly Recording[],
  running: Replay,
  { found, config }: ReplayChoice,
  { strict = false, labels }: ReplayFlags,
  progress: ReplayProgress,
): Promise<Played & { readonly labels: number }> {
  const sink = new LabelSink((some) => running.log.putLabels(found.name, some));
  const onRefused = (sentence: string): void => {
    if (strict) throw new Error(sentence);
    progress.refused(sentence);
  };
  const player = new Player({
    ...{ lanes: running.lanes, mostUnderWay: requestsUnderWay(config), labels: sink, onRefused },
    logCaughtUp: () => running.logCaughtUp(),
  });
  const { signature } = running.primary.group.loaded;
  let before = 0;
  progress.start(recordings.reduce((sum, { bytes }) => sum + bytes, 0));
  try {
    for (const recording of recordings) {
      const { bytes } = recording;
      await player.play(recording, signature, (share) =>
        progress.update(before + share * bytes, player.played),
      );
      before += bytes;
    }
    await player.finish();
    await running.settle();
  } finally {
    progress.stop();
  }
  const { played } = player;
  const refused = labels === undefined ? 0 : await putLabelFile(labels, sink, onRefused);
  return { ...played, refused: played.refused + refused, labels: sink.kept };
}
