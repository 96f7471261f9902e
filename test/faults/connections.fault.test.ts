import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { descriptorLimit } from '../../src/serving/connection-budget.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { eventually, metric, reportOf, shadowedFraud, writeModels } from './broken-server.ts';
import { Users } from './users.ts';

/** Connections that are opened and on which nothing is said, some at a time. */
class SilentClients implements Disposable {
  readonly #sockets: Socket[] = [];
  #closed = 0;

  get open(): number {
    return this.#sockets.length - this.#closed;
  }

  async come({ url }: ServerProcess, count: number): Promise<void> {
    const { hostname, port } = new URL(url);
    for (let left = count; left > 0; left -= 200) {
      await Promise.all(
        Array.from({ length: Math.min(left, 200) }, async () => {
          const socket = connect(Number(port), hostname);
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
const silent = Math.min(10_000, Math.floor(descriptorLimit()) - 500);

describe.skipIf(process.platform !== 'linux')(
  'connections on which nothing is said (counts descriptors by /proc)',
  () => {
    it(`${silent} of them: users notice nothing, and they are hung up on after half a minute`, async () => {
      using directory = temporaryDirectory();
      writeModels(directory.path, shadowedFraud);
      await using server = await startServerProcess(
        directory.path,
        {},
        { options: ['--max-connections', '20000'] },
      );
      await using users = new Users(server, { pauseMs: 1 });
      await eventually('users are answered', () => users.answered > 50);
      using clients = new SilentClients();
      await clients.come(server, silent);
      expect(clients.open).toBe(silent);
      const answered = users.answered;
      await eventually('all were hung up on', () => clients.open === 0);
      expect(users.answered).toBeGreaterThan(answered + 50);
      await users.stop();
      expect(users.troubled).toEqual([]);
      const { traffic } = await reportOf(server);
      expect(traffic.rows).toBe(users.answered);
    });

    it('more than the system grants descriptors: the log has its own, users who are there are served, others are refused and counted', async () => {
      using directory = temporaryDirectory();
      writeModels(directory.path, shadowedFraud);
      await using server = await startServerProcess(
        directory.path,
        {},
        { under: ['prlimit', '--nofile=200:200'] },
      );
      await using users = new Users(server, { pauseMs: 1 });
      await eventually('users are answered', () => users.answered > 50);
      using clients = new SilentClients();
      await clients.come(server, 500);
      const answered = users.answered;
      await eventually('users are answered on', () => users.answered > answered + 200);
      await eventually('the refused are gone', () => clients.open <= 100);
      await eventually('the silent are hung up on', () => clients.open === 0);
      await users.stop();
      expect(users.troubled).toEqual([]);
      expect(await metric(server, 'understudy_refused_connections_total')).toBeGreaterThanOrEqual(400);
      expect(server.logged()).toMatch(/connections are refused: 100 are open, which is the most/);
      expect(server.logged()).not.toMatch(/EMFILE|Too many open files/);
      const { traffic } = await reportOf(server);
      expect(traffic.rows).toBe(users.answered);
      const { status } = await server.stop();
      expect(status).toBe(0);
    });
  },
);
