const mebibyte = 1024 * 1024;

/** What the door bears before it refuses or cuts. */
export interface HttpLimits {
  /** Connections at once. */
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
