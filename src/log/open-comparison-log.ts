import { mkdirSync, realpathSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../logger.ts';
import { countWithin, readAvailableCpus } from '../threads/available-cpus.ts';
import type { PlacedThread, ThreadPlacement } from '../threads/thread-placement.ts';
import type { ComparisonLog } from './comparison-log.ts';
import { errorOf } from './failure.ts';
import type { FromLogThread, LogThreadData } from './log-message.ts';
import { ThreadedComparisonLog } from './threaded-comparison-log.ts';

export interface ComparisonLogOptions {
  /** Holds `log.duckdb` and `lake/`; made where it is missing. */
  readonly directory: string;
  /** Names this server in the names of the Parquet files. */
  readonly instance: string;
  readonly logger: Logger;
  readonly flushIntervalMs?: number;
  readonly exportCheckIntervalMs?: number;
  /** How long after its end an hour is left open for late rows, and how long it must have been quiet. */
  readonly exportGraceMs?: number;
  /** Compared rows held while they cannot be written; beyond, they are dropped and counted. */
  readonly bufferLimitRows?: number;
  readonly now?: () => number;
  readonly placement?: ThreadPlacement;
  /** Threads that queries have beside the log's own, named and niced like it; by default one for every two CPUs, three at most. */
  readonly queryHelpers?: number;
  /** What became of it; a warning for each refusal when left out. */
  readonly onPlaced?: (placed: PlacedThread) => void;
}

/** An acknowledged label must become durable under any load, so the log's thread is niced and never idle. */
export const logPlacement: ThreadPlacement = { role: 'log', name: 'log', yielding: 'niced', cpus: null };

/**
 * DuckDB's lock on its file keeps other processes out, but not this one: file locks belong to the process. Two
 * instances on one file would ruin it.
 */
const directoriesOpenHere = new Set<string>();

/** Starts the log's thread. Rejects with a sentence where the log cannot be opened, e.g. because another server has it. */
export async function openComparisonLog(options: ComparisonLogOptions): Promise<ComparisonLog> {
  mkdirSync(options.directory, { recursive: true });
  const directory = realpathSync(options.directory);
  if (directoriesOpenHere.has(directory)) {
    throw new Error(
      `The comparison log in ${directory} is open in this process already; it can be open once.`,
    );
  }
  directoriesOpenHere.add(directory);
  const placement = options.placement ?? logPlacement;
  const workerData: LogThreadData = {
    directory,
    instance: options.instance,
    flushIntervalMs: options.flushIntervalMs ?? 1_000,
    exportGraceMs: options.exportGraceMs ?? 600_000,
    bufferLimitRows: options.bufferLimitRows ?? 500_000,
    placement,
    queryHelpers: options.queryHelpers ?? queryHelpersWithin(placement.cpus),
  };
  const worker = new Worker(new URL('./log-thread.ts', import.meta.url), { name: 'log', workerData });
  worker.once('exit', () => directoriesOpenHere.delete(directory));
  worker.on('message', (message: FromLogThread) => {
    if (message.kind === 'placed') (options.onPlaced ?? warnOf(options.logger))(message.placed);
  });
  const log = new ThreadedComparisonLog(
    worker,
    options.logger,
    options.now ?? Date.now,
    options.exportCheckIntervalMs ?? 60_000,
  );
  await readiness(worker);
  return log;
}

/** Reports over millions of rows are what they are for; more would hardly make one faster, and take memory. */
function queryHelpersWithin(cpuSet: readonly number[] | null): number {
  return Math.min(3, Math.floor(countWithin(readAvailableCpus(), cpuSet) / 2));
}

function warnOf(logger: Logger): (placed: PlacedThread) => void {
  return ({ refusals }) => {
    for (const refusal of refusals) logger.warn({}, `The log’s thread: ${refusal}`);
  };
}

/** A failure is told once the thread has ended, so that the directory is free again. */
function readiness(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure = new Error('The comparison log’s thread ended before it was ready.');
    worker.on('message', (message: FromLogThread) => {
      if (message.kind === 'ready') resolve();
      else if (message.kind === 'failed') failure = errorOf(message.failure);
    });
    worker.once('error', (error) => {
      failure = new Error(`The comparison log’s thread failed on start: ${error}`, { cause: error });
    });
    worker.once('exit', () => reject(failure));
  });
}
