import { openComparisonLog } from '../../src/log/open-comparison-log.ts';
import { createLogger } from '../../src/logger.ts';
import { startServer } from '../../src/server.ts';
import { racingClock } from './racing-clock.ts';

/** `serve`, but that hours end several times a second, and are exported at once. Arguments: directory, origin of the clock. */
const [directory, originMs] = process.argv.slice(2);
const server = await startServer({
  ...{ models: `${directory}/models`, data: `${directory}/data` },
  ...{ host: '127.0.0.1', httpPort: 0, bodyLimitBytes: 1 << 20, logger: createLogger('info', 'json') },
  openLog: (options) =>
    openComparisonLog({
      ...options,
      ...{ now: racingClock(Number(originMs)), exportCheckIntervalMs: 20, flushIntervalMs: 100 },
    }),
});
await server.ready;
process.stdout.write(`Understudy listens on ${server.url}\n`);
