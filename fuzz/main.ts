import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readCorpus, writeCorpus } from './corpus-file.ts';
import { execute } from './engine/execute.ts';
import type { Progress } from './engine/fuzz-loop.ts';
import type { FuzzTarget } from './engine/fuzz-target.ts';
import { type RunResult, runTarget } from './engine/run-target.ts';
import { type TargetName, targetNames, targetUrl } from './target-list.ts';

interface Options {
  readonly seconds: number;
  readonly target?: TargetName;
  readonly seed: number;
  readonly save?: boolean;
  readonly reproduce?: string;
}

const findingsDirectory = fileURLToPath(new URL('./findings/', import.meta.url));
const sources = new URL('../src/', import.meta.url).href;
const hangMs = 10_000;

const number = (text: string): number => {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number.');
};

const command: Command = new Command('fuzz')
  .description('Feeds decoders with changed inputs and looks whether they keep what they promise.')
  .addOption(new Option('--seconds <seconds>', 'in all').argParser(number).default(60))
  .addOption(new Option('--target <name>', 'only this one').choices(targetNames))
  .addOption(new Option('--seed <number>', 'of what is drawn').argParser(number).default(1))
  .option('--save', 'write the inputs that reach everything that was reached into the corpus')
  .option('--reproduce <file>', 'run the input of a finding once');

/** Exits with 1 where something was found, whose input is left in a file. */
async function fuzz({ seconds, target, seed, save, reproduce }: Options): Promise<number> {
  if (reproduce !== undefined) return reproduceFinding(reproduce);
  if (target !== undefined) return fuzzOne(target, seconds, seed, save === true);
  // A process for each, so that what one leaves behind does not count for the next.
  let found = 0;
  for (const name of targetNames) {
    const share = String(seconds / targetNames.length);
    const options = [
      '--target',
      name,
      '--seconds',
      share,
      '--seed',
      String(seed),
      ...(save ? ['--save'] : []),
    ];
    const { status } = spawnSync(
      process.execPath,
      [...process.execArgv, fileURLToPath(import.meta.url), ...options],
      {
        stdio: 'inherit',
      },
    );
    if (status !== 0) found++;
  }
  process.stdout.write(`${targetNames.length - found} targets without a finding, ${found} with one\n`);
  return found === 0 ? 0 : 1;
}

async function fuzzOne(name: TargetName, seconds: number, seed: number, save: boolean): Promise<number> {
  const result = await runTarget({
    targetUrl: targetUrl(name),
    instrumented: [sources],
    corpus: readCorpus(name),
    seed,
    until: { milliseconds: seconds * 1000, executions: Number.POSITIVE_INFINITY },
    hangMs,
    onProgress: (progress) => {
      if (process.stdout.isTTY) process.stdout.write(`\r${progressText(name, progress)}`);
    },
  });
  process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}${progressText(name, result.progress)}\n`);
  if (result.finding === null) {
    if (save) writeCorpus(name, result.distilled);
    return 0;
  }
  tellFinding(name, result.finding);
  return 1;
}

function progressText(name: string, progress: Progress | null): string {
  if (progress === null) return `${name}: nothing was run`;
  const { executions, seconds, coveredBlocks, blocks, features, corpus, corpusBytes } = progress;
  const rate = Math.round(executions / Math.max(seconds, 0.001));
  return (
    `${name.padEnd(16)} ${executions} executions in ${seconds.toFixed(1)} s (${rate}/s), ` +
    `${coveredBlocks} of ${blocks} blocks, ${features} features, ${corpus} inputs (${corpusBytes} bytes)`
  );
}

function tellFinding(name: TargetName, { finding, input }: NonNullable<RunResult['finding']>): void {
  mkdirSync(findingsDirectory, { recursive: true });
  const hash = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const file = join(findingsDirectory, `${name}.${hash}`);
  writeFileSync(file, input);
  const path = relative(process.cwd(), file);
  process.stdout.write(
    `*** ${name}: ${finding.kind}: ${finding.sentence}\n` +
      `input: ${JSON.stringify(input.toString('latin1').slice(0, 400))}\n` +
      `again: npm run fuzz -- --reproduce ${path}\n`,
  );
}

async function reproduceFinding(file: string): Promise<number> {
  const name = targetNames.find((one) => basename(file).startsWith(`${one}.`));
  if (!name) command.error(`error: the name of ${file} must begin with a target and a dot`, { exitCode: 2 });
  const input = readFileSync(file);
  const { target }: { target: FuzzTarget } = await import(targetUrl(name));
  const finding = await execute(target, input);
  process.stdout.write(
    finding ? `${finding.kind}: ${finding.sentence}\n` : `${name}: nothing is found any more\n`,
  );
  return finding ? 1 : 0;
}

process.exitCode = await fuzz(command.parse().opts<Options>());
