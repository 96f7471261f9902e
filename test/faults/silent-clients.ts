import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { descriptorLimit } from '../../src/serving/connection-budget.ts';

/** Connections that are opened and on which nothing is said, some at a time. */
export class SilentClients implements Disposable {
  readonly #sockets: Socket[] = [];
  #closed = 0;

  get open(): number {
    return this.#sockets.length - this.#closed;
  }

  /** @param address `host:port` */
  async come(address: string, count: number): Promise<void> {
    const [host, port] = address.split(':');
    for (let left = count; left > 0; left -= 200) {
      await Promise.all(
        Array.from({ length: Math.min(left, 200) }, async () => {
          const socket = connect(Number(port), host);
          socket.on('error', () => {});
          // Else it would not see that the server hangs up.
          socket.resume();
          socket.on('close', () => this.#closed++);
          this.#sockets.push(socket);
          await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
        }),
      );
    }
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** This process holds the other ends, and needs a few hundred for itself. */
export const silent = Math.min(10_000, Math.floor(descriptorLimit()) - 500);
