import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Report } from '../analysis/report/report.ts';
import { storedReport } from '../analysis/report/stored-report.ts';
import { type DeploymentConfig, deploymentSchema } from '../config/deployment.ts';
import { defaultDeployment, readDeployment } from '../config/read-deployment.ts';
import { sentenceOf } from '../errors.ts';
import { openStoredLog } from '../log/stored-log.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';

/** Options of `report` that mean something only with `--log`. */
export interface StoredReportFlags {
  readonly log?: readonly string[];
  readonly model?: string;
  readonly primary?: string;
  readonly shadow?: string;
  readonly from?: string;
  readonly to?: string;
  readonly deployment?: string;
  readonly samplesPerSegment?: string;
  readonly cycle?: string;
  readonly labelMaturity?: string;
  readonly margin?: string;
  readonly alpha?: string;
}

const targets = {
  samplesPerSegment: 'samples_per_segment',
  cycle: 'cycle',
  labelMaturity: 'label_maturity',
  margin: 'margin',
  alpha: 'alpha',
} as const satisfies Record<string, keyof DeploymentConfig['readiness']>;
const onlyStored = ['primary', 'deployment', ...Object.keys(targets)];

export function addStoredReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--log <dir>',
        'read a log instead of asking a server: a data directory or a Parquet lake; may be given for several',
      )
        .conflicts('url')
        .argParser((directory: string, before: string[] = []) => [...before, directory]),
    )
    .option('--primary <version>', 'with --log: the primary, where the log holds several pairs')
    .option('--deployment <file>', 'with --log: the deployment.yaml that declares segments and readiness')
    .option('--samples-per-segment <n>', 'with --log: rows that every segment needs')
    .option('--cycle <duration>', 'with --log: time to be covered, such as 7d')
    .option('--label-maturity <duration>', 'with --log: age from which labels count, such as 2d')
    .option('--margin <share>', 'with --log: the loss that may be, such as 0.01')
    .option('--alpha <share>', 'with --log: 1 minus the level of the intervals, such as 0.05');
}

/** Refuses what would be passed over in silence. */
export function checkStoredReportOptions(command: Command): void {
  if (command.getOptionValue('log') !== undefined) return;
  const given = command.options.find(
    (option) =>
      onlyStored.includes(option.attributeName()) &&
      command.getOptionValue(option.attributeName()) !== undefined,
  );
  if (given === undefined) return;
  command.error(
    `error: option '${given.flags}' says how a log is read: give one with --log; a server has it from its deployment.yaml`,
  );
}

/**
 * The report of the logs. What a reader should know of them goes to `tell`; what is left out, too, and makes the exit
 * status 1.
 */
export async function reportOfLogs(
  directories: readonly string[],
  flags: StoredReportFlags,
  tell: (sentence: string) => void,
): Promise<Report> {
  const { segments, readiness } = await deploymentOf(flags);
  const options = {
    pair: { model: flags.model ?? null, primary: flags.primary ?? null, shadow: flags.shadow ?? null },
    segments,
    readiness: targetsOf(flags, readiness),
    window: windowOf(flags),
    nowMs: Date.now(),
  };
  await using log = await openStoredLog(directories);
  for (const sentence of [...log.remarks, ...log.leftOut]) tell(sentence);
  if (log.leftOut.length > 0) process.exitCode = 1;
  try {
    return await storedReport(log, options);
  } catch (cause) {
    const damaged = await log.findDamage();
    if (damaged.length === 0) throw cause;
    throw new Error(
      `the log cannot be read: ${damaged.join('; ')}; move it away to have a report without it`,
      {
        cause,
      },
    );
  }
}

async function deploymentOf({ deployment: file }: StoredReportFlags): Promise<DeploymentConfig> {
  if (file === undefined) return defaultDeployment;
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(`${file} cannot be read: ${sentenceOf(cause)}`, { cause });
  });
  return readDeployment(text, file).config;
}

/** What the flags say, over what the deployment says. */
function targetsOf(
  flags: StoredReportFlags,
  deployed: DeploymentConfig['readiness'],
): DeploymentConfig['readiness'] {
  const given = new Map<string, string | number>();
  for (const [flag, key] of Object.entries(targets)) {
    const text = flags[flag as keyof typeof targets];
    if (text !== undefined) given.set(key, /^[\d.]+$/.test(text) ? Number(text) : text);
  }
  const parsed = deploymentSchema.shape.readiness.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`--${String(issue?.path[0]).replaceAll('_', '-')}: ${issue?.message}`);
  }
  const named = Object.entries(parsed.data).filter(([key]) => given.has(key));
  return { ...deployed, ...Object.fromEntries(named) };
}

function windowOf({ from, to }: StoredReportFlags): { fromMs: number | null; toMs: number | null } {
  const [fromMs, toMs] = [timeOf('from', from), timeOf('to', to)];
  if (fromMs !== null && toMs !== null && fromMs >= toMs) {
    throw new Error('--from is not before --to, so the window holds nothing');
  }
  return { fromMs, toMs };
}

function timeOf(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  try {
    return parseTimestamp(text);
  } catch (cause) {
    throw new Error(`--${name}: ${sentenceOf(cause)}`, { cause });
  }
}
