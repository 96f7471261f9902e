import pino from 'pino';

/** What the parts need of a logger; pino is one. */
export interface Logger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export type LogFormat = 'pretty' | 'json';

/** Writes to standard error, so that what a command prints stays clean. */
export function createLogger(level: string, format: LogFormat): pino.Logger {
  const stderr = 2;
  if (format === 'json') return pino({ level, base: null }, pino.destination(stderr));
  return pino(
    { level, base: null },
    pino.transport({
      target: 'pino-pretty',
      options: {
        destination: stderr,
        ignore: 'pid,hostname',
        translateTime: 'SYS:HH:MM:ss',
        singleLine: true,
      },
    }),
  );
}
