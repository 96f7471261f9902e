import type { FastifyInstance } from 'fastify';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics/metrics.ts';

const reportIntervalMs = 60_000;

/** Hangs up on connections beyond the limit as soon as they come, counts them, and says so once a minute at most. */
export function limitConnections(
  app: FastifyInstance,
  maxConnections: number,
  logger: Logger,
  refused: Pick<Metrics['refusedConnections'], 'inc'>,
): void {
  let unreported = 0;
  let reportedMs = Number.NEGATIVE_INFINITY;
  app.server.maxConnections = maxConnections;
  app.server.on('drop', () => {
    refused.inc();
    unreported++;
    const nowMs = performance.now();
    if (nowMs - reportedMs < reportIntervalMs) return;
    logger.warn(
      { refused: unreported, maxConnections },
      `connections are refused: ${maxConnections} are open, which is the most (--max-connections, and the system’s limit of open files)`,
    );
    unreported = 0;
    reportedMs = nowMs;
  });
}
