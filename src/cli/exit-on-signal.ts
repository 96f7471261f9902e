import { sentenceOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { RunningServer } from '../server.ts';

/** SIGTERM and SIGINT drain the server and end the process; a second one ends it at once. */
export function exitOnSignal(server: RunningServer, logger: Logger): void {
  let closing = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (closing) process.exit(130);
    closing = true;
    logger.info({ signal }, 'draining');
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, `did not close cleanly: ${sentenceOf(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
