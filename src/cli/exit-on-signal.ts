import { setTimeout as pause } from 'node:timers/promises';
import { type Addon, loadAddon } from '../../native/addon.ts';
import { sentenceOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { RunningServer } from '../server.ts';

/** Longer than any drain that makes progress; what is not done by then is not going to be. */
export const graceMs = 60_000;
/** How long the last lines of the log may take: they are written in the background, and nothing tells when. */
const lastLinesMs = 100;

/**
 * SIGTERM and SIGINT drain the server and end the process with status 0; a second one ends it at once. Where the native addon is
 * missing, a thread that is in the middle of a run when all else is done lets the process die of the signal instead.
 *
 * @param drainDelayMs for so long it still takes requests, and sends clients elsewhere
 */
export function exitOnSignal(server: RunningServer, logger: Logger, drainDelayMs: number): void {
  let closing = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (closing) dieOf(signal);
    closing = true;
    logger.info({ signal, delay_ms: drainDelayMs }, 'draining');
    server.beginDraining();
    setTimeout(() => void close(signal), drainDelayMs);
  };
  const close = async (signal: NodeJS.Signals): Promise<void> => {
    setTimeout(async () => {
      logger.error({}, 'draining took too long');
      await pause(lastLinesMs);
      dieOf(signal);
    }, graceMs).unref();
    try {
      const leftBehind = await server.close();
      if (leftBehind === 0) process.exit(0);
      logger.warn({ lanes: leftBehind }, 'ended while lanes were in the middle of a run or a load');
    } catch (error) {
      logger.error({ err: error }, `did not close cleanly: ${sentenceOf(error)}`);
      await pause(lastLinesMs);
      dieOf(signal);
      return;
    }
    // All that was asked is answered and written: a run that does not end changes nothing about that.
    await pause(lastLinesMs);
    const addon = addonOrNull();
    if (addon === null) dieOf(signal);
    else exitBesideThreads(addon);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function addonOrNull(): Addon | null {
  try {
    return loadAddon();
  } catch {
    // Why it cannot be used was told when threads were placed.
    return null;
  }
}

/** As `process.exit` does, but for stopping the worker threads. */
function exitBesideThreads(addon: Addon): never {
  process.emit('exit', 0);
  return addon.endProcess(0);
}

/**
 * Lets the signal do what it does to a process that does not listen. `process.exit` would stop the worker
 * threads, and to stop one in the middle of a run aborts the process with a core dump.
 */
function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
