import type { Server } from 'node:net';
import type { Logger } from '../logger.ts';

const reportIntervalMs = 60_000;

/**
 * Hangs up on connections beyond the limit as soon as they come, counts them, and says so once a minute at most.
 *
 * @param bounds what the limit comes from, beside the system
 */
export function limitConnections(
  server: Server,
  maxConnections: number,
  bounds: string,
  logger: Logger,
  refused: { inc(): void },
): void {
  let unreported = 0;
  let reportedMs = Number.NEGATIVE_INFINITY;
  server.maxConnections = maxConnections;
  server.on('drop', () => {
    refused.inc();
    unreported++;
    const nowMs = performance.now();
    if (nowMs - reportedMs < reportIntervalMs) return;
    logger.warn(
      { refused: unreported, maxConnections },
      `connections are refused: ${maxConnections} are open, which is the most (${bounds}, and the system’s limit of open files)`,
    );
    unreported = 0;
    reportedMs = nowMs;
  });
}
