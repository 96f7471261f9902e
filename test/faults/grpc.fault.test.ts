import { constants } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { connectGrpc } from '../support/grpc-client.ts';
import { connectRawGrpc, halfMessage, type RawGrpc } from '../support/raw-grpc.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { eventually, metric, peakMebibytes, reportOf, shadowedFraud, writeModels } from './broken-server.ts';
import { SilentClients, silent } from './silent-clients.ts';
import { Users } from './users.ts';

async function whileUsersAsk(doing: (server: ServerProcess) => Promise<void>): Promise<void> {
  using directory = temporaryDirectory();
  writeModels(directory.path, shadowedFraud);
  await using server = await startServerProcess(directory.path);
  await using users = new Users(server, { pauseMs: 1 });
  await eventually('users are answered', () => users.answered > 50);
  const before = peakMebibytes(server);
  await doing(server);
  const { answered } = users;
  await eventually('users are answered on', () => users.answered > answered + 50);
  await users.stop();
  expect(users.troubled).toEqual([]);
  // 1 GiB is what messages that are on their way in may have together.
  expect(peakMebibytes(server) - before).toBeLessThan(1536);
  using client = connectGrpc(server.grpcAddress);
  expect(await client.call('ServerLive')).toEqual({ live: true });
  expect((await reportOf(server)).traffic.rows).toBe(users.answered);
  expect((await server.stop()).status).toBe(0);
}

describe.skipIf(process.platform !== 'linux')('the gRPC door (reads /proc)', () => {
  it(`${silent} connections on which nothing is said: 1024 are let in and hung up on after half a minute, the others at once`, () =>
    whileUsersAsk(async (server) => {
      using clients = new SilentClients();
      await clients.come(server.grpcAddress, silent);
      await eventually('those beyond the limit were hung up on', () => clients.open <= 1024);
      expect(await metric(server, 'understudy_refused_connections_total')).toBe(silent - 1024);
      expect(server.logged()).toMatch(
        /connections are refused: 1024 are open, which is the most \(1024 for gRPC/,
      );
      await eventually('all were hung up on', () => clients.open === 0);
    }));

  it('more calls at once than a connection may have, each with half a message: the client waits, and nobody else', () =>
    whileUsersAsk(async ({ grpcAddress }) => {
      const connections: RawGrpc[] = [];
      try {
        for (let i = 0; i < 20; i++) {
          const raw = await connectRawGrpc(grpcAddress);
          connections.push(raw);
          // The client of Node keeps to what the server grants; the rest wait with it.
          for (let call = 0; call < 500; call++) {
            const stream = raw.open(call % 2 === 0 ? 'ModelInfer' : 'ModelStreamInfer');
            stream.write(halfMessage(1_000_000, 10_000));
          }
          expect(raw.session.remoteSettings.maxConcurrentStreams).toBe(256);
        }
      } finally {
        for (const raw of connections) raw[Symbol.dispose]();
      }
    }));

  it('large half messages, more than there is room for: some are cut, and memory stays bounded', () =>
    whileUsersAsk(async ({ grpcAddress }) => {
      using raw = await connectRawGrpc(grpcAddress);
      let cut = 0;
      const piece = Buffer.alloc(1_000_000);
      for (let call = 0; call < 30; call++) {
        const stream = raw.open('ModelInfer');
        const closed = new Promise<void>((resolve) => {
          stream.on('close', () => {
            if (stream.rstCode === constants.NGHTTP2_ENHANCE_YOUR_CALM) cut++;
            resolve();
          });
        });
        stream.write(halfMessage(60_000_000, 0));
        for (let i = 0; i < 50 && !stream.closed; i++) {
          const drained = new Promise((resolve) => stream.once('drain', resolve));
          if (!stream.write(piece)) await Promise.race([drained, closed]);
        }
      }
      await eventually('some were cut', () => cut >= 5);
    }));

  it('pings, resets and cancelled calls in a flood: users notice nothing', () =>
    whileUsersAsk(async ({ grpcAddress }) => {
      using raw = await connectRawGrpc(grpcAddress);
      for (let i = 0; i < 20_000 && !raw.session.destroyed; i++) {
        if (i % 2 === 0) raw.session.ping(() => {});
        else raw.open('ModelInfer').close(constants.NGHTTP2_CANCEL);
        if (i % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
      }
    }));
});
