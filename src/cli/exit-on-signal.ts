import { sentenceOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { RunningServer } from '../server.ts';

/** Longer than any drain that makes progress; what is not done by then is not going to be. */
export const graceMs = 60_000;

/**
 * SIGTERM and SIGINT drain the server and end the process with status 0; a second one ends it at once.
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
    setTimeout(() => close(signal), drainDelayMs);
  };
  const close = (signal: NodeJS.Signals): void => {
    setTimeout(() => {
      logger.error({}, 'draining took too long');
      dieOf(signal);
    }, graceMs).unref();
    server.close().then(
      (leftBehind) => (leftBehind === 0 ? process.exit(0) : dieOf(signal)),
      (error: unknown) => {
        logger.error({ err: error }, `did not close cleanly: ${sentenceOf(error)}`);
        dieOf(signal);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/**
 * Lets the signal do what it does to a process that does not listen. `process.exit` would stop the worker
 * threads, and to stop one in the middle of a run aborts the process with a core dump.
 */
function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
