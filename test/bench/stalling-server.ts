import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StallingServer extends AsyncDisposable {
  readonly url: string;
  /** Answers nothing for so long; what has come meanwhile is answered then. */
  stall(milliseconds: number): void;
  /** Answers the next requests with this status. */
  answer(status: number): void;
  /** Closes the connections on which nothing is asked just now, as servers do after a while. */
  hangUp(): void;
}

/** A server that answers at once but when it is told not to. */
export async function startStallingServer(): Promise<StallingServer> {
  let stalledUntil = 0;
  let status = 200;
  const server = createServer((request, response) => {
    request.resume();
    const end = () => response.writeHead(status, { 'content-length': 2 }).end('{}');
    const wait = stalledUntil - performance.now();
    if (wait > 0) setTimeout(end, wait);
    else end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall: (milliseconds) => {
      stalledUntil = performance.now() + milliseconds;
    },
    answer: (next) => {
      status = next;
    },
    hangUp: () => server.closeIdleConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
