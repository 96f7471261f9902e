import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { startServerProcess } from '../support/server-process.ts';
import { eventually, metric, reportOf, shadowedFraud, writeModels } from './broken-server.ts';
import { SilentClients, silent } from './silent-clients.ts';
import { Users } from './users.ts';

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
      await clients.come(new URL(server.url).host, silent);
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
      await clients.come(new URL(server.url).host, 500);
      const answered = users.answered;
      await eventually('users are answered on', () => users.answered > answered + 200);
      await eventually('the refused are gone', () => clients.open <= 75);
      await eventually('the silent are hung up on', () => clients.open === 0);
      await users.stop();
      expect(users.troubled).toEqual([]);
      expect(await metric(server, 'understudy_refused_connections_total')).toBeGreaterThanOrEqual(425);
      expect(server.logged()).toMatch(/connections are refused: 75 are open, which is the most/);
      expect(server.logged()).not.toMatch(/EMFILE|Too many open files/);
      const { traffic } = await reportOf(server);
      expect(traffic.rows).toBe(users.answered);
      const { status } = await server.stop();
      expect(status).toBe(0);
    });
  },
);
