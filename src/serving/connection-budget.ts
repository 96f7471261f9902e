import { readFileSync } from 'node:fs';

/** What workers, the log and its Parquet files keep open, with room to spare. */
const ownDescriptors = 256;

/** Of gRPC, where the system does not grant fewer. */
export const mostGrpcConnections = 1024;

/** Connections at once, by door; 0 for one that is closed. */
export interface Connections {
  readonly http: number;
  readonly grpc: number;
}

/**
 * So many connections as leave descriptors for everything else: without any, the log could not open a file. gRPC, whose connections
 * carry many calls each, gets a quarter of what there is at most.
 */
export function connectionBudget(asked: Connections, descriptors: number): Connections {
  const room = descriptors - Math.min(ownDescriptors, Math.ceil(descriptors / 2));
  const grpc = asked.grpc === 0 ? 0 : Math.max(1, Math.min(asked.grpc, Math.floor(room / 4)));
  return { http: Math.max(1, Math.min(asked.http, room - grpc)), grpc };
}

/** How many files and sockets this process may have open (Node raises it to the hard limit when it starts); infinite where that is not told. */
export function descriptorLimit(): number {
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}
