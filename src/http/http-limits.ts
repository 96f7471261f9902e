import { readFileSync } from 'node:fs';

const mebibyte = 1024 * 1024;

/** What the door bears before it refuses or cuts. */
export interface HttpLimits {
  /** Connections at once; fewer where the system grants fewer descriptors. */
  readonly maxConnections: number;
  /** Of all bodies that are on their way in at once, bytes. */
  readonly receivingBytes: number;
  /** For the headers of a request, and for the first one on a new connection. */
  readonly headersTimeoutMs: number;
  /** For a whole request. */
  readonly requestTimeoutMs: number;
  /** For anything to move on a connection that is being answered. */
  readonly idleTimeoutMs: number;
  /** How often late requests are looked for. */
  readonly checkIntervalMs: number;
}

export const defaultHttpLimits: HttpLimits = {
  maxConnections: 10_000,
  receivingBytes: 1024 * mebibyte,
  headersTimeoutMs: 30_000,
  requestTimeoutMs: 300_000,
  idleTimeoutMs: 300_000,
  checkIntervalMs: 5_000,
};

/** What workers, the log and its Parquet files keep open, with room to spare. */
const ownDescriptors = 256;

/** So many connections as leave descriptors for everything else: without any, the log could not open a file. */
export function connectionsWithin(maxConnections: number, descriptors: number): number {
  return Math.max(
    1,
    Math.min(maxConnections, descriptors - Math.min(ownDescriptors, Math.ceil(descriptors / 2))),
  );
}

/** How many files and sockets this process may have open (Node raises it to the hard limit when it starts); infinite where that is not told. */
export function descriptorLimit(): number {
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}
